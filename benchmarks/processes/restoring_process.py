"""Backs up or restores in the background: `python -m benchmarks.processes.restoring_process ACTION VAULT BACKUP`.

The output is JSON: the memory that it took, how long the GUI thread was blocked, and how many seconds each part took.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PySide6.QtCore import QThreadPool, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.processes.blocking_meter import BlockingMeter
from benchmarks.processes.process_memory import peak_memory_mib
from benchmarks.vaults import open_vault
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.ui.application.background import BackgroundTask

_PASSPHRASE = "four random words fit"
_WAIT_SECONDS = 10


class _Work:
    """The actions, and how many seconds each of their parts took."""

    def __init__(self, backups: Backups, file: Path) -> None:
        self._backups = backups
        self._file = file
        self.seconds: dict[str, float] = {}
        self.actions: dict[str, Callable[[], None]] = {
            "wait": lambda: time.sleep(_WAIT_SECONDS),
            "back up": self._back_up,
            "read": lambda: self._read(is_restoring=False),
            "restore": lambda: self._read(is_restoring=True),
            "merge": lambda: self._read(is_restoring=True),  # on a vault that has keys
        }

    def _back_up(self) -> None:
        with self._timed("back up"):
            self._backups.back_up(self._file, _PASSPHRASE)

    def _read(self, *, is_restoring: bool) -> None:
        with self._timed("read"):
            opened = self._backups.read(self._file, _PASSPHRASE)
        with closing(opened):
            with self._timed("plan"):
                self._backups.plan(opened, RestoreOptions())
            if is_restoring:
                with self._timed("restore"):
                    self._backups.restore(opened, RestoreOptions())

    @contextmanager
    def _timed(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[part] = round(time.perf_counter() - start, 1)


def main(action: str, vault: Path, backup: Path) -> None:
    """Run an action in a second thread, measure this thread meanwhile, and print the results."""
    with closing(open_vault(vault)) as store:
        work = _Work(Backups(store.backups, lambda: "benchmark"), backup)
        memory_mib = peak_memory_mib()
        blocked_ms = _blocked_ms_during(work.actions[action])
        memory_mib = peak_memory_mib() - memory_mib
    print(json.dumps({"memory_mib": memory_mib, "blocked_ms": blocked_ms, "seconds": work.seconds}))


def _blocked_ms_during(action: Callable[[], None]) -> float:
    """Run an action in a second thread, and return for how long the GUI thread was blocked. Raises what it raises."""
    application = QApplication([])
    errors: list[Exception] = []
    task = BackgroundTask(action)
    task.done.connect(application.quit)
    task.failed.connect(errors.append)
    task.failed.connect(application.quit)
    meter = BlockingMeter()
    meter.start()
    QTimer.singleShot(0, application, lambda: task.start(QThreadPool.globalInstance()))
    application.exec()
    meter.stop()
    for error in errors:
        raise error
    return meter.max_blocked_ms


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
