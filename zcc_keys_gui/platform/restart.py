"""Being started again by Windows, after an installer or an update had to close the program."""

import sys

_NO_CRASH, _NO_HANG = 1, 2  # RESTART_NO_CRASH, RESTART_NO_HANG (winbase.h): what failed is not tried again unasked
_LONGEST = 1024  # characters: RESTART_MAX_CMD_LINE


def register_restart(arguments: list[str]) -> bool:
    """Let Windows start this process's program again with `arguments`; return whether Windows noted it.

    It does so after Restart Manager closed the program for an installer, and after a restart of the computer for an
    update (Microsoft, "RegisterApplicationRestart"). Arguments too long for that are not noted.
    """
    if sys.platform == "win32":
        import ctypes
        from subprocess import list2cmdline

        line = list2cmdline(arguments)
        if len(line) < _LONGEST:
            return bool(ctypes.WinDLL("kernel32").RegisterApplicationRestart(line, _NO_CRASH | _NO_HANG) == 0)
    return False
