"""The open vault: keys, their verifiers, and the history, in one SQLCipher database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.errors import KeyNotFoundError, VaultMovedError
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.vault import cipher
from zcc_keys_gui.vault.cipher import DatabaseKey
from zcc_keys_gui.vault.faults import faults_at
from zcc_keys_gui.vault.folder import VaultFolder, log_of
from zcc_keys_gui.vault.listing import SqlHistoryListing, SqlKeyListing, from_time, key_from
from zcc_keys_gui.vault.protector_file import Protectors
from zcc_keys_gui.vault.regular_file import is_there
from zcc_keys_gui.vault.saved_changes import SavedChanges
from zcc_keys_gui.vault.vault_protectors import VaultProtectors

if TYPE_CHECKING:  # imported when they are first used, so that start-up does not pay for them
    from zcc_keys_gui.domain.sign_in import FormerSecret, SignIn
    from zcc_keys_gui.vault.backups import VaultBackups
    from zcc_keys_gui.vault.checks import VaultChecks
    from zcc_keys_gui.vault.copies import VaultCopies
    from zcc_keys_gui.vault.sign_ins import SqlSignIns

_SELECT = f"SELECT {SqlKeyListing.columns} FROM api_key"
_CACHE_KIB = 6_000  # the indexes that a search among 100,000 keys goes through

_FoundT = TypeVar("_FoundT")


class VaultChange:
    """One change in the making; see `VaultStore.change`."""

    def __init__(self, db: sqlcipher.Connection) -> None:
        self._db = db

    def insert(self, key: ApiKey, verifier: bytes) -> None:
        """Add a key and the verifier (32 bytes) of its secret."""
        self._db.execute(
            "INSERT INTO api_key (client_id, name, status, role, session_validity, created, secret_pending, verifier)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key.client_id, *_values(key), verifier),
        )

    def update(self, key: ApiKey) -> None:
        """Replace everything but the verifier of the key with this client ID. Raises `KeyNotFoundError`."""
        self._one_row(
            "UPDATE api_key SET name = ?, status = ?, role = ?, session_validity = ?, created = ?, secret_pending = ?"
            " WHERE client_id = ?",
            (*_values(key), key.client_id),
        )

    def replace_verifier(self, client_id: str, verifier: bytes, old_until: datetime | None) -> None:
        """Replace the verifier (32 bytes) of a key's secret; the old one goes on beside it until a time, or stops now.

        Raises `KeyNotFoundError`.
        """
        kept = "NULL" if old_until is None else "verifier"
        until = None if old_until is None else from_time(old_until)
        self._one_row(
            f"UPDATE api_key SET replaced_verifier = {kept}, replaced_until = ?, verifier = ? WHERE client_id = ?",
            (until, verifier, client_id),
        )

    def stop_replaced_secret(self, client_id: str) -> None:
        """Let the secret that was replaced last work no more. Raises `KeyNotFoundError`."""
        self._one_row(
            "UPDATE api_key SET replaced_verifier = NULL, replaced_until = NULL WHERE client_id = ?", (client_id,)
        )

    def stop_replaced_secrets(self) -> None:
        """Let no secret work any more that was replaced, of whatever key."""
        self._db.execute(
            "UPDATE api_key SET replaced_verifier = NULL, replaced_until = NULL WHERE replaced_verifier IS NOT NULL"
        )

    def delete(self, client_id: str) -> None:
        """Delete the key. Raises `KeyNotFoundError`."""
        self._one_row("DELETE FROM api_key WHERE client_id = ?", (client_id,))

    def record(self, entry: HistoryEntry) -> None:
        """Write a history row."""
        self._db.execute(
            "INSERT INTO history (at, who, action, client_id, name, details, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                from_time(entry.when),
                entry.who,
                entry.action.value,
                entry.client_id,
                entry.name,
                entry.details,
                entry.status and entry.status.value,
            ),
        )

    def record_sign_ins(self, rows: "Sequence[SignIn]") -> None:
        """Write rows of the sign-in log, delete those that are too many, and note when each key was used last."""
        from zcc_keys_gui.vault.sign_ins import record

        record(self._db, rows)

    def make_signing_key(self) -> None:
        """Make the key that signs the sign-in service's tokens; those that were signed with the former one stop."""
        self._db.execute("UPDATE vault SET signing_key = randomblob(32)")

    def note_backup(self, made: datetime) -> None:
        """Note when the vault was last backed up."""
        self._db.execute("UPDATE vault SET last_backup = ?", (from_time(made),))

    def _one_row(self, statement: str, values: tuple[object, ...]) -> None:
        if self._db.execute(statement, values).rowcount != 1:
            raise KeyNotFoundError


class VaultStore:
    """An open vault.

    Its methods are called from one thread at a time, but `change` and `rekey` from any; the listings say which of
    theirs may run beside.
    """

    def __init__(self, folder: VaultFolder, key: DatabaseKey, found: Protectors) -> None:
        """Open the vault in `folder`, whose database has this key and whose `vault.json` holds `found`.

        Raises `VaultError`.
        """
        self._path = path = folder.database
        self._key = key
        self._changing = RLock()
        self._after_change: Callable[[], None] = lambda: None
        self._log_from: int | None = None
        self._saved = SavedChanges(folder.saved_changes)
        self._files: dict[Path, tuple[int, int]] = {}
        with faults_at(path):
            self._db = self._connect()
            self._files[path] = self._identity(path)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self.keys = SqlKeyListing(path, self._db, self._connect)
        self.history = SqlHistoryListing(path, self._db, self._connect)
        self.protectors = VaultProtectors(folder.protectors, found, key, self)
        self._folder = folder

    @cached_property
    def copies(self) -> "VaultCopies":
        """Makes automatic copies."""
        from zcc_keys_gui.vault.copies import VaultCopies

        return VaultCopies(self._folder, self._key)

    @cached_property
    def checks(self) -> "VaultChecks":
        """Looks for damage."""
        from zcc_keys_gui.vault.checks import VaultChecks

        return VaultChecks(self._folder, self._key, self.checkpoint)

    @cached_property
    def backups(self) -> "VaultBackups":
        """Writes and restores backups."""
        from zcc_keys_gui.vault.backups import VaultBackups

        return VaultBackups(self._folder, self._key, self.change, self.change_over)

    @cached_property
    def sign_ins(self) -> "SqlSignIns":
        """The sign-in log, and what the sign-in service needs."""
        from zcc_keys_gui.vault.sign_ins import SqlSignIns

        return SqlSignIns(self._path, self._db, self._connect, self._key, self.change)

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
        from zcc_keys_gui.vault.gone import former_secret

        with faults_at(self._path):
            return former_secret(self._db, verifier)

    def deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a key that is gone, and when it was deleted."""
        from zcc_keys_gui.vault.gone import deleted_key

        with faults_at(self._path):
            return deleted_key(self._db, client_id)

    @contextmanager
    def change(self) -> Iterator[VaultChange]:
        """Begin a change; it is durable when the block ends, and undone when the block raises. In any thread."""
        with self._changed_over(self._db):
            yield VaultChange(self._db)

    @contextmanager
    def change_over(self, db: sqlcipher.Connection) -> Iterator[None]:
        """Begin a long change over another connection to the vault, so that the lists can be read meanwhile."""
        with self._changed_over(db):
            yield
        self.keys.forget_counts()

    @contextmanager
    def _changed_over(self, db: sqlcipher.Connection) -> Iterator[None]:
        with self._changing, faults_at(self._path):
            if self._log_from is None:
                self._begin_log()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield
                ((number,),) = db.execute(
                    "UPDATE vault SET changes = changes + 1, log_from = ? RETURNING changes", (self._log_from,)
                ).fetchall()
                self.refuse_if_moved()
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # some faults, such as a full disk, have rolled back already
                    db.execute("ROLLBACK")
                raise
            self._saved.note(number)
            self._follow_log()
        self._after_change()

    def call_after_change(self, called: Callable[[], None]) -> None:
        """Call this after each change from now on, in the thread of the change."""
        self._after_change = called

    def rekey(self, key: bytes, generation: int) -> None:
        """Encrypt every page with another key, and note the generation; whole, or not at all. In any thread.

        Raises `VaultError`.
        """
        with (
            self._changing,
            faults_at(self._path),
            self.keys.closed(),
            self.history.closed(),
            self.sign_ins.closed(),
        ):
            self.refuse_if_moved()
            self._db.execute("UPDATE vault SET generation = ?, signing_key = NULL", (generation,))
            try:
                cipher.rekey(self._db, key)
            except sqlcipher.Error:
                if not self._opens_with(key):
                    raise
            self._key.replace(key)

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database; say whether all of it could be. Raises `VaultError`."""
        with self._changing, faults_at(self._path):
            self._end_log()
            return bool(self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def refuse_if_moved(self) -> None:
        """Raise `VaultMovedError` where the files of this vault are no longer in its folder.

        An open file can be moved and deleted, but not on Windows; what is written to a deleted one is gone with it.
        """
        with faults_at(self._path):
            for path, identity in self._files.items():
                if self._identity(path) != identity:
                    raise VaultMovedError(self._path.parent)

    def let_copies_follow(self, protectors: Protectors) -> None:
        """Let these protectors open the automatic copies too, in place of the former ones. Raises `VaultError`."""
        self.copies.follow(protectors)

    def generation(self) -> int:
        """Return the generation that is noted in the database. Raises `VaultError`."""
        with faults_at(self._path):
            return int(self._db.execute("SELECT generation FROM vault").fetchone()[0])

    def close(self) -> None:
        """Close the vault and forget its key, also where closing fails. May be called twice. Raises `VaultError`."""
        try:
            with self._changing, faults_at(self._path):
                self._close_listings()
                # Closed already; or such as a full disk: what was saved is safe all the same.
                with suppress(sqlcipher.Error):
                    self._end_log()
                self._db.close()
        finally:
            self._saved.close(forget=self._is_closed_and_here())
            self._key.forget()

    def _close_listings(self) -> None:
        self.keys.close()
        self.history.close()
        if "sign_ins" in self.__dict__:  # was asked for
            self.sign_ins.close()

    def _is_closed_and_here(self) -> bool:
        """Say whether the log is gone, and no other vault has taken the place of this one."""
        try:
            return not is_there(log_of(self._path)) and self._identity(self._path) == self._files[self._path]
        except (OSError, VaultMovedError):
            return False

    def _begin_log(self) -> None:
        """Note in the database itself, before the first change, that there is a log without which it is not whole.

        What a killed program left in the log goes into the database first, as the note says that it is there. Where
        somebody still reads an older state, so that it cannot, nothing is noted before the next change.
        """
        is_in_database = self._log_is_in_database("PASSIVE")
        log = log_of(self._path)  # which is there as long as this connection
        self._files.setdefault(log, self._identity(log))
        self.refuse_if_moved()
        self._saved.begin(self._changes())
        if is_in_database:
            self._db.execute("UPDATE vault SET log_from = changes")
            self._log_from = self._changes()
            self._log_is_in_database("PASSIVE")

    def _end_log(self) -> None:
        """Note that the database is whole without the log, which is written into it next."""
        self._db.execute("UPDATE vault SET log_from = NULL WHERE log_from IS NOT NULL")
        self._log_from = None

    def _follow_log(self) -> None:
        """Note how many changes the database has without its log, where it has all of them."""
        if self._log_from is not None and self._log_is_in_database("NOOP"):
            self._log_from = self._changes()

    def _log_is_in_database(self, checkpoint: str) -> bool:
        """Checkpoint; say whether all of the log is known to be in the database."""
        try:
            _, frames, written = self._db.execute(f"PRAGMA wal_checkpoint({checkpoint})").fetchone()
        except sqlcipher.OperationalError as error:
            if error.sqlite_errorcode != sqlcipher.SQLITE_LOCKED:
                raise
            return False  # this connection itself still reads, for a list in another thread
        return bool(frames == written)

    def _changes(self) -> int:
        return int(self._db.execute("SELECT changes FROM vault").fetchone()[0])

    def _identity(self, path: Path) -> tuple[int, int]:
        """Return what tells one of the vault's files from another one of its name. Raises `VaultMovedError`."""
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise VaultMovedError(self._path.parent) from error
        return status.st_dev, status.st_ino

    def _connect(self) -> sqlcipher.Connection:
        return cipher.connect(self._path, self._key.material())

    def _opens_with(self, key: bytes) -> bool:
        try:
            with closing(cipher.connect(self._path, key)) as db:
                db.execute("SELECT generation FROM vault").fetchone()
        except sqlcipher.Error:
            return False
        return True

    def _found(self, condition: str, *values: str | bytes) -> list[ApiKey]:
        with faults_at(self._path):
            return [key_from(row) for row in self._db.execute(f"{_SELECT} {condition}", values)]


def _only(found: list[_FoundT]) -> _FoundT:
    if not found:
        raise KeyNotFoundError
    return found[0]


def _values(key: ApiKey) -> tuple[str | int, ...]:
    fields = key.fields
    return (
        fields.name,
        fields.status.value,
        fields.role.value,
        fields.session_validity,
        from_time(key.created),
        int(key.secret_pending),
    )
