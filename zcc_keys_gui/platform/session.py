"""Which of a user's sign-ins to the computer this is."""

import os
import sys

_REMOTE_SESSION = 0x1000  # SM_REMOTESESSION (winuser.h)


def session_id() -> str:
    """Return a name of the session, or nothing where the system has none."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        number = wintypes.DWORD()
        if ctypes.WinDLL("kernel32").ProcessIdToSessionId(os.getpid(), ctypes.byref(number)):
            return str(number.value)
        return ""
    return os.environ.get("XDG_SESSION_ID", "")


def is_remote_desktop() -> bool:
    """Say whether the person works here from another computer by Remote Desktop; False where the system can't tell.

    Windows does not tell of sessions with RemoteFX (Microsoft, "Detecting the Remote Desktop Services environment").
    """
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.WinDLL("user32").GetSystemMetrics(_REMOTE_SESSION))
    return False
