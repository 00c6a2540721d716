"""Work that takes longer than a frame, in another thread."""

from collections.abc import Callable
from functools import cache
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal

from zcc_keys_gui.domain.errors import VaultClosedError


@cache
def export_pool() -> QThreadPool:
    """Return the threads that write exports. The end of the program lets these finish; other work is interrupted."""
    return QThreadPool()


class BackgroundTask(QObject):
    """One piece of work; `done` or `failed` is emitted in the thread that made the task.

    Neither is emitted if the vault that the work is about was closed meanwhile.
    Connect methods of QObjects: such a connection ends by itself when the object is gone.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    """For the work to emit: steps done, and of how many. The task outlives the window that waits for it."""
    _over = Signal()

    def __init__(self, work: Callable[[], Any]) -> None:
        """Prepare to call `work`."""
        # Its parent keeps it until it is deleted in its own thread, after the outcome was told there. Without one, the
        # last reference may be dropped by the other thread, while this one still handles the signal.
        super().__init__(QCoreApplication.instance())
        self._over.connect(self._end)
        self._work: Callable[[], Any] | None = work

    def start(self, pool: QThreadPool) -> None:
        """Call the work in a thread of `pool`."""
        pool.start(self._run)

    def _run(self) -> None:
        assert self._work is not None
        try:
            result = self._work()
        except VaultClosedError:  # by the user, whose windows are gone
            pass
        except Exception as error:  # noqa: BLE001  it is told, not swallowed
            self.failed.emit(error)
        else:
            self.done.emit(result)
        self._over.emit()

    def _end(self) -> None:
        self._work = None  # which may know a passphrase, while somebody still has the task
        self.deleteLater()
