"""Whether another program keeps a file from being opened, which Python's `open` does not tell from a missing right."""

import sys
from pathlib import Path

_GENERIC_READ, _SHARE_ALL, _OPEN_EXISTING = 0x80000000, 7, 3  # of CreateFileW (fileapi.h, winnt.h)
_IN_USE = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION (winerror.h)


def is_held(path: Path) -> bool:
    """Say whether another program has the file open and shares it with nobody; only on Windows can one do that."""
    if sys.platform != "win32":
        return False
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = wintypes.HANDLE
    kernel.CreateFileW.argtypes = [
        *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID),
        *(wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE),
    ]
    handle = kernel.CreateFileW(str(path), _GENERIC_READ, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
    if handle == wintypes.HANDLE(-1).value:
        return ctypes.get_last_error() in _IN_USE
    kernel.CloseHandle(wintypes.HANDLE(handle))
    return False
