"""The account of the operating system."""

import getpass
import sys

import pytest

from zcc_keys_gui.platform.account import account_name


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows' accounts have a domain")
def test_an_account_of_windows_has_a_domain_or_computer() -> None:
    domain, _, user = account_name().rpartition("\\")
    assert domain
    assert user.lower() == getpass.getuser().lower()


def test_an_account_without_a_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise OSError("no name")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(getpass, "getuser", unknown)
    assert account_name() == "unknown account"
