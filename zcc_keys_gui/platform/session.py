"""The user's session on this computer: its name, remote desktop, and notifications when the user locks it."""

import os
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _REMOTE_SESSION = 0x1000  # SM_REMOTESESSION (winuser.h)
    _NOTIFY_FOR_THIS_SESSION = 0  # wtsapi32.h

WM_WTSSESSION_CHANGE = 0x02B1  # winuser.h
_LEAVING_EVENTS = (0x2, 0x4, 0x7)  # WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOCK (winuser.h)


def session_id() -> str:
    """Return the name of the session, or an empty text if the system has none."""
    if sys.platform == "win32":
        number = wintypes.DWORD()
        if ctypes.WinDLL("kernel32").ProcessIdToSessionId(os.getpid(), ctypes.byref(number)):
            return str(number.value)
        return ""
    return os.environ.get("XDG_SESSION_ID", "")


def is_remote_desktop() -> bool:
    """Return whether the user works through Remote Desktop; False on systems that can't tell.

    Windows does not report sessions with RemoteFX (Microsoft, "Detecting the Remote Desktop Services environment").
    """
    return sys.platform == "win32" and bool(ctypes.WinDLL("user32").GetSystemMetrics(_REMOTE_SESSION))


def start_session_notifications(window_id: int) -> None:
    """Let Windows send messages about the session to this window of the process. Other systems send none."""
    if sys.platform == "win32":
        register = ctypes.WinDLL("wtsapi32").WTSRegisterSessionNotification
        register(wintypes.HWND(window_id), wintypes.DWORD(_NOTIFY_FOR_THIS_SESSION))


def stop_session_notifications(window_id: int) -> None:
    """Stop the messages about the session; call before the window is deleted."""
    if sys.platform == "win32":
        ctypes.WinDLL("wtsapi32").WTSUnRegisterSessionNotification(wintypes.HWND(window_id))


def reports_session_left(address: int) -> bool:
    """Return whether the message of Windows at this address says that the user locked or left the session."""
    if sys.platform == "win32":
        message = wintypes.MSG.from_address(address)
        return message.message == WM_WTSSESSION_CHANGE and message.wParam in _LEAVING_EVENTS
    return False
