"""The open vault: keys, their verifiers, and the history, in one SQLCipher database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, TypeVar

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.errors import KeyNotFoundError, VaultClosedError, VaultMovedError
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.connections import Reader, VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, log_of
from zcc_keys_gui.vault.files.log_note import LogNote
from zcc_keys_gui.vault.files.regular_file import is_there
from zcc_keys_gui.vault.files.saved_changes import SavedChanges
from zcc_keys_gui.vault.keys import rekeying
from zcc_keys_gui.vault.keys.cipher import DatabaseKey
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.vault_protectors import VaultProtectors
from zcc_keys_gui.vault.listing import SqlHistoryListing, SqlKeyListing
from zcc_keys_gui.vault.rows import KEY_COLUMNS, key_from_row

if TYPE_CHECKING:  # imported when they are first used, so that start-up does not pay for them
    from zcc_keys_gui.domain.sign_in import FormerSecret
    from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackups
    from zcc_keys_gui.vault.backups.vault_backups import VaultBackups
    from zcc_keys_gui.vault.recovery.checks import VaultChecks
    from zcc_keys_gui.vault.sign_in.sign_ins import SqlSignIns

_SELECT = f"SELECT {KEY_COLUMNS} FROM api_key"
# Searching 100,000 keys takes as long with 3,000 KiB as with 6,000; with 2,000 it takes a fifth longer.
_CACHE_KIB = 3_000

_FoundT = TypeVar("_FoundT")


class VaultStore:
    """An open vault.

    Its methods may be called from any thread; one that reads waits for no change. After `close`, all of them raise
    `VaultClosedError`.
    """

    def __init__(self, folder: VaultFolder, key: DatabaseKey, found: ProtectorSet) -> None:
        """Open the vault in `folder`, whose database has this key and whose `vault.json` holds `found`.

        Raises `VaultError`.
        """
        self._path = path = folder.database
        self._key = key
        self._changing = RLock()
        self._opening = Lock()
        self._after_change: Callable[[], None] = lambda: None
        self._note = LogNote(SavedChanges(folder.saved_changes))
        self._files: dict[Path, tuple[int, int]] = {}
        self._connections = VaultConnections(path, key)
        with vault_errors_for(path):
            self._reader = Reader(self._connect())
            self._files[path] = self._identity(path)
            self._db = self._connect()
        self.keys = SqlKeyListing(path, self._reader, self._connections)
        self.history = SqlHistoryListing(path, self._reader, self._connections)
        self.protectors = VaultProtectors(folder.protectors, found, key, self)
        self._folder = folder

    @cached_property
    def automatic_backups(self) -> "AutomaticBackups":
        """Makes automatic copies."""
        from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackups

        return AutomaticBackups(self._folder, self._connections)

    @cached_property
    def checks(self) -> "VaultChecks":
        """Looks for damage."""
        from zcc_keys_gui.vault.recovery.checks import VaultChecks

        return VaultChecks(self._folder, self._connections, self.checkpoint)

    @cached_property
    def backups(self) -> "VaultBackups":
        """Writes and restores backups."""
        from zcc_keys_gui.vault.backups.vault_backups import VaultBackups
        from zcc_keys_gui.vault.recovery.quarantine import quarantine_open_vault

        quarantine = partial(quarantine_open_vault, self._folder, self._connections)
        return VaultBackups(self._folder, self._connections, self.change, self.change_over, quarantine)

    @cached_property
    def sign_ins(self) -> "SqlSignIns":
        """The sign-in log, and what the sign-in service needs."""
        from zcc_keys_gui.vault.sign_in.sign_ins import SqlSignIns

        return SqlSignIns(self._path, self._reader, self._connections, self.change)

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""
        return _only(self._found("WHERE client_id = ?", client_id))

    def key_named(self, name: str) -> ApiKey | None:
        """Return the key with this name, whatever the case."""
        found = self._found("WHERE name = ?", name)
        return found[0] if found else None

    def pending_keys(self) -> list[ApiKey]:
        """Return the keys whose secret may not have been taken, by name."""
        return self._found("WHERE secret_pending = 1 ORDER BY name")

    def key_with_secret(self, verifier: bytes) -> ApiKey | None:
        """Return the key whose secret has this verifier (32 bytes) now."""
        found = self._found("WHERE verifier = ?", verifier)
        return found[0] if found else None

    def former_secret(self, verifier: bytes) -> "FormerSecret | None":
        """Return whose a secret with this verifier (32 bytes) was; of each key, the last five are known."""
        from zcc_keys_gui.vault.deleted_keys import former_secret

        with vault_errors_for(self._path), self._reader.turn() as db:
            return former_secret(db, verifier)

    def deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a key that is gone, and when it was deleted."""
        from zcc_keys_gui.vault.deleted_keys import deleted_key

        with vault_errors_for(self._path), self._reader.turn() as db:
            return deleted_key(db, client_id)

    @contextmanager
    def change(self) -> Iterator[VaultChange]:
        """Begin a change; it is durable when the block ends, and undone when the block raises. In any thread."""
        with self._changed_over(lambda: self._db) as db:
            yield VaultChange(db)

    @contextmanager
    def change_over(self, db: VaultConnection) -> Iterator[None]:
        """Begin a long change over another connection to the vault; see `change`."""
        with self._changed_over(lambda: db):
            yield

    @contextmanager
    def _changed_over(self, connection: Callable[[], VaultConnection]) -> Iterator[VaultConnection]:
        with self._writing(connection) as db:
            self._note.begin(db, self._look_at_log)
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                ((number,),) = db.execute(
                    "UPDATE vault SET changes = changes + 1, log_from = ? RETURNING changes", (self._note.log_from,)
                ).fetchall()
                self.check_not_moved()
                db.execute("COMMIT")
            except BaseException:
                db.roll_back()
                raise
            with suppress(InterruptedError):  # it is saved, whatever happens now
                self._note.follow(db, number)
        self._after_change()

    def call_after_change(self, called: Callable[[], None]) -> None:
        """Call this after each change from now on, in the thread of the change."""
        self._after_change = called

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Change another file of the vault than the database; closing waits until this block ends."""
        with self._connections.changing(lambda: self._db):
            yield

    def check_free_space(self) -> None:
        """Raise `DiskFullError` if the disk has not the free space that another key takes."""
        with self._connections.working(), vault_errors_for(self._path):
            self.check_not_moved()
            rekeying.check_free_space(self._path)

    def rekey(self, key: bytes) -> None:
        """Encrypt every page with another key. In any thread; meanwhile lists can be read.

        Raises `VaultError`; then the database has its former key. Raises `VaultClosedError` if the vault is closed
        meanwhile; then the next start sees which key it has.
        """
        with self._connections.rekeying(), vault_errors_for(self._path):
            self.check_not_moved()
            rekeying.empty_log(self._path, self._key.material())
            rekeying.check_free_space(self._path)
            self._reader.stay_at_present_state()
            try:
                rekeying.rekey(self._path, self._key.material(), key)
            except BaseException:
                self._reader.move_on()
                raise
            self._use_key(key)

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database; say whether all of it could be. Raises `VaultError`."""
        with self._writing(lambda: self._db) as db:
            self._note.end(db)
            return bool(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def check_not_moved(self) -> None:
        """Raise `VaultMovedError` if the files of this vault are no longer in its folder.

        An open file can be moved and deleted, but not on Windows; what is written to a deleted one is gone with it.
        Raises `VaultClosedError` if that is because the vault was closed meanwhile.
        """
        try:
            with vault_errors_for(self._path):
                for path, identity in self._files.items():
                    if self._identity(path) != identity:
                        raise VaultMovedError(self._path.parent)
        except VaultMovedError as error:
            if self._connections.is_closed():
                raise VaultClosedError from error
            raise

    def update_automatic_backups(self, protectors: ProtectorSet) -> None:
        """Let these protectors open the automatic copies too, in place of the former ones. Raises `VaultError`."""
        self.automatic_backups.use_protectors(protectors)

    def record_generation(self, generation: int) -> None:
        """Note the generation in the database. If it is another one, the tokens of before stop. Raises `VaultError`."""
        with self._writing(lambda: self._db) as db:
            db.execute(
                "UPDATE vault SET generation = ?, signing_key = NULL WHERE generation <> ?", (generation, generation)
            )

    def close(self) -> None:
        """Close the vault and forget its key, also where closing fails. May be called twice. Raises `VaultError`.

        Whatever other threads do with the vault is interrupted: a change is undone, and they get `VaultClosedError`.
        That takes a moment. What cannot be interrupted goes on without the vault, see `connections`.
        """
        is_noted = False
        try:
            is_unused = self._connections.stop()
            with self._opening, vault_errors_for(self._path):
                self._reader.close()
                if is_unused:
                    is_noted = self._close_database()
        finally:
            self._note.close(forget=is_noted and self._is_closed_and_here())
            self._key.forget()

    def is_busy(self) -> bool:
        """Say whether another thread changes the vault, so that a change would wait."""
        return self._connections.is_busy()

    @property
    def connections(self) -> VaultConnections:
        """Its connections, which tell also after `close` whether one is still in use."""
        return self._connections

    def _close_database(self) -> bool:
        """Close the database; say whether it notes that it is whole without its log."""
        self._db.is_stopped = False
        try:
            with suppress(sqlcipher.ProgrammingError):  # it is closed already
                self._db.execute("PRAGMA busy_timeout = 0")
            return self._note.end_if_possible(self._db)
        finally:
            self._db.close()

    @contextmanager
    def _writing(self, connection: Callable[[], VaultConnection]) -> Iterator[VaultConnection]:
        """Let only this thread write, over this connection."""
        with vault_errors_for(self._path), self._changing, self._connections.changing(connection) as db:
            yield db

    def _use_key(self, key: bytes) -> None:
        """Open the connections again, with the key that the database has now, and forget the former one."""
        with self._opening:
            self._key.replace(key)
            self._reader.replace(self._connect())
            self._db.close()
            self._db = self._connect()

    def _is_closed_and_here(self) -> bool:
        """Say whether the log is gone, and no other vault has taken the place of this one."""
        try:
            return not is_there(log_of(self._path)) and self._identity(self._path) == self._files[self._path]
        except (OSError, VaultMovedError):
            return False

    def _look_at_log(self) -> None:
        """Remember which file the log is; it is there as long as this connection."""
        log = log_of(self._path)
        self._files.setdefault(log, self._identity(log))
        self.check_not_moved()

    def _identity(self, path: Path) -> tuple[int, int]:
        """Return what tells one of the vault's files from another one of its name. Raises `VaultMovedError`."""
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise VaultMovedError(self._path.parent) from error
        return status.st_dev, status.st_ino

    def _connect(self) -> VaultConnection:
        db = self._connections.connect()
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        return db

    def _found(self, condition: str, *values: str | bytes) -> list[ApiKey]:
        with vault_errors_for(self._path), self._reader.turn() as db:
            return [key_from_row(row) for row in db.execute(f"{_SELECT} {condition}", values)]


def _only(found: list[_FoundT]) -> _FoundT:
    if not found:
        raise KeyNotFoundError
    return found[0]
