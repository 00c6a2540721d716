"""Writes what the sign-in service did into the vault's sign-in log, in the background."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QThreadPool, Signal

from zcc_keys_gui.domain.errors import VaultClosedError, ZccKeysError
from zcc_keys_gui.domain.sign_in import NewestRows, SignIn
from zcc_keys_gui.service.store import SignIns
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.application.log import log_problem
from zcc_keys_gui.ui.application.throttle import Throttle

_WRITE_INTERVAL_MS = 1_000  # the windows can't read the vault while the disk writes


class SignInLogWriter(QObject):
    """The writer of rows into the sign-in log, one batch at a time.

    `recorded`: the log has new rows. `fell_behind`: a batch could not be written; this is tried again once a second.
    `caught_up`: it was written in the end. The program's log says why it failed.
    """

    recorded = Signal()
    fell_behind = Signal()
    caught_up = Signal()

    def __init__(self, sign_ins: Callable[[], SignIns], parent: QObject) -> None:
        """Write into the log that `sign_ins` returns."""
        super().__init__(parent)
        self._sign_ins = sign_ins
        self._waiting: NewestRows[SignIn] = NewestRows()
        self._being_written: Sequence[SignIn] = ()
        self._task: BackgroundTask | None = None
        self._is_behind = False
        self._is_vault_locked = False
        self._successor: SignInLogWriter | None = None
        """The writer for the same vault after it was unlocked again."""
        self._throttle = Throttle(self._write, _WRITE_INTERVAL_MS, self)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def add(self, rows: Sequence[SignIn]) -> None:
        """Write rows soon. If there are more than the log keeps, the oldest are dropped."""
        writer = self._successor or self
        writer._queue(rows)
        writer._throttle.call()

    def finish(self) -> None:
        """Write all rows now, because the vault is about to be closed."""
        self._pool.waitForDone()
        self._task = None
        self._write_waiting_now()

    def leave_locked_vault(self, *, may_write: bool) -> None:
        """Stop writing, without waiting, because the vault is about to be locked.

        If it `may_write`, write what is waiting now. The rest stays in memory until a successor takes it over.
        """
        self._is_vault_locked = True
        if may_write and self._task is None:
            self._write_waiting_now()
        self._sign_ins = sign_ins_of_locked_vault  # so that nothing of the vault stays in memory

    def take_over(self, former: "SignInLogWriter") -> None:
        """Write the rows that the writer of the vault still had when it was locked, and those that it gets later."""
        self._queue(former._being_written)
        self._queue(former._take_waiting())
        former._being_written = ()
        former._successor = self
        self._throttle.call()

    def _write(self) -> None:
        if self._task is not None or not self._waiting or self._is_vault_locked:
            return
        self._being_written = rows = self._take_waiting()
        self._task = BackgroundTask(lambda: self._sign_ins().record(rows))
        self._task.done.connect(self._report_written)
        self._task.failed.connect(self._try_again)
        self._task.start(self._pool)

    def _write_waiting_now(self) -> None:
        rows = self._take_waiting()
        if rows:
            try:
                self._sign_ins().record(rows)
            except ZccKeysError as error:
                log_problem(error)
                self._queue(rows)

    def _queue(self, rows: Sequence[SignIn]) -> None:
        for row in rows:
            self._waiting.add(row, is_authenticated=row.is_authenticated)

    def _take_waiting(self) -> Sequence[SignIn]:
        rows, self._waiting = list(self._waiting), NewestRows()
        return rows

    def _report_written(self) -> None:
        self._task = None
        self._being_written = ()
        if self._is_behind:
            self._is_behind = False
            self.caught_up.emit()
        self.recorded.emit()
        if self._waiting:
            self._throttle.call()

    def _try_again(self, error: Exception) -> None:
        self._task = None
        newer_rows = self._take_waiting()
        self._queue(self._being_written)
        self._queue(newer_rows)
        self._being_written = ()
        self._throttle.call()
        if not self._is_behind:  # only the first time, so that the program's log does not fill up
            self._is_behind = True
            log_problem(error)
            self.fell_behind.emit()


def sign_ins_of_locked_vault() -> SignIns:
    """Raise `VaultClosedError`."""
    raise VaultClosedError
