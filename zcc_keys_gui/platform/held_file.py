"""Whether another program keeps a file from being used, which Python does not tell from a missing permission."""

import sys
from pathlib import Path

_GENERIC_READ, _DELETE = 0x80000000, 0x00010000  # winnt.h; renaming over a file needs the right to delete it
_SHARE_ALL, _OPEN_EXISTING = 7, 3  # of CreateFileW (fileapi.h, winnt.h)
_IN_USE = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION (winerror.h)


def is_held(path: Path) -> bool:
    """Say whether another program has the file open and does not let it be read; False elsewhere than on Windows."""
    return _is_shared_too_little(path, _GENERIC_READ)


def keeps_from_replacing(path: Path) -> bool:
    """Say whether another program has the file open, so that it can't be replaced; False elsewhere than on Windows."""
    return _is_shared_too_little(path, _DELETE)


def _is_shared_too_little(path: Path, access: int) -> bool:
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
    handle = kernel.CreateFileW(str(path), access, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
    if handle == wintypes.HANDLE(-1).value:
        return ctypes.get_last_error() in _IN_USE
    kernel.CloseHandle(wintypes.HANDLE(handle))
    return False
