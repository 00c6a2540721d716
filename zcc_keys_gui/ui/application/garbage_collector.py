"""Python's collection of cyclic garbage, in the GUI thread alone."""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY = 1_000  # milliseconds


class GarbageCollector(QObject):
    """Collects garbage as Python would by itself, but never in another thread.

    Python collects in whatever thread just makes objects, and there destroys also a closed window. That may be done in
    the GUI thread only: elsewhere Qt goes on sending it events, and the program crashes.
    """

    def __init__(self, parent: QObject) -> None:
        """Collect from now on, as long as `parent` lives."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation of which there is enough, and the younger ones with it."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in (0, 1, 2) if counts[generation] > thresholds[generation]]
        if due:
            gc.collect(due[-1])
