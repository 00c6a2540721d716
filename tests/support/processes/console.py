"""A parent process for a command, with a new console or without one. Windows only.

`python -m tests.support.processes.console with|without COMMAND…` starts the command without streams, as a console
starts a windowed exe. It prints the exit code and then the text on the console's screen.
"""

import ctypes
import subprocess
import sys
from ctypes import wintypes

assert sys.platform == "win32"

_TIMEOUT_SECONDS = 60
_READ_AND_WRITE, _SHARED, _EXISTING = 0xC0000000, 0x3, 3  # GENERIC_READ | GENERIC_WRITE, FILE_SHARE_*, OPEN_EXISTING
_MAX_TEXT = 2_000  # characters


def start_from(which: str, *command: str) -> "subprocess.Popen[bytes]":
    """Start a command from a parent process that runs `with` or `without` a console."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.processes.console", which, *command], stdout=subprocess.PIPE
    )


def answer(parent: "subprocess.Popen[bytes]") -> tuple[int, str]:
    """Wait for the command; return its exit code and the text on the console, with single spaces between words."""
    code, screen = parent.communicate(timeout=_TIMEOUT_SECONDS)[0].decode().split("\n", 1)
    return int(code), " ".join(screen.split())


def main(which: str, *command: str) -> int:
    """Run the command, print the result, and return 0."""
    kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel32.FreeConsole()
    if which == "with":
        kernel32.AllocConsole()
    code = subprocess.Popen(command, creationflags=subprocess.DETACHED_PROCESS).wait(_TIMEOUT_SECONDS)
    screen = "" if which == "without" else _screen(kernel32)
    sys.stdout.buffer.write(f"{code}\n{screen}".encode())
    return 0


def _screen(kernel32: ctypes.WinDLL) -> str:
    kernel32.CreateFileW.restype = wintypes.HANDLE
    kernel32.ReadConsoleOutputCharacterW.argtypes = [
        wintypes.HANDLE,
        wintypes.LPWSTR,
        wintypes.DWORD,
        wintypes._COORD,
        ctypes.POINTER(wintypes.DWORD),
    ]
    console = kernel32.CreateFileW("CONOUT$", _READ_AND_WRITE, _SHARED, None, _EXISTING, 0, None)
    text, count = ctypes.create_unicode_buffer(_MAX_TEXT), wintypes.DWORD()
    if not kernel32.ReadConsoleOutputCharacterW(console, text, _MAX_TEXT, wintypes._COORD(0, 0), ctypes.byref(count)):
        raise ctypes.WinError(ctypes.get_last_error())
    return text.value


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
