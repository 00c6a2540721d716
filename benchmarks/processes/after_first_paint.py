"""Ends the process after its window was painted for the first time."""

import os

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from benchmarks.processes.process_memory import resident_memory_mib

_IDLE_AFTER_MS = 2_000


class AfterFirstPaint(QObject):
    """A filter that ends the process after the first paint, or later and with its memory printed."""

    def __init__(self, window: QWidget, *, prints_memory: bool) -> None:
        """Wait for the first paint of `window`. With `prints_memory`, also wait until the process is idle."""
        super().__init__(window)
        self._prints_memory = prints_memory
        window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        """Notice the first paint. The window is on the screen when the event loop runs again."""
        if event.type() == QEvent.Type.Paint:
            window.removeEventFilter(self)
            if self._prints_memory:
                QTimer.singleShot(_IDLE_AFTER_MS, _print_memory_and_exit)
            else:
                QTimer.singleShot(0, lambda: os._exit(0))
        return False


def _print_memory_and_exit() -> None:
    print(resident_memory_mib(), flush=True)
    os._exit(0)
