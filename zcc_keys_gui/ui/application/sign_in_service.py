"""The sign-in service as the windows see it: switched on and off, where it listens, what it tells."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QThreadPool, QTimer, Signal

from zcc_keys_gui.domain.errors import VaultClosedError, ZccKeysError
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.store import SignIns
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.application.log import log, log_problem
from zcc_keys_gui.ui.application.throttle import Throttle

if TYPE_CHECKING:  # imported once the service is switched on, so that start-up does not pay for them
    from PySide6.QtCore import QProcess

    from zcc_keys_gui.domain.sign_in import NewestRows, SignIn, SimulatedFailures

_WRITE_EVERY = 1_000  # milliseconds at most: while the disk writes, nothing is read from the vault
_GRACE = 800  # milliseconds in which it ends by itself; then it is made to
_PROMPT = 100  # milliseconds that are waited at most until it has what it is told; it takes a few


class SignInService(QObject):
    """One process beside the program, as long as the service is on. Its rows are written into the vault's log.

    `changed` tells that it was switched, listens now, or simulates something else; `recorded` that the log has new
    rows; `port_was_taken` that it listens on another port than usual, and `port_is_taken` that it is off because it
    may use no other; `broke` that it ended by itself, or could not begin; `fell_behind` that the log can't be written,
    which is tried again once a second, and `caught_up` that it was. The program's log says what went wrong.
    """

    changed = Signal()
    recorded = Signal()
    port_was_taken = Signal(int)
    port_is_taken = Signal(int)
    broke = Signal()
    fell_behind = Signal()
    caught_up = Signal()

    def __init__(
        self,
        sign_ins: Callable[[], SignIns],
        longest: int,
        parent: QObject,
        *,
        only_usual_port: Callable[[], bool] = lambda: False,
    ) -> None:
        """Accept the keys of the vault that has these `sign_ins`; no access token lasts longer than `longest` seconds.

        `only_usual_port` is asked at each start, and says whether the service may not use another port.
        """
        super().__init__(parent)
        self._only_usual_port = only_usual_port
        self._sign_ins = sign_ins
        self._longest = longest
        self._is_on = False
        self._process: QProcess | None = None
        self._ending: QProcess | None = None
        """The one before, which still has the port."""
        self._port: int | None = None
        self._simulated_failures: SimulatedFailures | None = None
        self._waiting: NewestRows[SignIn] | None = None
        self._is_left = False
        self._heir: SignInService | None = None
        """The service of the vault that was unlocked since."""
        self._in_hand: Sequence[SignIn] = ()
        self._writing: BackgroundTask | None = None
        self._is_behind = False
        self._pace = Throttle(self._write, _WRITE_EVERY, self)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    @property
    def is_on(self) -> bool:
        """Whether it is switched on; it may still be beginning."""
        return self._is_on

    @property
    def port(self) -> int | None:
        """The port at which it listens, or None while it does not."""
        return self._port

    @property
    def base_url(self) -> str:
        """What a script calls, such as `http://127.0.0.1:8765`; where the service is off, as it would be."""
        from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT

        return f"http://127.0.0.1:{self._port or DEFAULT_PORT}"

    @property
    def simulated_failures(self) -> "SimulatedFailures":
        """What it rehearses."""
        from zcc_keys_gui.domain.sign_in import SimulatedFailures

        return self._simulated_failures or SimulatedFailures()

    def start(self) -> None:
        """Switch it on. Raises `VaultError`."""
        if self._is_on:
            return
        self._is_on = True
        log("The sign-in service was switched on.")
        if self._ending is None:
            try:
                self._begin()
            except ZccKeysError:
                self._is_on = False
                raise
        if self._is_on:  # else it could not begin, which is told already
            self.changed.emit()

    def stop(self) -> None:
        """Switch it off; what it still has to tell is written into the log."""
        if not self._is_on:
            return
        self._is_on = False
        self._let_go()
        log("The sign-in service was switched off.")
        self.changed.emit()

    def restart(self) -> None:
        """Where it is on, let another process open the vault as it is now: it has another key. A rehearsal goes on."""
        if self._is_on:
            simulated_failures = self._simulated_failures
            self._let_go()
            self._simulated_failures = simulated_failures
            log("The sign-in service begins anew.")
            self.changed.emit()

    def close(self) -> None:
        """Switch it off, and wait until it has ended and all its rows are written: the vault is about to be closed."""
        self.blockSignals(True)  # who would listen is about to go
        self.stop()
        ending = self._ending
        if ending is not None and not ending.waitForFinished(_GRACE):
            ending.kill()
            ending.waitForFinished(_GRACE)
        self._pool.waitForDone()
        self._writing = None
        if self._waiting:
            try:
                self._sign_ins().record(self._take_waiting())
            except ZccKeysError as error:
                log_problem(error)

    def leave(self, *, may_write: bool) -> None:
        """Switch it off, and wait for nothing: the vault is about to be locked.

        What it has told is written now if it `may_write`. The rest is kept in memory until the next service takes it.
        """
        self.blockSignals(True)  # who would listen is about to go
        self.stop()
        self._is_left = True
        if may_write and self._writing is None and self._waiting:
            rows = self._take_waiting()
            try:
                self._sign_ins().record(rows)
            except ZccKeysError as error:
                log_problem(error)
                self._await(rows)
        self._sign_ins = _of_closed_vault  # nothing of the vault stays in memory

    def take_over(self, former: "SignInService") -> None:
        """Write the rows that a service which was left still had. Call this at most a moment after `leave`."""
        self._await(former._in_hand)
        self._await(former._take_waiting())
        former._in_hand = ()
        former._heir = self
        self._pace.call()
        if former._ending is None:
            former.deleteLater()
        else:
            former._ending.finished.connect(former.deleteLater)

    def rehearse(self, simulated_failures: "SimulatedFailures") -> None:
        """Answer the next calls so, from the one on that follows; the service says what is left of it after each."""
        from PySide6.QtCore import QDeadlineTimer

        from zcc_keys_gui.service.sign_in_messages import encode_simulated_failures

        process = self._process
        if process is not None:
            self._simulated_failures = None  # until the service says so
            _tell(process, encode_simulated_failures(simulated_failures))
            end = QDeadlineTimer(_PROMPT)
            while self._simulated_failures != simulated_failures and process.waitForReadyRead(end.remainingTime()):
                pass
        elif self._is_on:  # soon
            self._simulated_failures = simulated_failures
            self.changed.emit()

    def _begin(self) -> None:
        from PySide6.QtCore import QProcess

        from zcc_keys_gui.service.sign_in_messages import encode_order

        access, is_bound = self._sign_ins().access(), self._only_usual_port()
        order = encode_order(access, self._longest, self.simulated_failures, only_this_port=is_bound)
        self._process = process = QProcess(self)
        program, *arguments = _command()
        process.setProgram(program)
        process.setArguments(arguments)
        if not getattr(sys, "frozen", False):
            process.setWorkingDirectory(str(Path(__file__).parents[3]))
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._log_errors)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail, Qt.ConnectionType.QueuedConnection)  # Windows tells within `start`
        process.start()
        if process.state() is not QProcess.ProcessState.NotRunning:
            _tell(process, order)

    def _let_go(self) -> None:
        """Tell the process to end, and have none any more."""
        process, self._process = self._process, None
        self._port = None
        self._simulated_failures = None
        if process is not None:
            self._ending = process
            process.waitForBytesWritten(_PROMPT)  # else that would be waited for, and it would not end meanwhile
            process.closeWriteChannel()
            QTimer.singleShot(_GRACE, process, process.kill)

    def _read(self) -> None:
        from zcc_keys_gui.service.sign_in_messages import BLANK, DEFAULT_PORT, Failed, Listening, PortTaken, decode

        process = self._telling()
        while process.canReadLine():
            told = decode(bytes(process.readLine().data()))
            if isinstance(told, list):
                heir = self._heir or self
                heir._await(told)
                heir._pace.call()
            elif isinstance(told, Failed):
                log(f"The sign-in service failed: {told.what}")
            elif process is not self._process:
                continue
            elif isinstance(told, Listening):
                self._port = told.port
                # The order, which is read by now, had the key of the database in it, and Qt's buffer still has.
                process.write(BLANK)
                QTimer.singleShot(0, overwrite_freed_memory)
                self.changed.emit()
                if told.port != DEFAULT_PORT:
                    self.port_was_taken.emit(told.port)
            elif isinstance(told, PortTaken):
                self._is_on = False
                self._let_go()
                log(f"The sign-in service did not start: port {told.port} is not free.")
                self.changed.emit()
                self.port_is_taken.emit(told.port)
            else:
                self._simulated_failures = told
                self.changed.emit()

    def _write(self) -> None:
        """Write the rows that wait into the log, in the background, one bundle at a time."""
        if self._writing is not None or not self._waiting or self._is_left:
            return
        self._in_hand = rows = self._take_waiting()
        self._writing = BackgroundTask(lambda: self._sign_ins().record(rows))
        self._writing.done.connect(self._written)
        self._writing.failed.connect(self._not_written)
        self._writing.start(self._pool)

    def _await(self, rows: "Sequence[SignIn]") -> None:
        """Queue these rows to be written, within the limits of the log."""
        from zcc_keys_gui.domain.sign_in import NewestRows

        self._waiting = self._waiting or NewestRows()
        for row in rows:
            self._waiting.add(row, is_authenticated=row.is_authenticated)

    def _take_waiting(self) -> "Sequence[SignIn]":
        rows, self._waiting = list(self._waiting or ()), None
        return rows

    def _written(self) -> None:
        self._writing = None
        self._in_hand = ()
        if self._is_behind:
            self._is_behind = False
            self.caught_up.emit()
        self.recorded.emit()
        if self._waiting:
            self._pace.call()

    def _not_written(self, error: Exception) -> None:
        self._writing = None
        later = self._take_waiting()
        self._await(self._in_hand)
        self._await(later)
        self._in_hand = ()
        self._pace.call()
        if not self._is_behind:  # else the program's log would be full of it
            self._is_behind = True
            log_problem(error)
            self.fell_behind.emit()

    def _log_errors(self) -> None:
        process = self._telling()
        told = bytes(process.readAllStandardError().data()).decode(errors="replace").strip().splitlines()
        if told:
            log(f"The sign-in service: {told[-1].partition(':')[0]}")  # of a trace, the error's kind, and not its text

    def _finish(self) -> None:
        process = self._telling()
        process.deleteLater()
        if process is self._process:
            from PySide6.QtCore import QProcess

            is_known = process.error() is not QProcess.ProcessError.UnknownError
            how = process.errorString() if is_known else f"exit code {process.exitCode()}"
            log(f"The sign-in service has ended unexpectedly: {how}")
            self._break()
        elif process is self._ending:
            self._ending = None
            if self._is_on:  # again
                try:
                    self._begin()
                except ZccKeysError as error:
                    log_problem(error)
                    self._break()

    def _telling(self) -> "QProcess":
        return cast("QProcess", self.sender())

    def _fail(self, error: "QProcess.ProcessError") -> None:
        if error is type(error).FailedToStart:  # else it finishes too
            self._finish()

    def _break(self) -> None:
        self._is_on = False
        self._process = self._port = None
        self._simulated_failures = None
        self.changed.emit()
        self.broke.emit()


def _tell(process: "QProcess", line: bytes) -> None:
    """Write to the service, and not only once the event loop has its turn."""
    process.write(line)
    process.waitForBytesWritten(_PROMPT)


def _of_closed_vault() -> SignIns:
    raise VaultClosedError


def _command() -> list[str]:
    module = [] if getattr(sys, "frozen", False) else ["-m", "zcc_keys_gui"]  # what follows the process's own file
    return [sys.executable, *module, "--sign-in-service"]
