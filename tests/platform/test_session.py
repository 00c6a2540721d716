"""Which sign-in to the computer this is."""

import ctypes
import os
import sys

import pytest

from zcc_keys_gui.platform.session import is_remote_desktop, session_id


@pytest.mark.skipif(os.name == "nt", reason="the session's name elsewhere")
def test_elsewhere_it_is_what_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "c7")
    assert session_id() == "c7"
    monkeypatch.delenv("XDG_SESSION_ID")
    assert session_id() == ""


@pytest.mark.skipif(os.name != "nt", reason="Windows' sessions have numbers")
def test_on_windows_it_is_a_number() -> None:
    assert session_id().isdigit()


if sys.platform == "win32":

    def test_windows_tells_a_remote_session(monkeypatch: pytest.MonkeyPatch) -> None:
        assert is_remote_desktop() is bool(ctypes.WinDLL("user32").GetSystemMetrics(0x1000))

        class Remote:
            """Windows in a remote desktop session, in which these tests do not run."""

            def GetSystemMetrics(self, which: int) -> int:  # noqa: N802
                return int(which == 0x1000)

        monkeypatch.setattr(ctypes, "WinDLL", lambda _: Remote())
        assert is_remote_desktop()
