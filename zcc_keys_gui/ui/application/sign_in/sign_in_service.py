"""The sign-in service as the windows see it: whether it is on, where it listens, and what it simulates."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT, encode_order
from zcc_keys_gui.service.store import SignIns
from zcc_keys_gui.ui.application.log import log, log_problem
from zcc_keys_gui.ui.application.sign_in.sign_in_log_writer import SignInLogWriter, sign_ins_of_locked_vault
from zcc_keys_gui.ui.application.sign_in.sign_in_process import SignInProcess


class SignInService(QObject):
    """The service, which is one process while it is on; its rows are written into the vault's sign-in log.

    `changed`: it was switched on or off, listens now, or simulates other failures. `uses_other_port` carries the port
    if the usual one is not free; `port_not_free` carries the port if it may use no other and is therefore off.
    `ended_unexpectedly`: the process ended by itself or could not be started. The other signals are those of
    `SignInLogWriter`. The program's log says why.
    """

    changed = Signal()
    uses_other_port = Signal(int)
    port_not_free = Signal(int)
    ended_unexpectedly = Signal()
    recorded = Signal()
    fell_behind = Signal()
    caught_up = Signal()

    def __init__(
        self,
        sign_ins: Callable[[], SignIns],
        max_session_validity_seconds: int,
        parent: QObject,
        *,
        uses_only_usual_port: Callable[[], bool] = lambda: False,
    ) -> None:
        """Accept the keys of the vault that `sign_ins` belongs to.

        No access token is valid for longer than `max_session_validity_seconds`. At each start, `uses_only_usual_port`
        returns whether the service must not use another port.
        """
        super().__init__(parent)
        self._sign_ins = sign_ins
        self._max_session_validity_seconds = max_session_validity_seconds
        self._uses_only_usual_port = uses_only_usual_port
        self._is_on = False
        self._process: SignInProcess | None = None
        self._ending: SignInProcess | None = None
        """The former process, which still uses the port."""
        self._failures_at_start = SimulatedFailures()
        self._log_writer = SignInLogWriter(sign_ins, self)
        self._log_writer.recorded.connect(self.recorded)
        self._log_writer.fell_behind.connect(self.fell_behind)
        self._log_writer.caught_up.connect(self.caught_up)

    @property
    def is_on(self) -> bool:
        """Whether the service is switched on. It may still be starting."""
        return self._is_on

    @property
    def port(self) -> int | None:
        """The port that it listens on, or None if it does not listen."""
        return None if self._process is None else self._process.port

    @property
    def base_url(self) -> str:
        """The URL that scripts call, such as `http://127.0.0.1:8765`. If the service is off, the usual one."""
        return f"http://127.0.0.1:{self.port or DEFAULT_PORT}"

    @property
    def simulated_failures(self) -> SimulatedFailures:
        """What the service simulates."""
        failures = self._failures_at_start if self._process is None else self._process.simulated_failures
        return failures or SimulatedFailures()

    def start(self) -> None:
        """Switch the service on. Raises `VaultError`."""
        if self._is_on:
            return
        self._is_on = True
        log("The sign-in service was switched on.")
        if self._ending is None:
            try:
                self._start_process()
            except ZccKeysError:
                self._is_on = False
                raise
        if self._is_on:  # if the process could not be started, that was reported already
            self.changed.emit()

    def stop(self) -> None:
        """Switch the service off. Rows that it still sends are written into the log."""
        if not self._is_on:
            return
        self._is_on = False
        self._end_process()
        log("The sign-in service was switched off.")
        self.changed.emit()

    def restart(self) -> None:
        """If the service is on, replace its process, for example after the vault got another key.

        Simulated failures continue.
        """
        if self._is_on:
            failures = self.simulated_failures
            self._end_process()
            self._failures_at_start = failures
            log("The sign-in service is restarting.")
            self.changed.emit()

    def close(self) -> None:
        """Switch the service off. Wait until its process has ended and its rows are written.

        The vault is about to be closed.
        """
        self.stop()
        if self._ending is not None:
            self._ending.wait_for_end()
        self._log_writer.finish()

    def leave_locked_vault(self, *, may_write: bool) -> None:
        """Switch the service off without waiting for its process, because the vault is about to be locked.

        If it `may_write`, write its rows now. The rest stays in memory until the next service takes it over.
        """
        self.stop()
        self._log_writer.leave_locked_vault(may_write=may_write)
        self._sign_ins = sign_ins_of_locked_vault

    def take_over(self, former: "SignInService") -> None:
        """Write the rows that the service of the same vault before it was locked still has, and delete that one."""
        self._log_writer.take_over(former._log_writer)
        if former._ending is None:
            former.deleteLater()
        else:
            former._ending.ended.connect(former.deleteLater)

    def simulate(self, failures: SimulatedFailures) -> None:
        """Answer the calls from the next one on with these failures."""
        if self._process is not None:
            self._process.simulate(failures)
        elif self._is_on:  # a former process is still ending
            self._failures_at_start = failures
            self.changed.emit()

    def _start_process(self) -> None:
        order = encode_order(
            self._sign_ins().access(),
            self._max_session_validity_seconds,
            self.simulated_failures,
            only_this_port=self._uses_only_usual_port(),
        )
        self._process = process = SignInProcess(self)
        process.simulated_failures = self._failures_at_start
        self._failures_at_start = SimulatedFailures()
        process.calls_answered.connect(self._log_writer.add)
        process.listening.connect(self._report_port)
        process.port_not_free.connect(self._report_port_not_free)
        process.failures_changed.connect(self.changed)
        process.ended.connect(self._handle_end)
        process.start(order)

    def _end_process(self) -> None:
        process, self._process = self._process, None
        self._failures_at_start = SimulatedFailures()
        if process is not None:
            self._ending = process
            process.end()

    def _report_port(self, port: int) -> None:
        self.changed.emit()
        if port != DEFAULT_PORT:
            self.uses_other_port.emit(port)

    def _report_port_not_free(self, port: int) -> None:
        self._is_on = False
        self._end_process()
        log(f"The sign-in service did not start: port {port} is not free.")
        self.changed.emit()
        self.port_not_free.emit(port)

    def _handle_end(self, process: SignInProcess) -> None:
        process.deleteLater()
        if process is self._process:
            process.log_unexpected_end()
            self._report_unexpected_end()
        elif process is self._ending:
            self._ending = None
            if self._is_on:  # it was switched on again while the former process was ending
                try:
                    self._start_process()
                except ZccKeysError as error:
                    log_problem(error)
                    self._report_unexpected_end()

    def _report_unexpected_end(self) -> None:
        self._is_on = False
        self._process = None
        self._failures_at_start = SimulatedFailures()
        self.changed.emit()
        self.ended_unexpectedly.emit()
