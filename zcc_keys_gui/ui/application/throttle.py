"""Limiting how often something is done that may be needed many times a second."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """A limit on how often a function is called: immediately when it is needed, but at most once in each interval."""

    def __init__(self, function: Callable[[], None], interval_ms: int, parent: QObject) -> None:
        """Call `function` at most once in `interval_ms` milliseconds, as long as `parent` lives."""
        super().__init__(parent)
        self._function = function
        self._is_requested = False
        self._timer = QTimer(self, singleShot=True, interval=interval_ms)
        self._timer.timeout.connect(self._call_if_requested)

    def call(self) -> None:
        """Call the function now, or at the end of the interval."""
        if self._timer.isActive():
            self._is_requested = True
        else:
            self._is_requested = False
            self._timer.start()
            self._function()

    def _call_if_requested(self) -> None:
        if self._is_requested:
            self.call()
