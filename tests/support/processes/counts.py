"""What this process holds of the operating system: open files or handles, and threads."""

import sys
import threading
from pathlib import Path


def open_handles() -> int:
    """Count the open files of this process; under Windows its handles, which are more than files."""
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
    """Count the threads of this process, Qt's too; elsewhere than on Linux those that Python knows."""
    if sys.platform == "linux":
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    return threading.active_count()
