"""The connections to the database of one open vault, and rules for using them.

Windows read over one connection, changes are written over another, and background work opens its own. So a list never
waits for a change, and all work can be interrupted when the vault is closed. While the vault is re-encrypted, only
windows can read: SQLite does not tell a reading connection that another one has changed the key, and pages can then no
longer be decrypted.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, RLock
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import VaultClosedError
from zcc_keys_gui.vault.interruption import was_interrupted
from zcc_keys_gui.vault.keys.cipher import DatabaseKey, connect

_INTERRUPT_INTERVAL_SECONDS = 0.005  # an interrupt only reaches a statement that is running at that moment
_READERS_TIMEOUT_SECONDS = 0.1
_CHANGES_TIMEOUT_SECONDS = 2.0  # only a disk that does not respond takes this long


class VaultConnection(sqlcipher.Connection):  # type: ignore[misc]  # sqlcipher3 has no types
    """A connection that another thread can stop."""

    is_stopped = False

    def execute(self, *arguments: Any) -> Any:
        """Run a statement. Raises `InterruptedError` after `stop`."""
        self._check_not_stopped()
        return super().execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        """Run a statement for each row. Raises `InterruptedError` after `stop`."""
        self._check_not_stopped()
        return super().executemany(*arguments)

    def interrupt(self) -> None:
        """Interrupt the statement that runs in another thread, unless the connection was closed meanwhile."""
        with suppress(sqlcipher.ProgrammingError):
            super().interrupt()

    def stop(self) -> None:
        """Interrupt the statement that runs in another thread, and reject all later ones."""
        self.is_stopped = True
        self.interrupt()

    def roll_back(self) -> None:
        """Roll back the transaction, if there still is one; works after `stop` too."""
        if self.in_transaction:  # some errors, such as a full disk, roll it back
            super().execute("ROLLBACK")

    def _check_not_stopped(self) -> None:
        if self.is_stopped:
            raise InterruptedError


class Reader:
    """The connection over which windows read: for short queries in any thread, one at a time."""

    def __init__(self, db: VaultConnection) -> None:
        """Read over `db`."""
        self._db: VaultConnection | None = db
        self._lock = RLock()

    @contextmanager
    def connection(self) -> Iterator[VaultConnection]:
        """Wait until no other thread reads, and yield the connection. Raises `VaultClosedError`."""
        with self._lock:
            if self._db is None:
                raise VaultClosedError
            yield self._db

    def hold_snapshot(self) -> None:
        """Read the present state of the database until `release_snapshot` or `replace`, even if it changes."""
        with self.connection() as db:
            db.execute("BEGIN")
            db.execute("SELECT generation FROM vault").fetchone()

    def release_snapshot(self) -> None:
        """Read the newest state again."""
        with self.connection() as db:
            db.roll_back()

    def replace(self, db: VaultConnection) -> None:
        """Read over `db` from now on, and close the old connection. Raises `VaultClosedError`."""
        with self.connection() as former:
            former.roll_back()
            former.close()
            self._db = db

    def close(self) -> None:
        """Interrupt a query, and close the connection. Can be called twice."""
        while not self._lock.acquire(timeout=_INTERRUPT_INTERVAL_SECONDS):
            db = self._db
            if db is not None:
                db.stop()
        try:
            if self._db is not None:
                self._db.close()
                self._db = None
        finally:
            self._lock.release()


class VaultConnections:
    """The connections to the database of a vault, and their use.

    All work that can take long runs within `changing`, `reading` or `working`, in any thread. Once the vault is closed,
    these raise `VaultClosedError`, and work within them is interrupted by the same error.
    """

    def __init__(self, path: Path, key: DatabaseKey) -> None:
        """Open connections to the database at `path` with `key`."""
        self._path = path
        self._key = key
        self._state = Condition()
        self._is_closed = False
        self._is_rekeying = False
        self._changes: list[VaultConnection] = []
        self._readers: list[VaultConnection] = []
        self._workers = 0

    def connect(self) -> VaultConnection:
        """Open a connection. Raises `VaultClosedError`, `sqlcipher.Error`."""
        db = connect(self._path, self._key.material(), factory=VaultConnection)
        assert isinstance(db, VaultConnection)
        return db

    def key_material(self) -> bytes:
        """Return the key of the database, 32 bytes. Raises `VaultClosedError`."""
        return self._key.material()

    def is_closed(self) -> bool:
        """Return whether the vault was closed."""
        return self._is_closed

    def is_busy(self) -> bool:
        """Return whether another thread is changing or re-encrypting the vault."""
        return bool(self._changes) or self._is_rekeying

    @contextmanager
    def changing(self, connection: Callable[[], VaultConnection]) -> Iterator[VaultConnection]:
        """Write over this connection, or change another file of the vault. Closing interrupts this, and waits.

        `connection` is called only when no re-encryption is running, because that replaces connections.
        """
        entered: list[VaultConnection] = []

        def enter() -> None:
            entered.append(connection())
            self._changes.extend(entered)

        with self._shared(enter, lambda: self._changes.remove(entered[0])):
            yield entered[0]

    @contextmanager
    def reading(self) -> Iterator[VaultConnection]:
        """Yield a connection for this block only. Closing interrupts this, and waits for it briefly."""
        opened: list[VaultConnection] = []

        def leave() -> None:
            for db in opened:
                self._readers.remove(db)
                db.close()

        with self._shared(lambda: None, leave):
            opened.append(db := self.connect())
            with self._state:
                self._readers.append(db)
                if self._is_closed:
                    db.stop()
            yield db

    @contextmanager
    def working(self) -> Iterator[None]:
        """Do work that cannot be interrupted. Closing does not wait for it, but opening the vault again does."""

        def count(step: int) -> None:
            self._workers += step

        with self._shared(lambda: count(1), lambda: count(-1)):
            yield

    @contextmanager
    def rekeying(self) -> Iterator[None]:
        """Change the key, while nothing else runs within other blocks. Closing does not wait for this."""
        with self._state:
            self._state.wait_for(lambda: self._is_closed or not (self._is_used() or self._is_rekeying))
            if self._is_closed:
                raise VaultClosedError
            self._is_rekeying = True
        try:
            yield
        finally:
            with self._state:
                self._is_rekeying = False
                self._state.notify_all()

    def stop(self) -> bool:
        """Reject new work, and interrupt work that runs; return whether all writing has ended."""
        with self._state:
            self._is_closed = True
            self._state.notify_all()
            self._interrupt_until(lambda: not self._changes, _CHANGES_TIMEOUT_SECONDS)
            self._interrupt_until(lambda: not self._readers, _READERS_TIMEOUT_SECONDS)
            return not self._changes

    def wait_until_unused(self, timeout_seconds: float) -> bool:
        """Wait until all work has ended that ran when the vault was closed; return whether it has."""
        with self._state:
            return self._state.wait_for(lambda: not (self._is_used() or self._is_rekeying), timeout_seconds)

    def _is_used(self) -> bool:
        return bool(self._changes or self._readers or self._workers)

    def _interrupt_until(self, is_over: Callable[[], bool], timeout_seconds: float) -> None:
        deadline = time.monotonic() + timeout_seconds
        while not is_over() and time.monotonic() < deadline:
            for db in (*self._changes, *self._readers):
                db.stop()
            self._state.wait(_INTERRUPT_INTERVAL_SECONDS)

    @contextmanager
    def _shared(self, enter: Callable[[], None], leave: Callable[[], None]) -> Iterator[None]:
        """Run a block at a time when the vault is open and not being re-encrypted.

        `enter` and `leave` register and unregister the work of the block. An interruption is raised as
        `VaultClosedError` if the vault was closed, and as `InterruptedError` otherwise.
        """
        with self._state:
            self._state.wait_for(lambda: self._is_closed or not self._is_rekeying)
            if self._is_closed:
                raise VaultClosedError
            enter()
        try:
            yield
        except InterruptedError as error:
            if self._is_closed:
                raise VaultClosedError from error
            raise
        except sqlcipher.OperationalError as error:
            if not was_interrupted(error):
                raise
            raise (VaultClosedError if self._is_closed else InterruptedError) from error
        finally:
            with self._state:
                leave()
                self._state.notify_all()
