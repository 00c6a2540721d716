"""Work that takes longer than a frame, in another thread."""

from collections.abc import Callable
from functools import cache
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal

from zcc_keys_gui.domain.errors import VaultClosedError

Report = Callable[[int, int], None]
"""Reports the number of steps that are done, and the number of all steps."""


@cache
def export_pool() -> QThreadPool:
    """Return the threads that write exports. When the program ends, it waits for them and interrupts all others."""
    return QThreadPool()


class BackgroundTask(QObject):
    """One piece of work in another thread; `done` or `failed` is emitted in the thread that created the task.

    Neither is emitted if the vault was closed while the work was running.
    Connect methods of QObjects only: Qt ends such a connection when the object is deleted.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    """Emitted by the work itself: see `Report`. The task outlives a window that is closed before the work is done."""
    _finished = Signal()

    def __init__(self, work: Callable[[], Any]) -> None:
        """Prepare to call `work`."""
        # The parent keeps the task alive until it is deleted in its own thread, after the outcome was delivered there.
        # Without a parent, the other thread may drop the last reference while this one still handles the signal.
        super().__init__(QCoreApplication.instance())
        self._finished.connect(self._clean_up)
        self._work: Callable[[], Any] | None = work

    def start(self, pool: QThreadPool) -> None:
        """Call the work in a thread of `pool`."""
        pool.start(self._run)

    def _run(self) -> None:
        assert self._work is not None
        try:
            result = self._work()
        except VaultClosedError:  # The user closed the vault, and with it the windows that would show the outcome.
            pass
        except Exception as error:  # noqa: BLE001  `failed` passes it on
            self.failed.emit(error)
        else:
            self.done.emit(result)
        self._finished.emit()

    def _clean_up(self) -> None:
        self._work = None  # It may hold a passphrase, and others may still hold the task.
        self.deleteLater()
