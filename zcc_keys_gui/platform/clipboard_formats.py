"""What is on the clipboard beside a text, as other programs see it."""

import sys
import time
from collections.abc import Mapping

_TRIES, _BETWEEN = 10, 0.01  # seconds; clipboard managers, Windows' own too, look at what was just copied


def are_on_clipboard(formats: Mapping[str, bytes]) -> bool:
    """Say whether the clipboard holds all these registered formats, each beginning with its content.

    Waits up to 0.1 s where another program holds the clipboard, and then says no; as it does on other systems.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        user32, kernel32 = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
        user32.GetClipboardData.restype = wintypes.HANDLE
        kernel32.GlobalLock.argtypes = kernel32.GlobalUnlock.argtypes = kernel32.GlobalSize.argtypes = [wintypes.HANDLE]
        kernel32.GlobalLock.restype = ctypes.c_void_p
        kernel32.GlobalSize.restype = ctypes.c_size_t

        def content(name: str, length: int) -> bytes:
            memory = user32.GetClipboardData(user32.RegisterClipboardFormatW(name))
            address = kernel32.GlobalLock(memory)
            if not address:
                return b""
            try:
                return ctypes.string_at(address, min(length, kernel32.GlobalSize(memory)))
            finally:
                kernel32.GlobalUnlock(memory)

        for _ in range(_TRIES):
            if user32.OpenClipboard(None):
                try:
                    return all(content(name, len(expected)) == expected for name, expected in formats.items())
                finally:
                    user32.CloseClipboard()
            time.sleep(_BETWEEN)
    return False
