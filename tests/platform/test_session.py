"""The user's session; `tests/ui/application/test_idle_lock.py` tests what leaving it does."""

import ctypes
import os
import sys
from ctypes import wintypes

import pytest

from zcc_keys_gui.platform.session import (
    WM_WTSSESSION_CHANGE,
    is_remote_desktop,
    reports_session_left,
    session_id,
    start_session_notifications,
    stop_session_notifications,
)


@pytest.mark.skipif(os.name == "nt", reason="Windows' sessions have numbers")
def test_the_desktop_names_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_SESSION_ID", "c7")
    assert session_id() == "c7"
    monkeypatch.delenv("XDG_SESSION_ID")
    assert session_id() == ""


@pytest.mark.skipif(os.name != "nt", reason="only Windows' sessions have numbers")
def test_a_session_of_windows_is_a_number() -> None:
    assert session_id().isdigit()


if sys.platform == "win32":

    def test_windows_reports_a_remote_session(monkeypatch: pytest.MonkeyPatch) -> None:
        assert is_remote_desktop() is bool(ctypes.WinDLL("user32").GetSystemMetrics(0x1000))

        class Remote:
            """A user32 as in a remote desktop session, because these tests don't run in one."""

            def GetSystemMetrics(self, which: int) -> int:  # noqa: N802
                return int(which == 0x1000)

        monkeypatch.setattr(ctypes, "WinDLL", lambda _: Remote())
        assert is_remote_desktop()


def test_a_missing_window_is_no_error() -> None:
    start_session_notifications(1)
    stop_session_notifications(1)


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows sends these messages")
@pytest.mark.parametrize(
    ("message", "event", "is_leaving"),
    [
        (WM_WTSSESSION_CHANGE, 0x7, True),
        (WM_WTSSESSION_CHANGE, 0x2, True),
        (WM_WTSSESSION_CHANGE, 0x4, True),
        (WM_WTSSESSION_CHANGE, 0x8, False),  # unlocked again
        (WM_WTSSESSION_CHANGE, 0x5, False),  # a user logged on
        (0x0100, 0x7, False),  # a key
    ],
)
def test_a_message_says_that_the_session_was_left(message: int, event: int, is_leaving: bool) -> None:
    found = wintypes.MSG(message=message, wParam=event)
    assert reports_session_left(ctypes.addressof(found)) is is_leaving
