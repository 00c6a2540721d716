"""What follows something that may happen many times a second, and need not be seen each time."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """Does something when it is called: at once, but once in an interval at most, and never later than that."""

    def __init__(self, do: Callable[[], None], interval: int, parent: QObject) -> None:
        """Call `do` at most once in `interval` milliseconds, as long as `parent` lives."""
        super().__init__(parent)
        self._do = do
        self._is_wanted = False
        self._rest = QTimer(self, singleShot=True, interval=interval)
        self._rest.timeout.connect(self._go_on)

    def call(self) -> None:
        """Do it now, or once the interval is over."""
        if self._rest.isActive():
            self._is_wanted = True
        else:
            self._is_wanted = False
            self._rest.start()
            self._do()

    def _go_on(self) -> None:
        if self._is_wanted:
            self.call()
