"""Backing a vault up to one file, and restoring one."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.backup import Backup, Content
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestorePlan, Wish, plan_restore


class BackupStore(Protocol):
    """What backing up and restoring need of an open vault. Its methods may be called in any one thread."""

    def write_backup(self, path: Path, passphrase: str, made: datetime, cancelled: Callable[[], bool]) -> int:
        """Write a backup to a file, in place of one that is there; return how many keys are in it.

        Raises `InterruptedError` once `cancelled` says so, `BackupPlaceError`, `FileNotWrittenError`, `VaultError`.
        """

    def read_backup(self, path: Path, passphrase: str) -> Backup:
        """Return what a backup holds; the file is not changed. Raises `BackupError`."""

    def content(self) -> Content:
        """Return the vault's keys and history. Raises `VaultError`."""

    def vault_id(self) -> str:
        """Return the vault's id. Raises `VaultError`."""

    def set_aside(self, now: datetime) -> Path:
        """Keep a copy of the vault as it is; return the folder that has it. Raises `VaultError`."""

    def restore(self, plan: RestorePlan, entries: list[HistoryEntry]) -> None:
        """Do what `plan` says and write the history rows `entries`, all or nothing. Raises `VaultError`."""

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
        self._store.note_backup(made, self._entry(Action.BACKED_UP, f"{keys} keys"))
        return keys

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up."""
        return self._store.last_backup()

    def read(self, path: Path, passphrase: str) -> Backup:
        """Return what a backup holds; nothing is changed. Raises `BackupError`."""
        return self._store.read_backup(path, passphrase)

    def vault_id(self) -> str:
        """Return the id of the vault, which its backups have too. Raises `VaultError`."""
        return self._store.vault_id()

    def content(self) -> Content:
        """Return what is in the vault, from which `plan_restore` tells what restoring would do. Raises `VaultError`."""
        return self._store.content()

    def restore(self, backup: Backup, wish: Wish) -> tuple[RestorePlan, Path | None]:
        """Restore a backup; return what was done, and where the replaced vault is kept. Raises `VaultError`."""
        plan = plan_restore(self._store.content(), backup.content, wish)
        aside = self._store.set_aside(self._now()) if wish.replace and plan.changes_anything else None
        source = f"the backup of {backup.made:%Y-%m-%d %H:%M} UTC"
        made = f"from {source}"
        entries = [
            self._entry(action, details, stored.key.client_id, stored.key.name)
            for action, details, group in (
                (Action.RESTORED, f"Added {made}", plan.added),
                (Action.RESTORED, f"Changed {made}", plan.changed),
            )
            for stored in group
        ]
        entries += [self._entry(Action.DELETED, f"Not in {source}", key.client_id, key.name) for key in plan.deleted]
        way = "Replaced" if wish.replace else "Merged"
        numbers = f"{len(plan.added)} added, {len(plan.changed)} changed, {len(plan.deleted)} deleted"
        entries.append(self._entry(Action.RESTORED, f"{way} {made}: {numbers}"))
        self._store.restore(plan, entries)
        return plan, aside

    def _entry(self, action: Action, details: str, client_id: str = "", name: str = "") -> HistoryEntry:
        return HistoryEntry(self._now(), self._who(), action, client_id, name, details)
