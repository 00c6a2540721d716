"""The process of the sign-in service, and the lines that it and the program send each other."""

import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QProcess, Qt, QTimer, Signal

from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.sign_in_messages import BLANK, Failed, Listening, PortTaken, decode, encode_simulated_failures
from zcc_keys_gui.ui.application.log import log

END_TIMEOUT_MS = 800
"""A process that does not end within this time is killed."""
_REPLY_TIMEOUT_MS = 100  # reading a line, or answering it, takes the process a few milliseconds


class SignInProcess(QObject):
    """One process of the sign-in service, from its start to its end.

    `listening` carries the port. `port_not_free` carries the only port that the process may use; it then ends.
    `failures_changed`: it simulates other failures now. `calls_answered` carries rows for the sign-in log. `ended`
    carries this object. After `end` is called, only the last two are emitted.
    """

    listening = Signal(int)
    port_not_free = Signal(int)
    failures_changed = Signal()
    calls_answered = Signal(list)
    ended = Signal(object)

    def __init__(self, parent: QObject) -> None:
        """Prepare a process. It is killed if `parent` is deleted."""
        super().__init__(parent)
        self.port: int | None = None
        """The port that it listens on, or None if it does not listen yet."""
        self.simulated_failures: SimulatedFailures | None = None
        """What it simulates, or None until it says so."""
        self._is_ending = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read_messages)
        self._process.readyReadStandardError.connect(self._log_errors)
        self._process.finished.connect(self._report_end)
        # Queued, because Windows reports within `start` that a process can't be started.
        self._process.errorOccurred.connect(self._report_failed_start, Qt.ConnectionType.QueuedConnection)
        # Queued, because the functions that handle the key must have returned by then.
        self.listening.connect(self._overwrite_freed_memory, Qt.ConnectionType.QueuedConnection)

    def start(self, order: bytes) -> None:
        """Start the process with its first line."""
        program, *arguments = _command()
        self._process.setProgram(program)
        self._process.setArguments(arguments)
        if not getattr(sys, "frozen", False):
            self._process.setWorkingDirectory(str(Path(__file__).parents[4]))
        self._process.start()
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._send(order)

    def simulate(self, failures: SimulatedFailures) -> None:
        """Simulate these failures from the next call on. Return when the process confirms it, or after 0.1 s."""
        self.simulated_failures = None
        self._send(encode_simulated_failures(failures))
        deadline = QDeadlineTimer(_REPLY_TIMEOUT_MS)
        while self.simulated_failures != failures and self._process.waitForReadyRead(deadline.remainingTime()):
            pass

    def end(self) -> None:
        """Ask the process to end, and kill it later if it does not."""
        self._is_ending = True
        # The channel is closed only after everything is written, so a delay would keep the process running.
        self._process.waitForBytesWritten(_REPLY_TIMEOUT_MS)
        self._process.closeWriteChannel()
        QTimer.singleShot(END_TIMEOUT_MS, self._process, self._process.kill)

    def wait_for_end(self) -> None:
        """Wait until the process has ended, and kill it if it does not end in time."""
        if not self._process.waitForFinished(END_TIMEOUT_MS):
            self._process.kill()
            self._process.waitForFinished(END_TIMEOUT_MS)

    def log_unexpected_end(self) -> None:
        """Write into the program's log how the process ended."""
        if self._process.error() is QProcess.ProcessError.UnknownError:
            log(f"The sign-in service ended unexpectedly: exit code {self._process.exitCode()}")
        else:
            log(f"The sign-in service ended unexpectedly: {self._process.errorString()}")

    def _send(self, line: bytes) -> None:
        """Write a line now; otherwise Qt writes it only when the event loop runs again."""
        self._process.write(line)
        self._process.waitForBytesWritten(_REPLY_TIMEOUT_MS)

    def _read_messages(self) -> None:
        while self._process.canReadLine():
            message = decode(bytes(self._process.readLine().data()))
            if isinstance(message, list):
                self.calls_answered.emit(message)
            elif isinstance(message, Failed):
                log(f"The sign-in service failed: {message.description}")
            elif not self._is_ending:
                self._apply_state(message)

    def _apply_state(self, message: Listening | PortTaken | SimulatedFailures) -> None:
        match message:
            case Listening(port):
                self.port = port
                # The process has read its order by now. Its key is still in Qt's write buffer, which this line fills.
                self._process.write(BLANK)
                self.listening.emit(port)
            case PortTaken(port):
                self.port_not_free.emit(port)
            case _:
                self.simulated_failures = message
                self.failures_changed.emit()

    def _overwrite_freed_memory(self) -> None:
        overwrite_freed_memory()

    def _log_errors(self) -> None:
        lines = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip().splitlines()
        if lines:
            error_type = lines[-1].partition(":")[0]  # the text after it may contain data
            log(f"The sign-in service: {error_type}")

    def _report_end(self) -> None:
        self.ended.emit(self)

    def _report_failed_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # after any other error, `finished` is emitted too
            self.ended.emit(self)


def _command() -> list[str]:
    """Return the program and the arguments that start the service."""
    module = [] if getattr(sys, "frozen", False) else ["-m", "zcc_keys_gui"]
    return [sys.executable, *module, "--sign-in-service"]
