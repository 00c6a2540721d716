"""Reading Windows Credential Manager."""

import sys

import pytest

from zcc_keys_gui.platform.credentials import read

TARGET = "ZCC Keys test of credentials"


def test_a_missing_entry_is_none() -> None:
    assert read(TARGET, "missing") is None


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has Credential Manager")
def test_each_user_s_entry_from_keyring_is_read() -> None:
    from keyring.backends.Windows import WinVaultKeyring

    keyring = WinVaultKeyring()
    try:
        keyring.set_password(TARGET, "first", "one")
        keyring.set_password(TARGET, "second", "zwei ✓")  # keyring renames the first one
        assert read(TARGET, "first") == "one"
        assert read(TARGET, "second") == "zwei ✓"
        assert read(TARGET, "third") is None
    finally:
        for user in ("first", "second"):
            keyring.delete_password(TARGET, user)
    assert read(TARGET, "second") is None
