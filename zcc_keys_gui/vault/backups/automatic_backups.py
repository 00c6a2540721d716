"""Automatic backups of a vault: `vault.db` and `vault.json`, each pair in a folder named after its time in UTC.

A backup is made under another name, verified by reopening it, flushed, and renamed. Only then are older ones deleted.
"""

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import RLock

from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    VaultClosedError,
    VaultDamagedError,
    VaultError,
    VaultNeedsRepairError,
)
from zcc_keys_gui.platform.files import rename_durably
from zcc_keys_gui.vault.backups.vault_copy import UNFINISHED, copy_vault, folder_name, parse_folder_name
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, check_no_pipes, make_empty_folder, remove
from zcc_keys_gui.vault.files.regular_file import exists, is_folder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet

MAX_BACKUPS = 5


@dataclass(frozen=True, order=True)
class AutomaticBackup:
    """One automatic backup."""

    made: datetime
    """In UTC, to the second."""
    folder: VaultFolder
    """The folder with the two files."""


def list_automatic_backups(folder: VaultFolder) -> list[AutomaticBackup]:
    """Return the automatic backups of the vault in `folder`, the newest first. Raises `VaultError`.

    There are none if something other than a folder has the name of their folder.
    """
    with vault_errors_for(folder.automatic_backups):
        if not is_folder(folder.automatic_backups):
            return []
        found = []
        for path in folder.automatic_backups.iterdir():
            with suppress(ValueError):  # unfinished, or not from this program
                found.append(AutomaticBackup(parse_folder_name(path.name), VaultFolder(path)))
        return sorted(found, key=lambda backup: backup.made, reverse=True)


class AutomaticBackups:
    """The automatic backups of an open vault. The methods may be called in any thread."""

    def __init__(self, folder: VaultFolder, connections: VaultConnections) -> None:
        """Back up the vault in `folder` over one of these `connections`."""
        self._folder = folder
        self._connections = connections
        self._lock = RLock()  # the daily backup may be due while another is made after re-encrypting

    def is_due(self, now: datetime) -> bool:
        """Return whether there is no backup of this local day, or one has a former key. Raises `VaultError`."""
        today = now.astimezone().date()
        # Only the date counts, not whether a backup is older or newer: after the clock was set back, newer backups must
        # neither stop the daily ones nor cause one at each change.
        is_missing = all(backup.made.astimezone().date() != today for backup in list_automatic_backups(self._folder))
        return is_missing or self.are_outdated()

    def are_outdated(self) -> bool:
        """Return whether a backup is from before the vault was re-encrypted, so that only the former key opens it.

        This first retries updates of protectors that failed earlier. Raises `VaultError`.
        """
        with suppress(VaultError):  # was reported when the protectors were changed, and is retried later
            self._retry_protectors()
        return any(map(self._has_former_key, list_automatic_backups(self._folder)))

    def make(self, now: datetime) -> AutomaticBackup:
        """Make a backup, and delete the oldest ones beyond `MAX_BACKUPS` and those with a former key.

        Backups with a later time than this one were made while the clock was ahead; they count as the oldest. If there
        is a backup of this second, the next free second is used.

        Raises `AutomaticBackupFailedError`, after which no backup is deleted, and `VaultClosedError`.
        """
        with self._connections.working(), self._lock:
            new = self._make(now.astimezone(UTC).replace(microsecond=0))
            self._delete_surplus(new)
            with suppress(VaultError):  # was reported when the protectors were changed, and is retried later
                self._retry_protectors()
            return new

    def use_protectors(self, protectors: ProtectorSet) -> None:
        """Let these protectors open the backups with the present database key, instead of the former ones.

        Then a former passphrase no longer opens a backup, and the `vault.json` of a backup can replace a damaged one.
        If one backup cannot be updated, the others still are. Raises `VaultError`.
        """
        with self._connections.working(), self._lock:
            self._use_protectors(protectors)

    def _retry_protectors(self) -> None:
        with self._connections.working(), self._lock:
            present = protector_file.read(self._folder.protectors)
            if present.next is None:  # otherwise, re-encryption has not decided yet which protectors stay
                self._use_protectors(present)

    def _use_protectors(self, protectors: ProtectorSet) -> None:
        failure: VaultError | None = None
        for backup in list_automatic_backups(self._folder):
            try:
                self._update_protectors(backup, protectors)
            except VaultNeedsRepairError:  # the backup itself is damaged, or has another key
                continue
            except VaultError as error:
                failure = error
        if failure is not None:
            raise failure

    def _update_protectors(self, backup: AutomaticBackup, protectors: ProtectorSet) -> None:
        """Let protectors open a backup. Raises `VaultDamagedError` also if the backup has another key."""
        old = protector_file.read(backup.folder.protectors)
        if old.vault_id != protectors.vault_id or replace(old, generation=protectors.generation) == protectors:
            return
        generation = old.generation
        if generation != protectors.generation or old.next is not None:
            generation = _read_generation(backup, self._connections.key_material())
        protector_file.write(backup.folder.protectors, replace(protectors, generation=generation))

    def _has_former_key(self, backup: AutomaticBackup) -> bool:
        return has_former_key(backup, self._folder, self._connections.key_material())

    def _make(self, made: datetime) -> AutomaticBackup:
        unfinished = self._folder.automatic_backups / UNFINISHED
        try:
            with vault_errors_for(unfinished):
                make_empty_folder(unfinished)
                copy_vault(self._folder, unfinished, self._connections)
                while exists(self._folder.automatic_backups / folder_name(made)):
                    made += timedelta(seconds=1)
                path = self._folder.automatic_backups / folder_name(made)
                rename_durably(unfinished, path)
        except Exception as error:
            with suppress(OSError):
                remove(unfinished)
            if isinstance(error, VaultClosedError):
                raise
            raise AutomaticBackupFailedError(self._folder.automatic_backups) from error
        return AutomaticBackup(made, VaultFolder(path))

    def _delete_surplus(self, new: AutomaticBackup) -> None:
        others = [backup for backup in list_automatic_backups(self._folder) if backup.made != new.made]
        others.sort(key=lambda backup: backup.made > new.made)
        kept = [backup for backup in others if not self._has_former_key(backup)][: MAX_BACKUPS - 1]
        unfinished = self._folder.automatic_backups / UNFINISHED
        for backup in others:
            if backup not in kept:
                with suppress(VaultError), vault_errors_for(backup.folder.path):  # the next backup tries again
                    rename_durably(backup.folder.path, unfinished)  # half of a backup must not count as one
                    remove(unfinished)


def has_former_key(backup: AutomaticBackup, vault: VaultFolder, key: bytes) -> bool:
    """Return whether a backup is of the vault in `vault`, and from before it was encrypted with its present `key`.

    A lower generation is no proof: earlier versions counted up even if re-encrypting then failed. Return False for a
    backup that cannot be read.
    """
    try:
        old = protector_file.read(backup.folder.protectors)
        present = protector_file.read(vault.protectors)
    except VaultError:
        return False
    newest = max(each.generation for each in (present, present.next) if each is not None)
    if old.vault_id != present.vault_id or old.generation >= newest:
        return False
    try:
        _read_generation(backup, key)
    except VaultDamagedError:
        return True
    except VaultError:
        return False
    return False


def _read_generation(backup: AutomaticBackup, key: bytes) -> int:
    """Return the generation that is noted in the database of a backup.

    Raises `VaultDamagedError` if `key` does not open the database, and other `VaultError`s.
    """
    database = backup.folder.database
    with vault_errors_for(database):
        check_no_pipes(database)
        if database.stat().st_size < PAGE_BYTES:  # SQLite opens an empty file as an empty database
            raise VaultDamagedError(database)
        with closing(connect(database, key, read_only=True)) as db:
            return int(db.execute("SELECT generation FROM vault").fetchone()[0])
