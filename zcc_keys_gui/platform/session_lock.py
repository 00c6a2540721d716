"""Learning that the person locks the session of Windows (Win+L), or that it goes to another screen."""

import sys

_NOTIFY_FOR_THIS_SESSION = 0  # wtsapi32.h
WM_WTSSESSION_CHANGE = 0x02B1  # winuser.h
_LEFT = (0x2, 0x4, 0x7)  # WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOCK (winuser.h)


def have_session_told(window_id: int) -> None:
    """Have Windows tell this window of the process what happens to the session; elsewhere, nothing is told."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        register = ctypes.WinDLL("wtsapi32").WTSRegisterSessionNotification
        register(wintypes.HWND(window_id), wintypes.DWORD(_NOTIFY_FOR_THIS_SESSION))


def have_session_told_no_more(window_id: int) -> None:
    """Take that back, which has to be done before the window is gone."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        ctypes.WinDLL("wtsapi32").WTSUnRegisterSessionNotification(wintypes.HWND(window_id))


def is_session_left(message: int) -> bool:
    """Say whether the message of Windows at this address tells that the session was locked or left; elsewhere never."""
    if sys.platform == "win32":
        from ctypes import wintypes

        found = wintypes.MSG.from_address(message)
        return found.message == WM_WTSSESSION_CHANGE and found.wParam in _LEFT
    return False
