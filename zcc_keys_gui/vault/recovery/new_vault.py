"""Makes a new vault from a backup, to replace one that cannot be opened.

The present files are quarantined first and are never written to. The order of the steps is described in
`quarantine` and `replacement`. The readable rows of the present database are copied to the new one as well, so
that no key that was deleted since the backup, and no older secret, comes back.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.damage import NewVault, Recovered
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault.backups import restoring
from zcc_keys_gui.vault.backups.staged_backup import StagedBackup, stage
from zcc_keys_gui.vault.backups.vault_copy import verify_database
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.files.regular_file import may_exist
from zcc_keys_gui.vault.interruption import interruptible
from zcc_keys_gui.vault.keys import key_store
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, connect
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protectors import make_account_protector, make_passphrase_protector, new_id
from zcc_keys_gui.vault.lists.key_listing import SqlKeyListing
from zcc_keys_gui.vault.recovery.quarantine import quarantine_files
from zcc_keys_gui.vault.recovery.replacement import finish_replacing_vault, replace_database, stage_vault
from zcc_keys_gui.vault.recovery.salvage import Salvaged, write_salvaged


class OpenedVault(Protocol):
    """The parts of an open vault that recovery needs. This package must not import `store.VaultStore`."""

    keys: SqlKeyListing

    def change(self) -> AbstractContextManager[VaultChange]:
        """Begin a change of the vault."""


VaultT = TypeVar("VaultT", bound=OpenedVault)


@dataclass(frozen=True)
class Unlocked:
    """The present vault, if a protector unwraps the key of its database."""

    protectors: ProtectorSet
    key: bytes = field(repr=False)
    found: Salvaged
    """Its readable rows."""


class VaultFromBackup(Generic[VaultT]):
    """The maker of a new vault from a backup; see `service.damage.NewVaultMaker`."""

    def __init__(
        self,
        folder: VaultFolder,
        read_unlocked: Callable[[], Unlocked | None],
        open_vault: Callable[[ProtectorSet, bytes], VaultT],
        account_name: Callable[[], str],
    ) -> None:
        """Make the vault in `folder`.

        `read_unlocked` reads the present vault, and `open_vault` opens the new one. `account_name` returns the name of
        the user's account, for the history.
        """
        self._folder = folder
        self._read_unlocked = read_unlocked
        self._open_vault = open_vault
        self._account_name = account_name

    def read(
        self, path: Path, passphrase: str, canceled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> "BackupForNewVault[VaultT]":
        """Read and check a backup without changing anything. `progress` gets the rows read, and the rows in all.

        Raises `InterruptedError` after `canceled` returns True, `BackupError`, `VaultError`.
        """
        return BackupForNewVault(self, stage(self._folder, path, passphrase, canceled, progress))

    def plan(self, backup: StagedBackup, canceled: Callable[[], bool]) -> NewVault:
        """Return what the new vault would contain; changes nothing. Raises `VaultError`, `InterruptedError`."""
        unlocked = self._read_unlocked()
        if unlocked is None:
            return NewVault(None, 0, RestorePlan(added=backup.about.keys, history=backup.about.history))
        readable, key = self._folder.readable, os.urandom(KEY_BYTES)
        with vault_errors_for(readable):
            try:
                keys = write_salvaged(unlocked.found, readable, key, unlocked.protectors.vault_id, 1)
                with closing(connect(readable, key)) as db, backup.attached_to(db), interruptible(db, canceled):
                    db.execute("BEGIN")
                    restoring.compare(db)
                    plan = restoring.plan(db, RestoreOptions())
                    db.execute("ROLLBACK")
            finally:
                for path in self._folder.path.glob(f"{readable.name}*"):
                    path.unlink()
        return NewVault(unlocked.protectors.vault_id, keys, plan)

    def make(self, backup: StagedBackup, passphrase: str | None) -> tuple[VaultT, Recovered]:
        """Quarantine the present files, replace them with the new vault, and open it.

        The protectors of the present vault open the new one. If they cannot be used, the passphrase does, or this
        account if `passphrase` is None. Raises `VaultError`, `KeystoreUnavailableError`; then the files are as before,
        or the next start completes the new vault.
        """
        unlocked = self._read_unlocked()
        if unlocked is None:
            protectors, key, quarantined = self._make_with_new_key(backup, passphrase)
        else:
            protectors, key = unlocked.protectors, unlocked.key
            quarantined = quarantine_files(self._folder, datetime.now(UTC))
            replace_database(
                self._folder, lambda into: self._write(backup, into, protectors, key, unlocked.found), quarantined
            )
        vault = self._open_vault(protectors, key)
        return vault, Recovered(quarantined, vault.keys.count(KeyQuery()), backup_made=backup.about.made)

    def _make_with_new_key(self, backup: StagedBackup, passphrase: str | None) -> tuple[ProtectorSet, bytes, Path]:
        """Replace the vault with one that has a new key; return its protectors, the key, and the quarantine folder."""
        vault_id, key = new_id(), os.urandom(KEY_BYTES)
        if passphrase is None:
            account = make_account_protector(vault_id, key)
            new = ProtectorSet(vault_id, generation=1, account=account)
        else:
            account = None
            new = ProtectorSet(vault_id, generation=1, passphrase=make_passphrase_protector(vault_id, key, passphrase))
        try:
            quarantined = quarantine_files(self._folder, datetime.now(UTC))
            stage_vault(self._folder, lambda into: self._write(backup, into, new, key, Salvaged()), new)
        except BaseException:
            if account is not None and not may_exist(self._folder.replacement_protectors):
                key_store.forget_key(vault_id, account.keystore_user)
            raise
        finish_replacing_vault(self._folder, quarantined)
        return new, key, quarantined

    def _write(self, backup: StagedBackup, into: Path, protectors: ProtectorSet, key: bytes, found: Salvaged) -> None:
        """Make a database from the readable rows and the backup, with a history row about that."""
        readable = write_salvaged(found, into, key, protectors.vault_id, protectors.generation)
        with closing(connect(into, key)) as db:
            with backup.attached_to(db):
                db.execute("BEGIN")
                restoring.compare(db)
                plan = restoring.plan(db, RestoreOptions())
                restoring.merge(db, plan)
                details = f"New vault from the backup of {backup.about.made:%Y-%m-%d %H:%M} UTC"
                entry = HistoryEntry(datetime.now(UTC), self._account_name(), Action.RESTORED, "", "", details)
                VaultChange(db).record(entry)
                db.execute("COMMIT")
            (keys,) = db.execute("SELECT count(*) FROM main.api_key").fetchone()
            db.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
        verify_database(into, key)
        if keys != readable + plan.added:
            raise VaultDamagedError(self._folder.database)
        flush(into)


class BackupForNewVault(Generic[VaultT]):
    """A checked backup from which a vault can be made; see `service.damage.BackupForNewVault`."""

    def __init__(self, maker: VaultFromBackup[VaultT], staged: StagedBackup) -> None:
        """Make the vault with `maker`."""
        self.about = staged.about
        self._maker = maker
        self._staged = staged

    def plan(self, canceled: Callable[[], bool] = lambda: False) -> NewVault:
        """Return what the new vault would contain; changes nothing. Raises `VaultError`, `InterruptedError`."""
        return self._maker.plan(self._staged, canceled)

    def make(self, passphrase: str | None) -> tuple[VaultT, Recovered]:
        """Make the new vault; see `VaultFromBackup.make`."""
        return self._maker.make(self._staged, passphrase)

    def close(self) -> None:
        """Remove the checked copy of the backup. May be called in any thread."""
        self._staged.close()
