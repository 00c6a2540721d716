"""One program for each vault folder: a lock decides, and a pipe brings the first program's window to the front."""

import errno
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCryptographicHash, QLockFile, QObject, QThread, QTimer, Signal

from zcc_keys_gui.domain.errors import (
    DiskFullError,
    VaultError,
    VaultInUseError,
    VaultNotAFileError,
    VaultReadOnlyError,
    VaultUnreachableError,
)

if TYPE_CHECKING:  # imported when they are needed, which is after the first window was painted
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE = 20.0  # seconds in which the program that has the lock must answer, or let go; it may be making its vault
_CONNECT_WITHIN = 1_000  # milliseconds
_ANSWER_WITHIN = 20_000  # milliseconds
_BETWEEN_TRIES = 50  # milliseconds
_STALE_AFTER = 0.5  # seconds in which the same lock file stood there, and nobody answered
_LISTEN_AFTER = 500  # milliseconds from the event loop's first turn; the first window is painted sooner
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
        self._server: QLocalServer | None = None

    def acquire(self) -> bool:
        """Take the lock in the folder, which exists; or bring the window of the program that has it to the front.

        Returns whether the lock was taken. Other starts are answered once the event loop runs.
        Raises `VaultInUseError` where the other program neither answers nor lets go, and other `VaultError`s.
        """
        _refuse_unusable(self._path)
        give_up = time.monotonic() + _PATIENCE
        standing, since = _identity(self._path), time.monotonic()
        while not self._lock.tryLock(0):
            if self._lock.error() == QLockFile.LockError.PermissionError:
                raise VaultReadOnlyError(self._path)
            if self._lock.error() != QLockFile.LockError.LockFailedError:
                raise _refused(self._path)
            if _is_held_by_another_user(self._path):
                # Anyone who may read a file may lock it. But the folder is this user's, and so is the right to it.
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
                    continue
            if self._ask_first_to_come():
                return False
            if _identity(self._path) != standing:
                standing, since = _identity(self._path), time.monotonic()
            # Whatever the file says of another process or computer: it can be removed only if nobody holds it open. Not
            # at once, since for a moment nobody holds the file of a program that is just taking or leaving the lock.
            if time.monotonic() > since + _STALE_AFTER and self._lock.removeStaleLockFile():
                continue
            if time.monotonic() > give_up:
                raise VaultInUseError(self._path)
            QThread.msleep(_BETWEEN_TRIES)
        with suppress(OSError):
            self._path.chmod(0o600)  # Qt lets everyone read it, who could then lock it
        QTimer.singleShot(0, self, lambda: QTimer.singleShot(_LISTEN_AFTER, self, self._listen))
        return True

    def release(self) -> None:
        """Let another program have the vault."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _listen(self) -> None:
        from PySide6.QtNetwork import QLocalServer

        if not self._lock.isLocked():  # released meanwhile
            return
        name = _pipe_name(self._path.parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(
            # On Linux a name without a file: the path of one may be too long, and it would outlive a killed program.
            QLocalServer.SocketOption.AbstractNamespaceOption
            if sys.platform == "linux"
            else QLocalServer.SocketOption.UserAccessOption
        )
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(name)  # what a killed program left behind
        self._server.listen(name)

    def _ask_first_to_come(self) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        from zcc_keys_gui.platform.process import allow_foreground

        allow_foreground(self._lock.getLockInfo()[0])
        socket = QLocalSocket()
        if sys.platform == "linux":
            socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
        socket.connectToServer(_pipe_name(self._path.parent))
        # Connecting says all there is to say. A line cut without an answer is a program that ends: it lets go soon.
        answered = socket.waitForConnected(_CONNECT_WITHIN) and socket.waitForReadyRead(_ANSWER_WITHIN)
        answered = answered and _is_of_this_user(socket)
        socket.abort()
        return answered

    def _answer(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()):
            socket.disconnected.connect(socket.deleteLater)
            if not _is_of_this_user(socket):
                socket.abort()
                continue
            socket.write(_ANSWER)
            socket.flush()
            self.front_wanted.emit()


def place_of(folder: Path) -> str:
    """Return the one name of a folder, by whatever way it was named."""
    try:
        return os.path.normcase(os.path.realpath(folder))
    except OSError:  # a disk that can't say where its folders are
        return os.path.normcase(folder)


def _is_of_this_user(socket: "QLocalSocket") -> bool:
    """Say whether a program of the same user is at the other end; elsewhere than on Linux the system sees to it."""
    if sys.platform != "linux":
        return True
    import socket as sockets
    import struct

    with sockets.socket(fileno=os.dup(socket.socketDescriptor())) as same:
        credentials = same.getsockopt(sockets.SOL_SOCKET, sockets.SO_PEERCRED, struct.calcsize("3i"))
    _process, user, _group = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


def _is_held_by_another_user(lock: Path) -> bool:
    """Check whether a process of another user holds a lock on this user's file; known only on Linux."""
    if sys.platform != "linux":
        return False
    try:
        status = lock.stat()
        if status.st_uid != os.getuid():
            return False
        device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
        locks = Path("/proc/locks").read_text(encoding="ascii").splitlines()
        # Such as `1: FLOCK  ADVISORY  WRITE 4711 fe:01:1310721 0 EOF` (proc_locks(5)).
        holders = [words[4] for words in map(str.split, locks) if words[1] == "FLOCK" and words[5] == device]
        return bool(holders) and all(Path("/proc", pid).stat().st_uid != status.st_uid for pid in holders)
    except (OSError, IndexError, ValueError):
        return False


def _refuse_unusable(lock: Path) -> None:
    """Raise a `VaultError` for a lock file that Qt would wait for in vain, such as a pipe, or one it may not read."""
    try:
        status = lock.stat()
    except FileNotFoundError:
        if lock.is_symlink():  # to nothing: Qt neither follows it nor replaces it
            raise VaultNotAFileError(lock) from None
        return
    except PermissionError as error:
        raise VaultReadOnlyError(lock) from error
    except OSError as error:
        raise (VaultNotAFileError if error.errno == errno.ELOOP else VaultUnreachableError)(lock) from error
    if not stat.S_ISREG(status.st_mode):
        raise VaultNotAFileError(lock)
    if not os.access(lock, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise VaultReadOnlyError(lock)


def _refused(lock: Path) -> VaultError:
    """Return why the lock cannot be written, which Qt does not say: the system does, of a file beside it."""
    beside = lock.with_name(lock.name + ".new")
    try:
        beside.write_bytes(b"tried")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFullError(lock)
    finally:
        with suppress(OSError):
            beside.unlink()
    return VaultUnreachableError(lock)


def _identity(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from the next one of its name, or None where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _pipe_name(folder: Path) -> str:
    from zcc_keys_gui.platform.account import account_name
    from zcc_keys_gui.platform.session import session_id

    whole = f"{account_name()}\n{session_id()}\n{place_of(folder)}".encode("utf-8", "surrogateescape")
    return "zcc-keys-" + QCryptographicHash.hash(whole, QCryptographicHash.Algorithm.Sha256).toHex().toStdString()[:32]
