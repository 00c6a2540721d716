"""A new vault that is made of a backup, in place of one that cannot be opened.

The present files are set aside first and never written to; see `set_aside` for the order of the steps. What can be read
of the present database is in the new one too, so that no key that was deleted since, and no older secret, comes back.
"""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.damage import NewVault, Recovered
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault.backups import restoring
from zcc_keys_gui.vault.backups.automatic_backups import verify
from zcc_keys_gui.vault.backups.staged_backup import StagedBackup, interruptible, stage
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.files.regular_file import may_be_there
from zcc_keys_gui.vault.keys import key_store
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, connect
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.vault_protectors import account_protector, new_id, passphrase_protector
from zcc_keys_gui.vault.recovery.quarantine import (
    finish_replacing_vault,
    quarantine_files,
    replace_database,
    stage_vault,
)
from zcc_keys_gui.vault.recovery.salvage import Salvaged, write_salvaged
from zcc_keys_gui.vault.store import VaultStore


@dataclass(frozen=True)
class Unlocked:
    """The present vault, where something yields the key of its database."""

    protectors: ProtectorSet
    key: bytes = field(repr=False)
    found: Salvaged
    """What can be read of it."""


class VaultFromBackup:
    """Makes a new vault of a backup; see `service.damage.FromBackup`."""

    def __init__(
        self,
        folder: VaultFolder,
        unlocked: Callable[[], Unlocked | None],
        open_store: Callable[[ProtectorSet, bytes], VaultStore],
        who: Callable[[], str],
    ) -> None:
        """Make it in `folder`; `unlocked` reads the vault that is there, and `open_store` opens the new one."""
        self._folder = folder
        self._unlocked = unlocked
        self._open_store = open_store
        self._who = who

    def read(
        self, path: Path, passphrase: str, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> "BackupForNewVault":
        """Read and check a backup; nothing is changed. `progress` is told rows read, and of how many.

        Raises `InterruptedError` after `cancelled` returns True, `BackupError`, `VaultError`.
        """
        return BackupForNewVault(self, stage(self._folder, path, passphrase, cancelled, progress))

    def plan(self, backup: StagedBackup, cancelled: Callable[[], bool]) -> NewVault:
        """Say what the new vault would have; nothing is changed. Raises `VaultError`, `InterruptedError`."""
        unlocked = self._unlocked()
        if unlocked is None:
            return NewVault(None, 0, RestorePlan(added=backup.about.keys, history=backup.about.history))
        readable, key = self._folder.readable, os.urandom(KEY_BYTES)
        with vault_errors_for(readable):
            try:
                keys = write_salvaged(unlocked.found, readable, key, unlocked.protectors.vault_id, 1)
                with closing(connect(readable, key)) as db, backup.attached_to(db), interruptible(db, cancelled):
                    db.execute("BEGIN")
                    restoring.compare(db)
                    plan = restoring.plan(db, RestoreOptions())
                    db.execute("ROLLBACK")
            finally:
                for path in self._folder.path.glob(f"{readable.name}*"):
                    path.unlink()
        return NewVault(unlocked.protectors.vault_id, keys, plan)

    def make(self, backup: StagedBackup, passphrase: str | None) -> tuple[VaultStore, Recovered]:
        """Set the present files aside, put the new vault in their place, and open it.

        What opened the present vault opens the new one, or else the passphrase, or without one this account. Raises
        `VaultError`, `KeystoreUnavailableError`; then everything is as it was, or the next start finishes it.
        """
        unlocked = self._unlocked()
        if unlocked is None:
            protectors, key, aside = self._make_anew(backup, passphrase)
        else:
            protectors, key = unlocked.protectors, unlocked.key
            aside = quarantine_files(self._folder, datetime.now(UTC))
            replace_database(
                self._folder, lambda into: self._write(backup, into, protectors, key, unlocked.found), aside
            )
        store = self._open_store(protectors, key)
        return store, Recovered(aside, store.keys.count(KeyQuery()), backup_made=backup.about.made)

    def _make_anew(self, backup: StagedBackup, passphrase: str | None) -> tuple[ProtectorSet, bytes, Path]:
        """Put a new vault with a key and protectors of its own in place of the present one, and return those."""
        vault_id, key = new_id(), os.urandom(KEY_BYTES)
        if passphrase is None:
            account = account_protector(vault_id, key)
            new = ProtectorSet(vault_id, generation=1, account=account)
        else:
            account = None
            new = ProtectorSet(vault_id, generation=1, passphrase=passphrase_protector(vault_id, key, passphrase))
        try:
            aside = quarantine_files(self._folder, datetime.now(UTC))
            stage_vault(self._folder, lambda into: self._write(backup, into, new, key, Salvaged()), new)
        except BaseException:
            if account is not None and not may_be_there(self._folder.replacement_protectors):
                key_store.forget_key(vault_id, account.keystore_user)
            raise
        finish_replacing_vault(self._folder, aside)
        return new, key, aside

    def _write(self, backup: StagedBackup, into: Path, protectors: ProtectorSet, key: bytes, found: Salvaged) -> None:
        """Make a database of what was found and of the backup, with a row of the history that says so."""
        readable = write_salvaged(found, into, key, protectors.vault_id, protectors.generation)
        with closing(connect(into, key)) as db:
            with backup.attached_to(db):
                db.execute("BEGIN")
                restoring.compare(db)
                plan = restoring.plan(db, RestoreOptions())
                restoring.merge(db, plan)
                details = f"New vault from the backup of {backup.about.made:%Y-%m-%d %H:%M} UTC"
                VaultChange(db).record(HistoryEntry(datetime.now(UTC), self._who(), Action.RESTORED, "", "", details))
                db.execute("COMMIT")
            (keys,) = db.execute("SELECT count(*) FROM main.api_key").fetchone()
            db.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
        verify(into, key)
        if keys != readable + plan.added:
            raise VaultDamagedError(self._folder.database)
        flush(into)


class BackupForNewVault:
    """A backup that was read and checked, and of which a vault can be made; see `service.damage.BackupForNewVault`."""

    def __init__(self, maker: VaultFromBackup, staged: StagedBackup) -> None:
        """Make the vault with `maker`."""
        self.about = staged.about
        self._maker = maker
        self._staged = staged

    def plan(self, cancelled: Callable[[], bool] = lambda: False) -> NewVault:
        """Say what the new vault would have; nothing is changed. Raises `VaultError`, `InterruptedError`."""
        return self._maker.plan(self._staged, cancelled)

    def make(self, passphrase: str | None) -> tuple[VaultStore, Recovered]:
        """Make the new vault; see `VaultFromBackup.make`."""
        return self._maker.make(self._staged, passphrase)

    def close(self) -> None:
        """Remove the checked copy. In any thread."""
        self._staged.close()
