"""One program for each vault folder: a lock decides, and a pipe brings the first program's window to the front."""

import hashlib
import os
import time
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from zcc_keys_gui.domain.errors import VaultInUseError, VaultReadOnlyError, VaultUnreachableError
from zcc_keys_gui.windows.account import account_name
from zcc_keys_gui.windows.foreground import let_come_to_front
from zcc_keys_gui.windows.session import session_id

_PATIENCE = 5.0  # seconds in which the program that has the lock must listen, or let go
_CONNECT_WITHIN = 1_000  # milliseconds
_ANSWER_WITHIN = 20_000  # milliseconds; it may be busy making its vault
_BETWEEN_TRIES = 50  # milliseconds
_ANSWER = b"I am here"


class SingleInstance(QObject):
    """Holds `vault.lock`, and with it the right to the vault; `front_wanted` tells of another start."""

    front_wanted = Signal()

    def __init__(self, folder: Path, parent: QObject) -> None:
        """Stand for the vault in `folder`."""
        super().__init__(parent)
        self._path = folder / "vault.lock"
        self._lock = QLockFile(str(self._path))
        self._lock.setStaleLockTime(0)  # never stale by age; one of a dead process is taken over all the same
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def acquire(self) -> bool:
        """Take the lock in the folder, which exists; or bring the window of the program that has it to the front.

        Returns whether the lock was taken.
        Raises `VaultInUseError` where that one neither answers nor lets go, and other `VaultError`s.
        """
        name = _pipe_name(self._path.parent)
        give_up = time.monotonic() + _PATIENCE
        while not self._lock.tryLock(0):
            if self._lock.error() == QLockFile.LockError.PermissionError:
                raise VaultReadOnlyError(self._path)
            if self._lock.error() != QLockFile.LockError.LockFailedError:
                raise VaultUnreachableError(self._path)
            if self._ask_first_to_come(name):
                return False
            if time.monotonic() > give_up:
                raise VaultInUseError(self._path)
            QThread.msleep(_BETWEEN_TRIES)
        QLocalServer.removeServer(name)  # what a killed program left behind
        self._server.listen(name)
        return True

    def release(self) -> None:
        """Let another program have the vault."""
        self._server.close()
        self._lock.unlock()

    def _ask_first_to_come(self, name: str) -> bool:
        let_come_to_front(self._lock.getLockInfo()[0])
        socket = QLocalSocket()
        socket.connectToServer(name)
        # Connecting says all there is to say. A line cut without an answer is a program that ends: it lets go soon.
        answered = socket.waitForConnected(_CONNECT_WITHIN) and socket.waitForReadyRead(_ANSWER_WITHIN)
        socket.abort()
        return answered

    def _answer(self) -> None:
        while socket := self._server.nextPendingConnection():
            socket.disconnected.connect(socket.deleteLater)
            socket.write(_ANSWER)
            socket.flush()
            self.front_wanted.emit()


def _pipe_name(folder: Path) -> str:
    place = os.path.normcase(os.path.realpath(folder))
    return "zcc-keys-" + hashlib.sha256(f"{account_name()}\n{session_id()}\n{place}".encode()).hexdigest()[:32]
