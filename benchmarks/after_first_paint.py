"""Leaves the process once its window was painted, or tells how much memory it then has."""

import os
import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_IDLE_AFTER = 2_000  # milliseconds


class AfterFirstPaint(QObject):
    """Leaves once the window was painted for the first time, at once or when the program is idle."""

    def __init__(self, window: QWidget, then: str) -> None:
        """Watch `window`."""
        super().__init__(window)
        self._then = then
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice the first paint; what it shows is on the screen when the event queue is next idle."""
        if event.type() == QEvent.Type.Paint:
            if self._then == "leave":
                QTimer.singleShot(0, lambda: os._exit(0))
            else:
                QTimer.singleShot(_IDLE_AFTER, tell_memory)
            self._then = ""
        return False


def tell_memory() -> None:
    """Print the memory that is this process's own or shared, in MiB, and leave."""
    print(resident_mebibytes(), flush=True)
    os._exit(0)


def resident_mebibytes() -> float:
    """Return the resident memory of this process in MiB."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Counters(ctypes.Structure):
            # PROCESS_MEMORY_COUNTERS (psapi.h)
            _fields_ = (
                ("cb", wintypes.DWORD),
                ("faults", wintypes.DWORD),
                *((name, ctypes.c_size_t) for name in "abcdefgh"),
            )

        counters = Counters(cb=ctypes.sizeof(Counters))
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.GetCurrentProcess.restype = wintypes.HANDLE
        kernel32.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
        kernel32.K32GetProcessMemoryInfo(kernel32.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return float(counters.b) / 2**20  # WorkingSetSize
    with open("/proc/self/status", encoding="utf-8") as status:  # noqa: PTH123  pathlib is not loaded in a bare process
        kibibytes = next(line.split()[1] for line in status if line.startswith("VmRSS"))
    return int(kibibytes) / 1_024
