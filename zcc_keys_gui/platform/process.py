"""This process as Windows knows it: its taskbar name, its restart after updates, and windows in the foreground."""

import sys

APP_ID = "ZCCKeys.ZCCKeys"  # CompanyName.ProductName (Microsoft, "Application User Model IDs"); shortcuts have it too

if sys.platform == "win32":
    import ctypes
    from subprocess import list2cmdline

    # RESTART_NO_CRASH, RESTART_NO_HANG (winbase.h): after a failure, only the user starts the program again.
    _NO_CRASH, _NO_HANG = 1, 2
    _MAX_COMMAND_LINE = 1024  # characters: RESTART_MAX_CMD_LINE


def set_app_id() -> bool:
    """Set the name by which Windows' taskbar groups the program's windows and shortcuts; call before the first window.

    Returns whether Windows accepted it; False on other systems.
    """
    if sys.platform == "win32":
        return bool(ctypes.WinDLL("shell32").SetCurrentProcessExplicitAppUserModelID(APP_ID) == 0)
    return False


def register_restart(arguments: list[str]) -> bool:
    """Let Windows restart this program with `arguments`; return whether Windows accepted them.

    Windows does so after Restart Manager closed the program for an installer, and after it restarted the computer for
    an update (Microsoft, "RegisterApplicationRestart"). It does not accept arguments that are too long.
    """
    if sys.platform == "win32":
        line = list2cmdline(arguments)
        if len(line) < _MAX_COMMAND_LINE:
            return bool(ctypes.WinDLL("kernel32").RegisterApplicationRestart(line, _NO_CRASH | _NO_HANG) == 0)
    return False


def allow_foreground(process_id: int) -> None:
    """Let another process bring its window to the foreground.

    Windows allows that only to the program that the user last used. Other systems need no permission.
    """
    if sys.platform == "win32":
        ctypes.WinDLL("user32").AllowSetForegroundWindow(process_id)
