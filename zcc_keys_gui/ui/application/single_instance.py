"""One program for each vault folder: a lock file decides, and a pipe asks the first program to show its window."""

import errno
import os
import socket as sockets
import stat
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCryptographicHash, QLockFile, QObject, QThread, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from zcc_keys_gui.domain.errors import (
    DiskFullError,
    VaultError,
    VaultInUseError,
    VaultNotAFileError,
    VaultReadOnlyError,
    VaultUnreachableError,
)
from zcc_keys_gui.platform.account import account_name
from zcc_keys_gui.platform.process import allow_foreground
from zcc_keys_gui.platform.session import session_id

_MAX_WAIT_SECONDS = 20.0  # until the program that has the lock answers or ends; it may be creating its vault
_RETRY_INTERVAL_MS = 50
_CONNECT_TIMEOUT_MS = 1_000
_ANSWER_TIMEOUT_MS = 20_000
_STALE_AFTER_SECONDS = 0.5  # if the lock file has not changed for so long, and no program answers
_LISTEN_DELAY_MS = 500
_ANSWER = b"I am here"


class SingleInstance(QObject):
    """The lock on the file `vault.lock`. Only the program that holds it may open the vault."""

    front_requested = Signal()
    """Emitted when the program was started a second time on the same folder."""

    def __init__(self, folder: Path, parent: QObject) -> None:
        """Prepare to lock the vault in `folder`."""
        super().__init__(parent)
        self._path = folder / "vault.lock"
        self._lock = QLockFile(str(self._path))
        self._lock.setStaleLockTime(0)  # its age does not make it stale; Qt replaces the file of a dead process anyway
        self._server: QLocalServer | None = None

    def acquire(self) -> bool:
        """Lock the folder, which exists, or bring the window of the program that has the lock to the front.

        Returns whether the folder was locked. Other starts are answered after the event loop has started.
        Raises `VaultInUseError` if the other program neither answers nor ends, and other `VaultError`s.
        """
        _check_lock_file(self._path)
        give_up_at = time.monotonic() + _MAX_WAIT_SECONDS
        identity, unchanged_since = _identity(self._path), time.monotonic()
        while not self._lock.tryLock(0):
            self._raise_if_broken()
            if _is_locked_by_another_user(self._path):
                # Anyone who can read a file can lock it, but the folder belongs to this user.
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
                    continue
            if self._ask_first_program():
                return False
            if _identity(self._path) != identity:
                identity, unchanged_since = _identity(self._path), time.monotonic()
            # The file can be removed only if no process has it open, even if its content names another process or
            # computer. Wait before that, because a program that is starting or ending has it closed for a moment.
            if time.monotonic() > unchanged_since + _STALE_AFTER_SECONDS and self._lock.removeStaleLockFile():
                continue
            if time.monotonic() > give_up_at:
                raise VaultInUseError(self._path)
            QThread.msleep(_RETRY_INTERVAL_MS)
        with suppress(OSError):
            self._path.chmod(0o600)  # Qt lets every user read it, and so lock it
        QTimer.singleShot(0, self, self._start_listen_timer)  # fires after the event loop has started
        return True

    def release(self) -> None:
        """Let another program have the vault."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _raise_if_broken(self) -> None:
        """Raise a `VaultError` if the file can't be locked for another reason than another program's lock."""
        if self._lock.error() == QLockFile.LockError.PermissionError:
            raise VaultReadOnlyError(self._path)
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            raise _lock_error(self._path)

    def _start_listen_timer(self) -> None:
        """Listen after a delay, because opening the pipe would delay the painting of the first window."""
        QTimer.singleShot(_LISTEN_DELAY_MS, self, self._listen)

    def _listen(self) -> None:
        if not self._lock.isLocked():  # it was released before the timer fired
            return
        name = _pipe_name(self._path.parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(
            # On Linux, use a name without a file: a path can be too long, and the file would outlive a killed program.
            QLocalServer.SocketOption.AbstractNamespaceOption
            if sys.platform == "linux"
            else QLocalServer.SocketOption.UserAccessOption
        )
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(name)  # that of a killed program
        self._server.listen(name)

    def _ask_first_program(self) -> bool:
        """Ask the program that has the lock to show its window; return whether it answered."""
        allow_foreground(self._lock.getLockInfo()[0])
        socket = QLocalSocket()
        if sys.platform == "linux":
            socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
        socket.connectToServer(_pipe_name(self._path.parent))
        # The connection is the request. If it closes without an answer, the other program is ending.
        answered = socket.waitForConnected(_CONNECT_TIMEOUT_MS) and socket.waitForReadyRead(_ANSWER_TIMEOUT_MS)
        answered = answered and _is_same_user(socket)
        socket.abort()
        return answered

    def _answer(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()):
            socket.disconnected.connect(socket.deleteLater)
            if not _is_same_user(socket):
                socket.abort()
                continue
            socket.write(_ANSWER)
            socket.flush()
            self.front_requested.emit()


def canonical_path(folder: Path) -> str:
    """Return the same text for all names of one folder."""
    try:
        return os.path.normcase(os.path.realpath(folder))
    except OSError:  # some disks can't resolve paths
        return os.path.normcase(folder)


def _is_same_user(socket: QLocalSocket) -> bool:
    """Return whether the other program runs as the same user. Only Linux needs this; elsewhere the system checks it."""
    if sys.platform != "linux":
        return True
    with sockets.socket(fileno=os.dup(socket.socketDescriptor())) as duplicate:
        credentials = duplicate.getsockopt(sockets.SOL_SOCKET, sockets.SO_PEERCRED, struct.calcsize("3i"))
    _process, user, _group = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


def _is_locked_by_another_user(lock: Path) -> bool:
    """Return whether only processes of other users lock this user's file; always False except on Linux."""
    if sys.platform != "linux":
        return False
    try:
        status = lock.stat()
        if status.st_uid != os.getuid():
            return False
        device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
        locks = Path("/proc/locks").read_text(encoding="ascii").splitlines()
        # A line is like `1: FLOCK  ADVISORY  WRITE 4711 fe:01:1310721 0 EOF` (proc_locks(5)).
        holders = [words[4] for words in map(str.split, locks) if words[1] == "FLOCK" and words[5] == device]
        return bool(holders) and all(Path("/proc", pid).stat().st_uid != status.st_uid for pid in holders)
    except (OSError, IndexError, ValueError):
        return False


def _check_lock_file(lock: Path) -> None:
    """Raise a `VaultError` for a lock file that Qt would wait for forever, such as a pipe or an unreadable file."""
    try:
        status = lock.stat()
    except FileNotFoundError:
        if lock.is_symlink():  # Qt neither follows nor replaces a link to a missing file
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


def _lock_error(lock: Path) -> VaultError:
    """Return why the lock file can't be written. Qt does not say, so try to write a file beside it."""
    test_file = lock.with_name(lock.name + ".new")
    try:
        test_file.write_bytes(b"test")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskFullError(lock)
    finally:
        with suppress(OSError):
            test_file.unlink()
    return VaultUnreachableError(lock)


def _identity(file: Path) -> tuple[int, int] | None:
    """Return numbers that differ for each file of this name, or None if there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _pipe_name(folder: Path) -> str:
    identity = f"{account_name()}\n{session_id()}\n{canonical_path(folder)}".encode("utf-8", "surrogateescape")
    digest = QCryptographicHash.hash(identity, QCryptographicHash.Algorithm.Sha256).toHex()
    return "zcc-keys-" + digest.toStdString()[:32]
