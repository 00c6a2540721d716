"""Which sign-in to the computer this is."""

import os

import pytest

from zcc_keys_gui.windows.session import session_id


@pytest.mark.skipif(os.name == "nt", reason="the session's name elsewhere")
def test_elsewhere_it_is_what_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "c7")
    assert session_id() == "c7"
    monkeypatch.delenv("XDG_SESSION_ID")
    assert session_id() == ""


@pytest.mark.skipif(os.name != "nt", reason="Windows' sessions have numbers")
def test_on_windows_it_is_a_number() -> None:
    assert session_id().isdigit()
