"""Backs up a vault to one file, and restores such a file."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.backup import Backup, RestoreNotes
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.service import text


class OpenBackup(Protocol):
    """A backup that was read and checked, and the vault to which it can be restored.

    Its slow methods may be called in any one thread. They raise `InterruptedError` after `canceled` returns True.
    """

    about: Backup

    def plan(self, options: RestoreOptions, canceled: Callable[[], bool]) -> RestorePlan:
        """Return what restoring would do, without changing the vault. Raises `VaultError`."""

    def restore(
        self, options: RestoreOptions, notes: Callable[[RestorePlan], RestoreNotes], canceled: Callable[[], bool]
    ) -> RestorePlan:
        """Restore everything or nothing, with history rows from `notes`; return what was done. Raises `VaultError`."""

    def close(self) -> None:
        """Delete the backup from memory. May be called in any thread, also while another one uses it."""


class BackupStore(Protocol):
    """The functions of an open vault that backing up and restoring need. They may be called in any one thread."""

    def write_backup(self, path: Path, passphrase: str, made: datetime, canceled: Callable[[], bool]) -> int:
        """Write a backup to a file, replacing it if it exists; return the number of keys in it.

        Raises `InterruptedError` after `canceled` returns True, `BackupReplacesVaultError`, `FileNotWrittenError`,
        `VaultError`.
        """

    def open_backup(
        self, path: Path, passphrase: str, canceled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> OpenBackup:
        """Read and check a backup without changing the file. `progress` gets the rows read, and the rows in all.

        Raises `InterruptedError` after `canceled` returns True, `BackupError`, `VaultError`.
        """

    def vault_id(self) -> str:
        """Return the vault's id. Raises `VaultError`."""

    def quarantine(self, now: datetime, canceled: Callable[[], bool]) -> Path:
        """Copy the vault to a quarantine folder, and return that folder.

        Raises `InterruptedError` after `canceled` returns True, `VaultError`.
        """

    def note_backup(self, made: datetime, entry: HistoryEntry) -> None:
        """Record when the vault was last backed up. Raises `VaultError`."""

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up. Raises `VaultError`."""


class Backups:
    """The user's actions with backups. Every method takes up to some seconds, and may be called in any one thread."""

    def __init__(
        self,
        store: BackupStore,
        account_name: Callable[[], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Back up and restore `store`; `account_name` returns the account of the operating system."""
        self._store = store
        self._account_name = account_name
        self._now = now

    def back_up(self, path: Path, passphrase: str, canceled: Callable[[], bool] = lambda: False) -> int:
        """Write a backup that `passphrase` opens; return the number of keys in it.

        Raises `InterruptedError` after `canceled` returns True, `BackupReplacesVaultError`, `FileNotWrittenError`,
        `VaultError`. If it raises, an existing file is unchanged.
        """
        made = self._now()
        keys = self._store.write_backup(path, passphrase, made, canceled)
        self._store.note_backup(made, self._entry(Action.BACKED_UP, text.keys_backed_up(keys)))
        return keys

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up."""
        return self._store.last_backup()

    def read(
        self,
        path: Path,
        passphrase: str,
        canceled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> OpenBackup:
        """Read and check a backup, which the caller must close; nothing is changed.

        `progress` gets the rows read, and the rows in all. Raises `InterruptedError` after `canceled` returns True,
        `BackupError`, `VaultError`.
        """
        return self._store.open_backup(path, passphrase, canceled, progress)

    def vault_id(self) -> str:
        """Return the id of the vault, which is also in its backups. Raises `VaultError`."""
        return self._store.vault_id()

    def plan(
        self, backup: OpenBackup, options: RestoreOptions, canceled: Callable[[], bool] = lambda: False
    ) -> RestorePlan:
        """Return what restoring would do. Raises `InterruptedError` after `canceled` returns True, `VaultError`."""
        return backup.plan(options, canceled)

    def restore(
        self, backup: OpenBackup, options: RestoreOptions, canceled: Callable[[], bool] = lambda: False
    ) -> tuple[RestorePlan, Path | None]:
        """Restore a backup; return what was done, and the quarantine folder of the replaced vault, if it was replaced.

        Raises `InterruptedError` after `canceled` returns True, and `VaultError`; then the vault is unchanged.
        """
        quarantine = None
        if options.replace and backup.plan(options, canceled).changes_anything:
            quarantine = self._store.quarantine(self._now(), canceled)
        return backup.restore(options, partial(self._notes, backup.about, options), canceled), quarantine

    def _notes(self, backup: Backup, options: RestoreOptions, plan: RestorePlan) -> RestoreNotes:
        whole = text.REPLACED_FROM_BACKUP if options.replace else text.MERGED_FROM_BACKUP
        return RestoreNotes(
            self._now(),
            self._account_name(),
            added=text.ADDED_FROM_BACKUP.format(made=backup.made),
            changed=text.CHANGED_FROM_BACKUP.format(made=backup.made),
            deleted=text.DELETED_BY_BACKUP.format(made=backup.made),
            whole=whole.format(made=backup.made, added=plan.added, changed=plan.changed, deleted=plan.deleted),
        )

    def _entry(self, action: Action, details: str) -> HistoryEntry:
        return HistoryEntry(self._now(), self._account_name(), action, "", "", details)
