"""Measures how long the GUI thread is blocked."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer

_INTERVAL_MS = 1


def _do_nothing() -> None:
    pass


class BlockingMeter:
    """A timer that is due every millisecond. While the GUI thread is blocked, the timer is late."""

    def __init__(self, on_measured: Callable[[], None] = _do_nothing) -> None:
        """Call `on_measured` after each measurement; its own time is not measured."""
        self.blocked_ms: list[float] = []
        """How late the timer was, each time."""
        self.cpu_ms: list[float] = []
        """The CPU time of the thread between two measurements, which other busy programs do not change."""
        self._on_measured = on_measured
        self._last_seconds = self._last_cpu_seconds = 0.0
        self._timer = QTimer(interval=_INTERVAL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._measure)

    def start(self) -> None:
        """Start measuring."""
        self._note_time()
        self._timer.start()

    def stop(self) -> None:
        """Stop measuring."""
        self._timer.stop()

    @property
    def max_blocked_ms(self) -> float:
        """The longest time for which the GUI thread was blocked, or 0 if it was never blocked."""
        return max(self.blocked_ms, default=0.0)

    def _measure(self) -> None:
        self.blocked_ms.append((time.perf_counter() - self._last_seconds) * 1_000 - _INTERVAL_MS)
        self.cpu_ms.append((time.thread_time() - self._last_cpu_seconds) * 1_000)
        self._on_measured()
        self._note_time()

    def _note_time(self) -> None:
        self._last_seconds, self._last_cpu_seconds = time.perf_counter(), time.thread_time()
