"""Hides a window from screen sharing, recordings and screenshots."""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _SHOWN, _HIDDEN = 0x00, 0x11  # WDA_NONE, WDA_EXCLUDEFROMCAPTURE (winuser.h)


def hide_from_capture(window_id: int, *, hidden: bool) -> bool | None:
    """Hide a top-level window of this process from screen sharing, or show it again.

    Returns whether Windows says that the window's content is hidden; None on systems that can't hide it. Windows
    removes the window from the picture from Windows 10 2004 on, and makes it black in older versions (Microsoft,
    "SetWindowDisplayAffinity"). It fails if the desktop is not composed, and for some windows.
    """
    if sys.platform == "win32":
        user32, window, affinity = ctypes.WinDLL("user32"), wintypes.HWND(window_id), wintypes.DWORD(_SHOWN)
        user32.SetWindowDisplayAffinity(window, wintypes.DWORD(_HIDDEN if hidden else _SHOWN))
        user32.GetWindowDisplayAffinity(window, ctypes.byref(affinity))
        return affinity.value != _SHOWN
    return None
