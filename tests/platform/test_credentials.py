"""Reading Credential Manager by Windows' own call."""

import sys

import pytest

from zcc_keys_gui.platform.credentials import read

TARGET = "ZCC Keys test of credentials"


def test_what_is_not_there_is_none() -> None:
    assert read(TARGET, "nobody") is None


@pytest.mark.skipif(sys.platform != "win32", reason="Credential Manager is Windows'")
def test_what_keyring_wrote_is_read_for_each_user() -> None:
    from keyring.backends.Windows import WinVaultKeyring

    keyring = WinVaultKeyring()
    try:
        keyring.set_password(TARGET, "first", "one")
        keyring.set_password(TARGET, "second", "zwei ✓")  # keyring moves the first one aside
        assert read(TARGET, "first") == "one"
        assert read(TARGET, "second") == "zwei ✓"
        assert read(TARGET, "third") is None
    finally:
        for user in ("first", "second"):
            keyring.delete_password(TARGET, user)
    assert read(TARGET, "second") is None
