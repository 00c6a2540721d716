"""An open vault: API keys, their verifiers, the history and the sign-in log, in one SQLCipher database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from threading import Lock, RLock

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.errors import KeyNotFoundError, VaultClosedError, VaultMovedError
from zcc_keys_gui.domain.sign_in import FormerSecret
from zcc_keys_gui.vault import deleted_keys
from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackups
from zcc_keys_gui.vault.backups.vault_backups import VaultBackups
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.connections import Reader, VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.file_identities import FileIdentities
from zcc_keys_gui.vault.files.folder import VaultFolder, log_path
from zcc_keys_gui.vault.files.log_note import LogNote
from zcc_keys_gui.vault.files.saved_changes import SavedChanges
from zcc_keys_gui.vault.keys import rekeying
from zcc_keys_gui.vault.keys.cipher import DatabaseKey
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.vault_protectors import VaultProtectors
from zcc_keys_gui.vault.lists.history_listing import SqlHistoryListing
from zcc_keys_gui.vault.lists.key_listing import SqlKeyListing
from zcc_keys_gui.vault.recovery.checks import VaultChecks
from zcc_keys_gui.vault.recovery.quarantine import quarantine_open_vault
from zcc_keys_gui.vault.rows import KEY_COLUMNS, key_from_row
from zcc_keys_gui.vault.sign_in.sign_ins import SqlSignIns

# Searching 100,000 keys takes as long with 3,000 KiB as with 6,000; with 2,000 it takes a fifth longer.
_CACHE_KIB = 3_000


class VaultStore:
    """An open vault; see `service.store.Store`.

    Its methods can be called in any thread; reading never waits for a change. After `close`, they raise
    `VaultClosedError`.
    """

    def __init__(self, folder: VaultFolder, key: DatabaseKey, protectors: ProtectorSet) -> None:
        """Open the vault in `folder`; its database has this key, and its `vault.json` contains `protectors`.

        Raises `VaultError`.
        """
        self._folder = folder
        self._path = path = folder.database
        self._key = key
        self._change_lock = RLock()
        self._connections_lock = Lock()
        self._change_listeners: list[Callable[[], None]] = []
        self._log_note = LogNote(SavedChanges(folder.saved_changes))
        self._files = FileIdentities(path.parent)
        self.connections = connections = VaultConnections(path, key)
        """Says even after `close` whether a connection is still in use."""
        with vault_errors_for(path):
            self._reader = Reader(self._connect())
            self._files.remember(path)
            self._db = self._connect()
        self.keys = SqlKeyListing(path, self._reader, connections)
        self.history = SqlHistoryListing(path, self._reader, connections)
        self.sign_ins = SqlSignIns(path, self._reader, connections, self.change)
        self.protectors = VaultProtectors(folder.protectors, protectors, key, self)
        self.automatic_backups = AutomaticBackups(folder, connections)
        self.checks = VaultChecks(folder, connections, self.checkpoint)
        quarantine = partial(quarantine_open_vault, folder, connections)
        self.backups = VaultBackups(folder, connections, self.change, self.change_over, quarantine)

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""
        found = self._find_key("WHERE client_id = ?", client_id)
        if found is None:
            raise KeyNotFoundError
        return found

    def key_named(self, name: str) -> ApiKey | None:
        """Return the key with this name, ignoring case."""
        return self._find_key("WHERE name = ?", name)

    def key_with_secret(self, verifier: bytes) -> ApiKey | None:
        """Return the key whose present secret has this verifier (32 bytes)."""
        return self._find_key("WHERE verifier = ?", verifier)

    def pending_keys(self) -> list[ApiKey]:
        """Return the keys whose secret may not have been copied, by name."""
        return self._find_keys("WHERE secret_pending = 1 ORDER BY name")

    def former_secret(self, verifier: bytes) -> FormerSecret | None:
        """Return the key whose secret had this verifier (32 bytes) before; the last five of each key are known."""
        with vault_errors_for(self._path), self._reader.connection() as db:
            return deleted_keys.former_secret(db, verifier)

    def deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a deleted key and when it was deleted."""
        with vault_errors_for(self._path), self._reader.connection() as db:
            return deleted_keys.deleted_key(db, client_id)

    @contextmanager
    def change(self) -> Iterator[VaultChange]:
        """Begin a change. It is durable when the block ends, and rolled back if the block raises an error."""
        with self._transaction(lambda: self._db) as db:
            yield VaultChange(db)

    @contextmanager
    def change_over(self, db: VaultConnection) -> Iterator[None]:
        """Begin a long change over another connection to the vault; see `change`."""
        with self._transaction(lambda: db):
            yield

    def call_after_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each change from now on, in the thread of the change, after earlier listeners."""
        self._change_listeners.append(listener)

    def is_busy(self) -> bool:
        """Return whether another thread is changing the vault, so that a change would have to wait."""
        return self.connections.is_busy()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Make closing the vault wait while this block writes another file of the vault than the database."""
        with self.connections.changing(lambda: self._db):
            yield

    def check_free_space(self) -> None:
        """Raise `DiskFullError` if the disk lacks the space that `rekey` needs."""
        with self.connections.working(), vault_errors_for(self._path):
            self.check_not_moved()
            rekeying.check_free_space(self._path)

    def rekey(self, key: bytes) -> None:
        """Encrypt every page with another key; meanwhile lists can be read.

        Raises `VaultError`; then the database has its old key. Raises `VaultClosedError` if the vault is closed
        meanwhile; then the next start finds out which key the database has.
        """
        with self.connections.rekeying(), vault_errors_for(self._path):
            self.check_not_moved()
            rekeying.empty_log(self._path, self._key.material())
            rekeying.check_free_space(self._path)
            self._reader.hold_snapshot()
            try:
                rekeying.rekey(self._path, self._key.material(), key)
            except BaseException:
                self._reader.release_snapshot()
                raise
            self._use_key(key)

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database; return whether all of it was moved. Raises `VaultError`."""
        with self._writing(lambda: self._db) as db:
            self._log_note.end(db)
            return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def check_not_moved(self) -> None:
        """Raise `VaultMovedError` if the files of this vault are no longer in its folder.

        Raises `VaultClosedError` if they were removed because the vault was closed meanwhile.
        """
        try:
            with vault_errors_for(self._path):
                self._files.check()
        except VaultMovedError as error:
            if self.connections.is_closed():
                raise VaultClosedError from error
            raise

    def update_automatic_backups(self, protectors: ProtectorSet) -> None:
        """Replace the protectors of the automatic backups with these. Raises `VaultError`."""
        self.automatic_backups.use_protectors(protectors)

    def record_generation(self, generation: int) -> None:
        """Record the generation in the database. A new one makes all access tokens invalid. Raises `VaultError`."""
        with self._writing(lambda: self._db) as db:
            db.execute(
                "UPDATE vault SET generation = ?, signing_key = NULL WHERE generation <> ?", (generation, generation)
            )

    def close(self) -> None:
        """Close the vault and wipe its key, even if closing fails. Can be called twice. Raises `VaultError`.

        Work in other threads is interrupted: changes are rolled back, and the threads get `VaultClosedError`. Work that
        cannot be interrupted goes on without the vault; see `connections`.
        """
        needs_no_log = False
        try:
            is_unused = self.connections.stop()
            with self._connections_lock, vault_errors_for(self._path):
                self._reader.close()
                if is_unused:
                    needs_no_log = self._close_database()
        finally:
            self._log_note.close(
                forget=needs_no_log and self._files.is_last_file(self._path, log_path(self._path)),
            )
            self._key.forget()

    @contextmanager
    def _transaction(self, connection: Callable[[], VaultConnection]) -> Iterator[VaultConnection]:
        with self._writing(connection) as db:
            self._log_note.begin(db, self._check_log)
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                ((number,),) = db.execute(
                    "UPDATE vault SET changes = changes + 1, log_from = ? RETURNING changes", (self._log_note.log_from,)
                ).fetchall()
                self.check_not_moved()
                db.execute("COMMIT")
            except BaseException:
                db.roll_back()
                raise
            with suppress(InterruptedError):  # the change is already saved
                self._log_note.count_change(db, number)
        for listener in self._change_listeners:
            listener()

    @contextmanager
    def _writing(self, connection: Callable[[], VaultConnection]) -> Iterator[VaultConnection]:
        """Let only this thread write, over this connection."""
        with vault_errors_for(self._path), self._change_lock, self.connections.changing(connection) as db:
            yield db

    def _use_key(self, key: bytes) -> None:
        """Open the connections again with the key that the database has now, and wipe the old key."""
        with self._connections_lock:
            self._key.replace(key)
            self._reader.replace(self._connect())
            self._db.close()
            self._db = self._connect()

    def _check_log(self) -> None:
        """Remember which file the log is; it exists as long as this connection is open."""
        self._files.remember(log_path(self._path))
        self.check_not_moved()

    def _close_database(self) -> bool:
        """Close the database; return whether it notes that it is complete without its log."""
        self._db.is_stopped = False
        try:
            with suppress(sqlcipher.ProgrammingError):  # it is already closed
                self._db.execute("PRAGMA busy_timeout = 0")
            return self._log_note.end_if_possible(self._db)
        finally:
            self._db.close()

    def _connect(self) -> VaultConnection:
        db = self.connections.connect()
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return db

    def _find_key(self, condition: str, value: str | bytes) -> ApiKey | None:
        found = self._find_keys(condition, value)
        return found[0] if found else None

    def _find_keys(self, condition: str, *values: str | bytes) -> list[ApiKey]:
        with vault_errors_for(self._path), self._reader.connection() as db:
            return [key_from_row(row) for row in db.execute(f"SELECT {KEY_COLUMNS} FROM api_key {condition}", values)]
