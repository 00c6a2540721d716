"""Opens the vault in a folder, or creates one."""

import os
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime

from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    KeystoreEntryMissingError,
    VaultDamagedError,
    VaultError,
    VaultExistsError,
    VaultFileMissingError,
    VaultFilesMissingError,
    VaultInUseError,
    VaultNeedsRepairError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackup, AutomaticBackups, list_automatic_backups
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.creation import create_vault_files, finish_interrupted_steps
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.files.regular_file import exists, is_folder, is_missing_or_broken_link, may_exist, remove_file
from zcc_keys_gui.vault.keys import key_store, protector_file
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, DatabaseKey, connect
from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters, WrongKeyError
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protectors import (
    Protector,
    make_account_protector,
    make_passphrase_protector,
    new_id,
    unlock_with_account,
    unlock_with_passphrase,
    unlock_with_recovery_key,
)
from zcc_keys_gui.vault.opening_checks import check_database
from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault
from zcc_keys_gui.vault.recovery.new_vault import VaultFromBackup
from zcc_keys_gui.vault.recovery.protectors_repair import find_repair_with_protector
from zcc_keys_gui.vault.store import VaultStore

_LAST_STORE_TIMEOUT_SECONDS = 60.0  # re-encrypting a large vault, which cannot be interrupted, may take this long


class VaultOpener:
    """The opener of the vault in one folder. The caller holds the lock of the folder."""

    def __init__(self, folder: VaultFolder, *, sets_account_up_again: bool = True) -> None:
        """Open the vault in `folder`, which need not exist yet.

        If this account's key store entry is missing and the vault is unlocked in another way, `sets_account_up_again`
        decides whether to create a new entry.
        """
        self._folder = folder
        self._sets_account_up_again = sets_account_up_again
        self._unlocked: list[tuple[ProtectorSet, DatabaseKey]] = []
        self._repaired_by: AutomaticBackup | None = None
        self._is_marked_damaged = False
        self._last_connections: VaultConnections | None = None
        """The connections of the last store, which may still be in use after it was closed."""

    def vault_exists(self) -> bool:
        """Return whether there is a vault. If creating or replacing it was interrupted, finish that first.

        Raises `VaultFileMissingError` if `vault.json` is missing; a missing `vault.db` is only reported when the vault
        is opened. Raises `VaultFilesMissingError` if both are missing but there are automatic backups.
        """
        with vault_errors_for(self._folder.path):
            finish_interrupted_steps(self._folder)
            has_database, has_protectors = exists(self._folder.database), exists(self._folder.protectors)
            log = self._folder.write_ahead_log
            has_log = exists(log) and log.stat().st_size > 0
            has_only_backups = not has_database and not has_protectors and self._has_automatic_backups()
        if (has_database or has_protectors) and is_missing_or_broken_link(self._folder.protectors):
            raise VaultFileMissingError(self._folder.protectors)
        if has_only_backups:
            raise VaultFilesMissingError(self._folder.path)
        if has_log and not has_protectors:
            raise VaultFileMissingError(self._folder.database)
        return has_protectors

    def prepare_repair(self, error: VaultNeedsRepairError, account_name: Callable[[], str]) -> DamagedVault[VaultStore]:
        """Return an object that repairs the vault after `error`.

        It gets the database key, which this object then forgets. `account_name` returns the name of the operating
        system's account, for the history.
        """
        unlocked, self._unlocked = self._unlocked, []
        self._is_marked_damaged = False
        return DamagedVault(self._folder, error, unlocked, self._repaired_by, self._open_store, account_name)

    def from_backup(self, account_name: Callable[[], str]) -> VaultFromBackup[VaultStore]:
        """Return an object that creates a new vault from a backup, to replace one that can no longer be unlocked."""
        return VaultFromBackup(self._folder, lambda: None, self._open_store, account_name)

    def mark_damaged(self) -> None:
        """Report the vault as damaged when it is opened the next time, because a check has found damage."""
        self._is_marked_damaged = True

    def has_passphrase(self) -> bool:
        """Return whether the vault has a passphrase. Raises `VaultError`."""
        return self._read_protectors().passphrase is not None

    def has_this_account(self) -> bool:
        """Return whether this account unlocks the vault. Raises `VaultError`."""
        return self._read_protectors().account is not None

    def has_recovery_key(self) -> bool:
        """Return whether the vault has a recovery key. Raises `VaultError`."""
        return self._read_protectors().recovery_key is not None

    def create_for_this_account(self) -> VaultStore:
        """Create a vault that this account unlocks. Raises `KeystoreUnavailableError`, `VaultError`."""
        self._check_no_vault()
        vault_id, database_key = new_id(), os.urandom(KEY_BYTES)
        account = make_account_protector(vault_id, database_key, timeout_seconds=None)  # the user can cancel
        try:
            create_vault_files(self._folder, ProtectorSet(vault_id, generation=1, account=account), database_key)
        except BaseException:
            # If `vault.json` is there, the next start finishes this vault and needs the key.
            if not may_exist(self._folder.protectors):
                key_store.forget_key(vault_id, account.keystore_user)
            raise
        return self._open_store(self._read_protectors(), database_key)

    def create_with_passphrase(self, passphrase: str) -> VaultStore:
        """Create a vault that the passphrase unlocks; takes about a second. Raises `VaultError`."""
        self._check_no_vault()
        vault_id, database_key = new_id(), os.urandom(KEY_BYTES)
        protector = make_passphrase_protector(vault_id, database_key, passphrase)
        create_vault_files(self._folder, ProtectorSet(vault_id, generation=1, passphrase=protector), database_key)
        return self._open_store(self._read_protectors(), database_key)

    def open_for_this_account(self) -> VaultStore:
        """Open the vault with the key in this account's key store.

        Raises `KeystoreUnavailableError`, `KeystoreEntryMissingError`, `WrongKeystoreEntryError`, `VaultError`.
        """
        return self._open(
            lambda protectors: unlock_with_account(protectors.account, protectors.vault_id),
            lambda protectors: protectors.account,
            WrongKeystoreEntryError(),
        )

    def open_with_passphrase(self, passphrase: str) -> VaultStore:
        """Open the vault; takes about 0.5 s. Raises `WrongPassphraseError`, `VaultError`."""
        store = self._open(
            lambda protectors: unlock_with_passphrase(protectors.passphrase, protectors.vault_id, passphrase),
            lambda protectors: protectors.passphrase,
            WrongPassphraseError(),
        )
        store.protectors.strengthen(passphrase)
        if self._sets_account_up_again:
            store.protectors.set_up_this_account_again()
        return store

    def open_with_recovery_key(self, key: RecoveryKey) -> VaultStore:
        """Open the vault. Raises `WrongRecoveryKeyError`, `VaultError`."""
        store = self._open(
            lambda protectors: unlock_with_recovery_key(protectors.recovery_key, protectors.vault_id, key),
            lambda protectors: protectors.recovery_key,
            WrongRecoveryKeyError(),
        )
        if self._sets_account_up_again:
            store.protectors.set_up_this_account_again()
        return store

    def _read_protectors(self) -> ProtectorSet:
        return protector_file.read(self._folder.protectors)

    def _has_automatic_backups(self) -> bool:
        if not exists(self._folder.automatic_backups):
            return False
        if not is_folder(self._folder.automatic_backups):  # for example a link to a disk that is not connected
            raise NotADirectoryError(self._folder.automatic_backups)
        return bool(list_automatic_backups(self._folder))

    def _check_no_vault(self) -> None:
        if self.vault_exists():
            raise VaultExistsError(self._folder.path)

    def _open(
        self,
        unlock: Callable[[ProtectorSet], bytes],
        protector_in: Callable[[ProtectorSet], Protector | None],
        wrong_key_error: ZccKeysError,
    ) -> VaultStore:
        """Open the vault with the key that `unlock` returns; raise `wrong_key_error` if it raises `WrongKeyError`.

        If `unlock` succeeds with the `vault.json` of an automatic backup, whose `protector_in` should be the same, then
        the `vault.json` of the vault is damaged.
        """
        self._repaired_by = None
        protectors = self._read_protectors()
        try:
            return self._open_with_any(protectors, unlock, wrong_key_error)
        except (KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong_key_error)) as error:
            with suppress(VaultError), vault_errors_for(self._folder.automatic_backups):
                if self._has_automatic_backups():
                    self._repaired_by = find_repair_with_protector(self._folder, protectors, unlock, protector_in)
            if self._repaired_by is None:
                raise
            raise VaultDamagedError(self._folder.protectors) from error

    def _open_with_any(
        self, protectors: ProtectorSet, unlock: Callable[[ProtectorSet], bytes], wrong_key_error: ZccKeysError
    ) -> VaultStore:
        """Open the vault with one of the sets of protectors.

        There are two after re-encrypting was interrupted, and one of them has the key of the database.
        """
        self._unlocked = []
        if protectors.next is None:
            return self._open_with(protectors, unlock, wrong_key_error)
        current = replace(protectors, next=None)
        try:
            return self._open_with(protectors, unlock, wrong_key_error)
        except (
            VaultNeedsRepairError,
            KeystoreEntryMissingError,
            WrongKeystoreEntryError,
            type(wrong_key_error),
        ) as error:
            try:
                return self._open_with(replace(protectors.next, next=current), unlock, wrong_key_error)
            except (VaultNeedsRepairError, KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong_key_error)):
                if isinstance(error, VaultNeedsRepairError) and len(self._unlocked) < 2:
                    self._unlocked = []
                    raise wrong_key_error from error
                raise error from None

    def _open_with(
        self, protectors: ProtectorSet, unlock: Callable[[ProtectorSet], bytes], wrong_key_error: ZccKeysError
    ) -> VaultStore:
        try:
            database_key = unlock(protectors)
        except WrongKeyError as error:
            raise wrong_key_error from error
        except MemoryError as error:
            passphrase = protectors.passphrase
            if passphrase is None or passphrase.kdf.memory_kib <= Argon2idParameters.memory_kib:
                raise
            raise VaultDamagedError(self._folder.protectors) from error  # the program never chooses so much memory
        try:
            return self._open_store(protectors, database_key)
        except VaultNeedsRepairError:
            self._unlocked.append((protectors, DatabaseKey(database_key)))
            raise

    def _open_store(self, protectors: ProtectorSet, database_key: bytes) -> VaultStore:
        last = self._last_connections
        if last is not None and not last.wait_until_unused(_LAST_STORE_TIMEOUT_SECONDS):
            raise VaultInUseError(self._folder.database)
        version = check_database(self._folder, protectors, database_key)
        if self._is_marked_damaged:
            raise VaultDamagedError(self._folder.database)
        if version < schema.SCHEMA:
            self._upgrade(database_key)
        self._remove_leftovers()
        store = VaultStore(self._folder, DatabaseKey(database_key), protectors)
        self._last_connections = store.connections
        store.protectors.finish_interrupted_changes()
        return store

    def _upgrade(self, database_key: bytes) -> None:
        """Bring an older vault to this version's schema, after an automatic backup."""
        try:
            connections = VaultConnections(self._folder.database, DatabaseKey(database_key))
            AutomaticBackups(self._folder, connections).make(datetime.now(UTC))
        except AutomaticBackupFailedError as error:
            if isinstance(error.__cause__, VaultDamagedError):
                raise VaultDamagedError(self._folder.database) from error
            raise
        with vault_errors_for(self._folder.database), closing(connect(self._folder.database, database_key)) as db:
            schema.upgrade(db)

    def _remove_leftovers(self) -> None:
        """Remove files that a killed program left behind, or that were meant to replace this vault."""
        with vault_errors_for(self._folder.replacement):
            staged_backups = self._folder.path.glob(f"{self._folder.staged_backup_prefix}*")
            for path in (self._folder.replacement, *self._folder.unfinished_files, *staged_backups):
                remove_file(path)
