"""Being told of the session of Windows; what the message does is tried in tests/ui/application/test_idle_lock.py."""

import sys

import pytest

from zcc_keys_gui.platform.session_lock import (
    WM_WTSSESSION_CHANGE,
    have_session_told,
    have_session_told_no_more,
    is_session_left,
)


def test_a_window_that_is_not_there_is_no_problem() -> None:
    have_session_told(1)
    have_session_told_no_more(1)


@pytest.mark.skipif(sys.platform != "win32", reason="messages of Windows")
@pytest.mark.parametrize(
    ("message", "what", "left"),
    [
        (WM_WTSSESSION_CHANGE, 0x7, True),
        (WM_WTSSESSION_CHANGE, 0x2, True),
        (WM_WTSSESSION_CHANGE, 0x4, True),
        (WM_WTSSESSION_CHANGE, 0x8, False),  # unlocked again
        (WM_WTSSESSION_CHANGE, 0x5, False),  # somebody logged on
        (0x0100, 0x7, False),  # a key
    ],
)
def test_the_message_tells_whether_the_session_was_left(message: int, what: int, left: bool) -> None:
    import ctypes
    from ctypes import wintypes

    found = wintypes.MSG(message=message, wParam=what)
    assert is_session_left(ctypes.addressof(found)) is left
