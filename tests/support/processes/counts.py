"""Counting the open files or handles and the threads of this process."""

import sys
import threading
from pathlib import Path


def open_handles() -> int:
    """Return the number of open files; on Windows, of handles, which include other objects."""
    if sys.platform != "win32":
        return sum(1 for _ in Path("/dev/fd").iterdir())
    import ctypes
    from ctypes import wintypes

    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.GetCurrentProcess.restype = wintypes.HANDLE
    kernel32.GetProcessHandleCount.argtypes = (wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD))
    count = wintypes.DWORD()
    kernel32.GetProcessHandleCount(kernel32.GetCurrentProcess(), ctypes.byref(count))
    return count.value


def running_threads() -> int:
    """Return the number of threads, with those of Qt; on other systems than Linux, only those of Python."""
    if sys.platform == "linux":
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    return threading.active_count()
