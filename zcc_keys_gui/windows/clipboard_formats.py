"""What is on the clipboard beside a text, as other programs see it."""

import sys
from collections.abc import Mapping


def are_on_clipboard(formats: Mapping[str, bytes]) -> bool:
    """Say whether the clipboard holds all these registered formats, each beginning with its content; else False."""
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

        if user32.OpenClipboard(None):  # another program may hold it
            try:
                return all(content(name, len(expected)) == expected for name, expected in formats.items())
            finally:
                user32.CloseClipboard()
    return False
