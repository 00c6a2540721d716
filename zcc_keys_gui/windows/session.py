"""Which of a user's sign-ins to the computer this is."""

import os
import sys


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
