"""Work that takes longer than a frame, in another thread."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThreadPool, Signal


class BackgroundTask(QObject):
    """One piece of work; `done` or `failed` is emitted in the thread that made the task.

    Connect methods of QObjects: such a connection ends by itself when the object is gone.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], Any]) -> None:
        """Prepare to call `work`."""
        super().__init__()
        self._work = work

    def start(self, pool: QThreadPool) -> None:
        """Call the work in a thread of `pool`."""
        pool.start(self._run)  # the bound method keeps the task alive

    def _run(self) -> None:
        try:
            result = self._work()
        except Exception as error:  # noqa: BLE001  it is told, not swallowed
            self.failed.emit(error)
        else:
            self.done.emit(result)
