"""The name by which Windows' taskbar knows the program, its windows and its shortcuts as one."""

import sys

APP_ID = "ZCCKeys.ZCCKeys"  # CompanyName.ProductName (Microsoft, "Application User Model IDs"); shortcuts carry it too


def set_app_id() -> bool:
    """Name this process, before its first window; return whether Windows took the name. Elsewhere there is none."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.WinDLL("shell32").SetCurrentProcessExplicitAppUserModelID(APP_ID) == 0)
    return False
