"""Backing a vault up to one file, and restoring one."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.backup import Backup, RestoreNotes
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan


class OpenBackup(Protocol):
    """A backup that was read and checked, and the vault that it can be restored to.

    Its slow methods may be called in any one thread; they raise `InterruptedError` after `cancelled` returns True.
    """

    about: Backup

    def plan(self, options: RestoreOptions, cancelled: Callable[[], bool]) -> RestorePlan:
        """Return what restoring would do; the vault is not changed. Raises `VaultError`."""

    def restore(
        self, options: RestoreOptions, notes: Callable[[RestorePlan], RestoreNotes], cancelled: Callable[[], bool]
    ) -> RestorePlan:
        """Restore it, all or nothing, with history rows as `notes` says; return what was done. Raises `VaultError`."""

    def close(self) -> None:
        """Forget what is in it; may be called in any thread, also while another one uses it."""


class BackupStore(Protocol):
    """What backing up and restoring need of an open vault. Its methods may be called in any one thread."""

    def write_backup(self, path: Path, passphrase: str, made: datetime, cancelled: Callable[[], bool]) -> int:
        """Write a backup to a file, in place of one that is there; return how many keys are in it.

        Raises `InterruptedError` once `cancelled` says so, `BackupPlaceError`, `FileNotWrittenError`, `VaultError`.
        """

    def open_backup(
        self, path: Path, passphrase: str, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> OpenBackup:
        """Read and check a backup; the file is not changed. `progress` is told rows read, and of how many.

        Raises `InterruptedError` after `cancelled` returns True, `BackupError`, `VaultError`.
        """

    def vault_id(self) -> str:
        """Return the vault's id. Raises `VaultError`."""

    def quarantine(self, now: datetime, cancelled: Callable[[], bool]) -> Path:
        """Keep a copy of the vault as it is; return the folder that has it.

        Raises `InterruptedError` after `cancelled` returns True, `VaultError`.
        """

    def note_backup(self, made: datetime, entry: HistoryEntry) -> None:
        """Note when the vault was last backed up. Raises `VaultError`."""

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up. Raises `VaultError`."""


class Backups:
    """What a person does with backups. Every method takes up to some seconds, and may be called in any one thread."""

    def __init__(
        self, store: BackupStore, who: Callable[[], str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Work on `store`; `who` tells the account of the operating system."""
        self._store = store
        self._who = who
        self._now = now

    def back_up(self, path: Path, passphrase: str, cancelled: Callable[[], bool] = lambda: False) -> int:
        """Write a backup that `passphrase` opens; return how many keys are in it.

        Raises `InterruptedError` once `cancelled` says so, `BackupPlaceError`, `FileNotWrittenError`, `VaultError`;
        then a file that was there still is.
        """
        made = self._now()
        keys = self._store.write_backup(path, passphrase, made, cancelled)
        self._store.note_backup(made, self._entry(Action.BACKED_UP, f"{keys} {'key' if keys == 1 else 'keys'}"))
        return keys

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up."""
        return self._store.last_backup()

    def read(
        self,
        path: Path,
        passphrase: str,
        cancelled: Callable[[], bool] = lambda: False,
        progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> OpenBackup:
        """Read and check a backup, which is to be closed; nothing is changed.

        `progress` is told how many rows were read, and of how many. Raises `InterruptedError` after `cancelled` returns
        True, `BackupError`, `VaultError`.
        """
        return self._store.open_backup(path, passphrase, cancelled, progress)

    def vault_id(self) -> str:
        """Return the id of the vault, which its backups have too. Raises `VaultError`."""
        return self._store.vault_id()

    def plan(
        self, backup: OpenBackup, options: RestoreOptions, cancelled: Callable[[], bool] = lambda: False
    ) -> RestorePlan:
        """Return what restoring would do. Raises `InterruptedError` after `cancelled` returns True, `VaultError`."""
        return backup.plan(options, cancelled)

    def restore(
        self, backup: OpenBackup, options: RestoreOptions, cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[RestorePlan, Path | None]:
        """Restore a backup; return what was done, and where the replaced vault is kept.

        Raises `InterruptedError` after `cancelled` returns True, and `VaultError`; then the vault is as it was.
        """
        aside = None
        if options.replace and backup.plan(options, cancelled).changes_anything:
            aside = self._store.quarantine(self._now(), cancelled)
        return backup.restore(options, partial(self._notes, backup.about, options), cancelled), aside

    def _notes(self, backup: Backup, options: RestoreOptions, plan: RestorePlan) -> RestoreNotes:
        source = f"the backup of {backup.made:%Y-%m-%d %H:%M} UTC"
        way = "Replaced" if options.replace else "Merged"
        numbers = f"{plan.added} added, {plan.changed} changed, {plan.deleted} deleted"
        return RestoreNotes(
            self._now(),
            self._who(),
            added=f"Added from {source}",
            changed=f"Changed from {source}",
            deleted=f"Not in {source}",
            whole=f"{way} from {source}: {numbers}",
        )

    def _entry(self, action: Action, details: str) -> HistoryEntry:
        return HistoryEntry(self._now(), self._who(), action, "", "", details)
