"""A word to the person who started the program from a console: a windowed exe has no streams of its own."""

import sys

_OF_THE_PARENT = -1  # ATTACH_PARENT_PROCESS (wincon.h)
_INFORMATION_IN_FRONT = 0x00010040  # MB_ICONINFORMATION, MB_SETFOREGROUND (winuser.h)


def say(text: str) -> None:
    """Write to the console of the program that started this one; where that has none, show a box and wait for it.

    Systems other than Windows give each program its streams: there, `text` goes to standard error.
    """
    if sys.platform != "win32":
        print(text, file=sys.stderr)
        return
    import ctypes

    kernel32 = ctypes.WinDLL("kernel32")
    # Only for as long as it takes: closing a console ends all programs that are attached to it.
    if kernel32.AttachConsole(_OF_THE_PARENT):
        try:
            with open("CONOUT$", "w", encoding="utf-8") as console:  # noqa: PTH123  no path
                console.write(f"\n{text}\n")  # the console has prompted for the next command already
        finally:
            kernel32.FreeConsole()
    else:
        ctypes.WinDLL("user32").MessageBoxW(None, text, "ZCC Keys", _INFORMATION_IN_FRONT)
