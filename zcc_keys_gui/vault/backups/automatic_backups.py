"""Automatic copies of a vault: `vault.db` and `vault.json` together, each pair in a folder named after its time in UTC.

A copy is made beside under another name, verified by reopening, flushed, and renamed; only then older ones are deleted.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    VaultClosedError,
    VaultDamagedError,
    VaultError,
    VaultNeedsRepairError,
)
from zcc_keys_gui.platform.files import flush, rename_durably
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, make_empty, refuse_pipes, remove, write_durably
from zcc_keys_gui.vault.files.regular_file import is_folder, is_there, read_regular_file
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet

KEPT = 5
_PAGES_PER_STEP = 1_000  # 4 MB, between two looks at whether the vault was closed
_NAME = "%Y-%m-%dT%H%M%SZ"
UNFINISHED = ".unfinished"
"""The name of such a folder while it is being filled; what is left of it counts as nothing."""


@dataclass(frozen=True, order=True)
class AutomaticBackup:
    """One copy."""

    made: datetime
    """In UTC, to the second."""
    folder: VaultFolder
    """Where the two files are."""


def automatic_backups_in(folder: VaultFolder) -> list[AutomaticBackup]:
    """Return the copies of the vault in `folder`, the newest first. Raises `VaultError`.

    There are none if something else than a folder has the name of theirs.
    """
    with vault_errors_for(folder.automatic_backups):
        if not is_folder(folder.automatic_backups):
            return []
        found = []
        for path in folder.automatic_backups.iterdir():
            with suppress(ValueError):  # another name: somebody else's, or unfinished
                found.append(
                    AutomaticBackup(datetime.strptime(path.name, _NAME).replace(tzinfo=UTC), VaultFolder(path))
                )
        return sorted(found, key=lambda copy: copy.made, reverse=True)


def name_of(time: datetime) -> str:
    """Return how a folder is named that holds a vault as it was at a time: in UTC, to the second."""
    return time.astimezone(UTC).strftime(_NAME)


class AutomaticBackups:
    """The copies of an open vault. Its methods may be called in any thread."""

    def __init__(self, folder: VaultFolder, connections: VaultConnections) -> None:
        """Copy the vault in `folder`, over one of these `connections`."""
        self._folder = folder
        self._connections = connections
        self._one_at_a_time = RLock()  # the daily one may be due just when another is made after re-encrypting

    def is_due(self, now: datetime) -> bool:
        """Say whether there is no copy yet of the day that it is in local time. Raises `VaultError`.

        Or whether there still is one from before the vault was re-encrypted, which the next one takes the place of.
        """
        today = now.astimezone().date()
        # Not "none newer": a clock that was set back must not end the copies, nor make one at every change.
        is_missing = all(copy.made.astimezone().date() != today for copy in automatic_backups_in(self._folder))
        return is_missing or self.are_outdated()

    def are_outdated(self) -> bool:
        """Say whether a copy is from before the vault was re-encrypted, so that only the former key opens it.

        Before, let the other copies follow a change of the vault's protectors that could not reach them. Raises
        `VaultError`.
        """
        with suppress(VaultError):  # it was noted when the change was made, and is tried again
            self._follow_again()
        return any(map(self._has_former_key, automatic_backups_in(self._folder)))

    def make(self, now: datetime) -> AutomaticBackup:
        """Make a copy, and keep `KEPT`: it, and the newest of the others, but none from before a re-encryption.

        Those of a time that is yet to come, when the clock was ahead, count as the oldest. A second in which one was
        made already is passed over.

        Raises `AutomaticBackupFailedError`; then those that were there still are. Raises `VaultClosedError`.
        """
        with self._connections.working(), self._one_at_a_time:
            return self._make(now)

    def use_protectors(self, protectors: ProtectorSet) -> None:
        """Let the vault's present protectors open the copies too that have its database key. Raises `VaultError`.

        A passphrase that was changed opens no copy any more; and where `vault.json` is lost, a copy's stands in for it.
        If one copy cannot follow, the others do all the same.
        """
        with self._connections.working(), self._one_at_a_time:
            self._follow(protectors)

    def _follow_again(self) -> None:
        with self._connections.working(), self._one_at_a_time:
            present = protector_file.read(self._folder.protectors)
            if present.next is None:  # else it is not known yet which ones stay
                self._follow(present)

    def _follow(self, protectors: ProtectorSet) -> None:
        failure: VaultError | None = None
        for copy in automatic_backups_in(self._folder):
            try:
                self._let_follow(copy, protectors)
            except VaultNeedsRepairError:  # of a copy that is damaged itself, nothing is known
                continue
            except VaultError as error:
                failure = error
        if failure is not None:
            raise failure

    def _let_follow(self, copy: AutomaticBackup, protectors: ProtectorSet) -> None:
        """Let protectors open a copy. Raises `VaultDamagedError` also if the copy has another key."""
        there = protector_file.read(copy.folder.protectors)
        if there.vault_id != protectors.vault_id or replace(there, generation=protectors.generation) == protectors:
            return
        generation = there.generation
        if generation != protectors.generation or there.next is not None:
            generation = _generation_in(copy, self._connections.key_material())
        protector_file.write(copy.folder.protectors, replace(protectors, generation=generation))

    def _has_former_key(self, copy: AutomaticBackup) -> bool:
        return has_former_key(copy, self._folder, self._connections.key_material())

    def _make(self, now: datetime) -> AutomaticBackup:
        made = now.astimezone(UTC).replace(microsecond=0)
        unfinished = self._folder.automatic_backups / UNFINISHED
        try:
            with vault_errors_for(unfinished):
                make_empty(unfinished)
                copy_vault(self._folder, unfinished, self._connections)
                while is_there(self._folder.automatic_backups / name_of(made)):
                    made += timedelta(seconds=1)
                place = self._folder.automatic_backups / name_of(made)
                rename_durably(unfinished, place)
        except Exception as error:
            with suppress(OSError):
                remove(unfinished)
            if isinstance(error, VaultClosedError):
                raise
            raise AutomaticBackupFailedError(self._folder.automatic_backups) from error
        others = [copy for copy in automatic_backups_in(self._folder) if copy.made != made]
        others.sort(key=lambda copy: copy.made > made)
        kept = [copy for copy in others if not self._has_former_key(copy)][: KEPT - 1]
        for copy in others:
            if copy not in kept:
                with suppress(VaultError), vault_errors_for(copy.folder.path):  # which the next one tries again
                    rename_durably(copy.folder.path, unfinished)  # half of it must not count as a copy
                    remove(unfinished)
        new = AutomaticBackup(made, VaultFolder(place))
        with suppress(VaultError):  # it was noted when the change was made, and is tried again
            self._follow_again()
        return new


def has_former_key(copy: AutomaticBackup, vault: VaultFolder, key: bytes) -> bool:
    """Say whether a copy is of the vault in `vault`, and from before that was re-encrypted with its present `key`.

    A lower generation does not prove that: earlier versions counted up even if re-encrypting then failed. A copy that
    cannot be read does not count.
    """
    try:
        there = protector_file.read(copy.folder.protectors)
        present = protector_file.read(vault.protectors)
    except VaultError:
        return False
    newest = max(each.generation for each in (present, present.next) if each is not None)
    if there.vault_id != present.vault_id or there.generation >= newest:
        return False
    try:
        _generation_in(copy, key)
    except VaultDamagedError:
        return True
    except VaultError:
        return False
    return False


def _generation_in(copy: AutomaticBackup, key: bytes) -> int:
    """Return the generation that the database of a copy notes.

    Raises `VaultDamagedError` if `key` does not open the database, and other `VaultError`s.
    """
    database = copy.folder.database
    with vault_errors_for(database):
        refuse_pipes(database)
        if database.stat().st_size < PAGE_BYTES:  # SQLite takes an empty file for an empty database
            raise VaultDamagedError(database)
        with closing(connect(database, key, read_only=True)) as db:
            return int(db.execute("SELECT generation FROM vault").fetchone()[0])


def copy_vault(
    source: VaultFolder, target: Path, connections: VaultConnections, cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Copy both files of a vault, as they are at one moment, into the folder `target`; verify and flush them.

    Raises `InterruptedError` after `cancelled` returns True, `VaultDamagedError`, `VaultClosedError`,
    `sqlcipher.Error`, `OSError`.
    """
    copy = VaultFolder(target)
    copy.database.touch(mode=0o600)

    def stop_if_unwanted(*_: int) -> None:
        if connections.is_closed():
            raise VaultClosedError
        if cancelled():
            raise InterruptedError

    with connections.working():  # so that the key stays the same
        key = connections.key_material()
        protectors = read_regular_file(source.protectors, protector_file.LARGEST)
        with connections.reading() as db, closing(connect(copy.database, key)) as into:
            db.execute("BEGIN")
            db.execute("SELECT * FROM vault").fetchone()  # the state that is copied
            db.backup(into, pages=_PAGES_PER_STEP, progress=stop_if_unwanted)  # also what is still in the log
            into.execute("PRAGMA locking_mode = EXCLUSIVE")  # needs no vault.db-shm, which tells of no full disk
            schema.note_that_no_log_is_missing(into)
        verify(copy.database, key)
        stop_if_unwanted()
        write_durably(copy.protectors, protectors)
        flush(copy.database)


def verify(database: Path, key: bytes) -> None:
    """Read every page of a database that nobody writes to.

    Raises `VaultDamagedError`, `sqlcipher.Error`, `OSError`.
    """
    refuse_pipes(database)
    with closing(connect(database, key, read_only=True)) as db:
        if db.execute("PRAGMA cipher_integrity_check").fetchone() or db.execute("PRAGMA quick_check").fetchall() != [
            ("ok",)
        ]:
            raise VaultDamagedError(database)
