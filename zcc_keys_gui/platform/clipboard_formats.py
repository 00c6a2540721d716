"""The clipboard's formats besides text, as other programs see them."""

import sys
import time
from collections.abc import Mapping

_MAX_TRIES = 10
_RETRY_INTERVAL_SECONDS = 0.01  # clipboard managers, also Windows' own, read what was just copied

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes


def are_on_clipboard(formats: Mapping[str, bytes]) -> bool:
    """Return whether the clipboard has all these registered formats, each beginning with its content.

    If another program has the clipboard open, this waits up to 0.1 s, and then returns False. It also returns False on
    systems other than Windows.
    """
    if sys.platform == "win32":
        user32 = ctypes.WinDLL("user32")
        for _ in range(_MAX_TRIES):
            if user32.OpenClipboard(None):
                try:
                    return all(_read_content(name, len(expected)) == expected for name, expected in formats.items())
                finally:
                    user32.CloseClipboard()
            time.sleep(_RETRY_INTERVAL_SECONDS)
    return False


if sys.platform == "win32":

    def _read_content(name: str, length: int) -> bytes:
        """Return up to `length` bytes of a registered format; the clipboard must be open."""
        user32, kernel32 = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
        user32.GetClipboardData.restype = wintypes.HANDLE
        kernel32.GlobalLock.argtypes = kernel32.GlobalUnlock.argtypes = kernel32.GlobalSize.argtypes = [wintypes.HANDLE]
        kernel32.GlobalLock.restype = ctypes.c_void_p
        kernel32.GlobalSize.restype = ctypes.c_size_t
        memory = user32.GetClipboardData(user32.RegisterClipboardFormatW(name))
        address = kernel32.GlobalLock(memory)
        if not address:
            return b""
        try:
            return ctypes.string_at(address, min(length, kernel32.GlobalSize(memory)))
        finally:
            kernel32.GlobalUnlock(memory)
