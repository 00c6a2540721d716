"""Python's collection of cyclic garbage, which must not run outside the GUI thread."""

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1_000


class GarbageCollector(QObject):
    """A timer that collects garbage in the GUI thread once a second, because Python would do it in any thread.

    The garbage may contain a closed window, and Qt crashes if another thread deletes a window.
    """

    def __init__(self, parent: QObject) -> None:
        """Replace Python's own collection, as long as `parent` lives."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    def collect_due(self) -> None:
        """Collect the oldest generation that has reached its threshold, and the younger ones with it."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in (0, 1, 2) if counts[generation] > thresholds[generation]]
        if due:
            gc.collect(due[-1])


def collect_all() -> None:
    """Collect all garbage now, so that nothing of a locked vault stays in memory. Call it in the GUI thread."""
    gc.collect()
