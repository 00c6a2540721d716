"""The way into a vault folder: making a vault, and opening the one that is there.

A vault is made in an order that leaves, wherever it is cut short, either nothing that counts as a vault or a whole one:
the key in the key store, the database as `vault.db.new`, `vault.json`, and last the database under its own name.
"""

import os
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    KeystoreEntryMissingError,
    VaultDamagedError,
    VaultError,
    VaultExistsError,
    VaultFileMissingError,
    VaultFilesMissingError,
    VaultInUseError,
    VaultMismatchError,
    VaultNeedsRepairError,
    VaultTooNewError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.platform.files import flush, rename_durably
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, refuse_pipes
from zcc_keys_gui.vault.files.regular_file import (
    is_file,
    is_folder,
    is_there,
    leads_nowhere,
    may_be_there,
    open_regular_file,
    remove_file,
)
from zcc_keys_gui.vault.files.saved_changes import SavedChanges
from zcc_keys_gui.vault.keys import key_store, key_wrapping, protector_file
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, PAGE_BYTES, DatabaseKey, connect, connect_without_log
from zcc_keys_gui.vault.keys.key_wrapping import PASSPHRASE, RECOVERY_KEY, THIS_ACCOUNT, Argon2idParameters
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protectors import Protector, account_protector, new_id, passphrase_protector
from zcc_keys_gui.vault.store import VaultStore

if TYPE_CHECKING:  # imported when something is damaged, so that start-up does not pay for it
    from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackup
    from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault
    from zcc_keys_gui.vault.recovery.new_vault import VaultFromBackup


_PATIENCE = 60.0  # seconds until what could not be interrupted has ended; re-encrypting a large vault takes some


class VaultOpener:
    """The way into one vault folder. The caller holds the folder's lock."""

    def __init__(self, folder: VaultFolder, *, sets_account_up_again: bool = True) -> None:
        """Look after the vault in `folder`, which need not exist yet.

        Where the entry in this account's key store is gone, and something else opens the vault, `sets_account_up_again`
        lets a new entry take its place.
        """
        self._folder = folder
        self._sets_account_up_again = sets_account_up_again
        self._unlocked: list[tuple[ProtectorSet, DatabaseKey]] = []
        self._repaired_by: AutomaticBackup | None = None
        self._is_distrusted = False
        self._former: VaultConnections | None = None
        """Those of the store that was opened last, of which something may still be running."""

    def vault_exists(self) -> bool:
        """Say whether there is a vault; where its making was cut short just before the last step, do that step.

        Raises `VaultFileMissingError` where `vault.json` is missing; that `vault.db` is, shows when it is opened.
        Raises `VaultFilesMissingError` where both are, and only copies of them are there.
        """
        with vault_errors_for(self._folder.path):
            if is_there(self._folder.replacement_protectors):
                self._finish_new_vault()
            database, protectors_file = is_there(self._folder.database), is_there(self._folder.protectors)
            if protectors_file and not database and is_there(self._folder.replacement):
                from zcc_keys_gui.vault.recovery.replacement import finish_replacing

                finish_replacing(self._folder)
                database = True
            if protectors_file and not database and is_there(self._folder.new_database):
                self._protectors()  # of a newer version, its step is not ours to do
                rename_durably(self._folder.new_database, self._folder.database)
                database = True
            log = self._folder.write_ahead_log
            changes = is_there(log) and log.stat().st_size > 0
            copies = not database and not protectors_file and self._has_copies()
        if (database or protectors_file) and leads_nowhere(self._folder.protectors):
            raise VaultFileMissingError(self._folder.protectors)
        if copies:
            raise VaultFilesMissingError(self._folder.path)
        if changes and not protectors_file:
            raise VaultFileMissingError(self._folder.database)
        return protectors_file

    def damage(self, error: VaultNeedsRepairError, who: Callable[[], str]) -> "DamagedVault[VaultStore]":
        """Return what can be done about a vault that could not be opened, with the key that was unwrapped for it.

        `who` tells the account of the operating system, for the history. The key is not kept here any longer.
        """
        from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault

        unlocked, self._unlocked = self._unlocked, []
        self._is_distrusted = False
        return DamagedVault(self._folder, error, unlocked, self._repaired_by, self._store, who)

    def from_backup(self, who: Callable[[], str]) -> "VaultFromBackup[VaultStore]":
        """Return what makes a new vault of a backup, in place of one that nothing opens any more."""
        from zcc_keys_gui.vault.recovery.new_vault import VaultFromBackup

        return VaultFromBackup(self._folder, lambda: None, self._store, who)

    def distrust(self) -> None:
        """Take the vault for damaged at the next opening, since a check found it to be."""
        self._is_distrusted = True

    def has_passphrase(self) -> bool:
        """Say whether a passphrase can open the vault. Raises `VaultError`."""
        return self._protectors().passphrase is not None

    def has_this_account(self) -> bool:
        """Say whether this account's key store can open the vault. Raises `VaultError`."""
        return self._protectors().account is not None

    def has_recovery_key(self) -> bool:
        """Say whether a recovery key can open the vault. Raises `VaultError`."""
        return self._protectors().recovery_key is not None

    def create_for_this_account(self) -> VaultStore:
        """Make a vault that this account opens. Raises `KeystoreUnavailableError`, `VaultError`."""
        self._refuse_to_replace()
        vault_id, database_key = new_id(), os.urandom(KEY_BYTES)
        account = account_protector(vault_id, database_key, timeout_seconds=None)  # the user can cancel
        try:
            self._make(ProtectorSet(vault_id, generation=1, account=account), database_key)
        except BaseException:
            if not may_be_there(self._folder.protectors):  # else the next start finishes this vault, and needs the key
                key_store.forget_key(vault_id, account.keystore_user)
            raise
        return self._store(self._protectors(), database_key)

    def create_with_passphrase(self, passphrase: str) -> VaultStore:
        """Make a vault that the passphrase opens; takes about a second. Raises `VaultError`."""
        self._refuse_to_replace()
        vault_id, database_key = new_id(), os.urandom(KEY_BYTES)
        protector = passphrase_protector(vault_id, database_key, passphrase)
        self._make(ProtectorSet(vault_id, generation=1, passphrase=protector), database_key)
        return self._store(self._protectors(), database_key)

    def open_for_this_account(self) -> VaultStore:
        """Open the vault with the key kept in the account's key store.

        Raises `KeystoreUnavailableError`, `KeystoreEntryMissingError`, `WrongKeystoreEntryError`, `VaultError`.
        """

        def unwrap(found: ProtectorSet) -> bytes:
            if found.account is None:
                raise KeystoreEntryMissingError
            wrapping_key = key_store.load_key(found.vault_id, found.account.keystore_user, timeout_seconds=None)
            return key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, THIS_ACCOUNT)

        return self._open(unwrap, lambda found: found.account, WrongKeystoreEntryError())

    def open_with_passphrase(self, passphrase: str) -> VaultStore:
        """Open the vault; takes about 0.5 s. Raises `WrongPassphraseError`, `VaultError`."""

        def unwrap(found: ProtectorSet) -> bytes:
            if found.passphrase is None:
                raise key_wrapping.WrongKeyError
            wrapping_key = key_wrapping.derive(passphrase, found.passphrase.kdf)
            return key_wrapping.unwrap(found.passphrase.wrap, wrapping_key, found.vault_id, PASSPHRASE)

        store = self._open(unwrap, lambda found: found.passphrase, WrongPassphraseError())
        store.protectors.strengthen(passphrase)
        if self._sets_account_up_again:
            store.protectors.set_up_this_account_again()
        return store

    def open_with_recovery_key(self, key: RecoveryKey) -> VaultStore:
        """Open the vault. Raises `WrongRecoveryKeyError`, `VaultError`."""

        def unwrap(found: ProtectorSet) -> bytes:
            if found.recovery_key is None:
                raise key_wrapping.WrongKeyError
            wrapping_key = key_wrapping.derive_from_recovery_key(
                key.key_material(), found.recovery_key.salt, found.vault_id
            )
            return key_wrapping.unwrap(found.recovery_key.wrap, wrapping_key, found.vault_id, RECOVERY_KEY)

        store = self._open(unwrap, lambda found: found.recovery_key, WrongRecoveryKeyError())
        if self._sets_account_up_again:
            store.protectors.set_up_this_account_again()
        return store

    def _protectors(self) -> ProtectorSet:
        return protector_file.read(self._folder.protectors)

    def _has_copies(self) -> bool:
        if not is_there(self._folder.automatic_backups):
            return False
        if not is_folder(self._folder.automatic_backups):  # such as a link to a disk that is not there
            raise NotADirectoryError(self._folder.automatic_backups)
        from zcc_keys_gui.vault.backups.automatic_backups import automatic_backups_in

        return bool(automatic_backups_in(self._folder))

    def _finish_new_vault(self) -> None:
        """Put a vault that was made of a backup in its place, which was cut short; what is there is kept once more."""
        from zcc_keys_gui.vault.recovery.quarantine import quarantine_files
        from zcc_keys_gui.vault.recovery.replacement import finish_replacing_vault

        protector_file.read(self._folder.replacement_protectors)  # of a newer version, this is not ours to do
        finish_replacing_vault(self._folder, quarantine_files(self._folder, datetime.now(UTC)))

    def _refuse_to_replace(self) -> None:
        if self.vault_exists():
            raise VaultExistsError(self._folder.path)

    def _make(self, new: ProtectorSet, database_key: bytes) -> None:
        self._folder.make()
        unfinished = self._folder.new_database
        with vault_errors_for(unfinished):
            for leftover in unfinished.parent.glob(unfinished.name + "*"):
                leftover.unlink()
            unfinished.touch(mode=0o600, exist_ok=False)  # only for its owner; SQLite's other files get the same mode
            db = connect(unfinished, database_key)
            try:
                schema.create(db, new.vault_id, new.generation)
            finally:
                db.close()
            flush(unfinished)
        with vault_errors_for(self._folder.path):
            for path in (self._folder.protectors, self._folder.database):
                if is_there(path):  # someone else put it there in the meantime
                    raise VaultExistsError(self._folder.path)
        protector_file.write(self._folder.protectors, new)
        with vault_errors_for(self._folder.database):
            rename_durably(unfinished, self._folder.database)

    def _open(
        self,
        unwrap: Callable[[ProtectorSet], bytes],
        protector_in: Callable[[ProtectorSet], Protector | None],
        wrong: ZccKeysError,
    ) -> VaultStore:
        """Open the vault with the database key that `unwrap` yields; `wrong` is raised where it yields none.

        Where it does yield one with the `vault.json` of a copy, whose `protector_in` should be the same, that of the
        vault is damaged.
        """
        self._repaired_by = None
        found = self._protectors()
        try:
            return self._open_as_written(found, unwrap, wrong)
        except (KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong)) as error:
            with suppress(VaultError), vault_errors_for(self._folder.automatic_backups):
                if self._has_copies():
                    from zcc_keys_gui.vault.recovery.protectors_repair import find_repair_with_protector

                    self._repaired_by = find_repair_with_protector(self._folder, found, unwrap, protector_in)
            if self._repaired_by is None:
                raise
            raise VaultDamagedError(self._folder.protectors) from error

    def _open_as_written(
        self, found: ProtectorSet, unwrap: Callable[[ProtectorSet], bytes], wrong: ZccKeysError
    ) -> VaultStore:
        """Open the vault with its `vault.json` as it is.

        Where re-encrypting was cut short there are two sets of protectors, of which one has the database's key.
        """
        self._unlocked = []
        if found.next is None:
            return self._open_with(found, unwrap, wrong)
        current = replace(found, next=None)
        try:
            return self._open_with(replace(current, next=found.next), unwrap, wrong)
        except (VaultNeedsRepairError, KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong)) as error:
            try:
                return self._open_with(replace(found.next, next=current), unwrap, wrong)
            except (VaultNeedsRepairError, KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong)):
                if isinstance(error, VaultNeedsRepairError) and len(self._unlocked) < 2:
                    self._unlocked = []
                    raise wrong from error
                raise error from None

    def _open_with(
        self, found: ProtectorSet, unwrap: Callable[[ProtectorSet], bytes], wrong: ZccKeysError
    ) -> VaultStore:
        try:
            database_key = unwrap(found)
        except key_wrapping.WrongKeyError as error:
            raise wrong from error
        except MemoryError as error:
            if found.passphrase is None or found.passphrase.kdf.memory_kib <= Argon2idParameters.memory_kib:
                raise
            raise VaultDamagedError(self._folder.protectors) from error  # the program never asks for so much
        try:
            return self._store(found, database_key)
        except VaultNeedsRepairError:
            self._unlocked.append((found, DatabaseKey(database_key)))
            raise

    def _store(self, found: ProtectorSet, database_key: bytes) -> VaultStore:
        if self._former is not None and not self._former.wait_until_unused(_PATIENCE):
            raise VaultInUseError(self._folder.database)
        version = self._examine(found, database_key)
        if self._is_distrusted:
            raise VaultDamagedError(self._folder.database)
        if version < schema.SCHEMA:
            self._upgrade(database_key)
        with vault_errors_for(self._folder.replacement):
            for path in (self._folder.replacement, *self._folder.unfinished_files):
                remove_file(path)  # of a damaged vault that was opened after all, or of a killed program
            for path in self._folder.path.glob(f"{self._folder.staged_backup_prefix}*"):
                remove_file(path)  # of a killed program
        store = VaultStore(self._folder, DatabaseKey(database_key), found)
        self._former = store.connections
        store.protectors.finish_interrupted_changes()
        return store

    def _upgrade(self, database_key: bytes) -> None:
        """Bring an older vault to this version's schema, after a copy of it was made."""
        from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackups

        try:
            connections = VaultConnections(self._folder.database, DatabaseKey(database_key))
            AutomaticBackups(self._folder, connections).make(datetime.now(UTC))
        except AutomaticBackupFailedError as error:
            if isinstance(error.__cause__, VaultDamagedError):
                raise VaultDamagedError(self._folder.database) from error
            raise
        with vault_errors_for(self._folder.database), closing(connect(self._folder.database, database_key)) as db:
            schema.upgrade(db)

    def _examine(self, expected: ProtectorSet, database_key: bytes) -> int:
        """Refuse a database that is not this vault's or is newer, over a connection that changes nothing.

        Returns the number of its schema.
        """
        path = self._folder.database
        generations = {each.generation for each in (expected, expected.next) if each is not None}
        with vault_errors_for(path):
            if not is_file(path):
                raise (VaultDamagedError if path.exists() else VaultFileMissingError)(path)
            refuse_pipes(path)
            with open_regular_file(path) as file:  # SQLite has no word for a missing permission
                size = file.seek(0, os.SEEK_END)
            if size < PAGE_BYTES:  # SQLite takes an empty file for an empty database
                raise VaultDamagedError(path)
            with closing(connect(path, database_key, read_only=True)) as db:
                if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
                    raise VaultDamagedError(path)
                version = int(db.execute("PRAGMA user_version").fetchone()[0])
                if version > schema.SCHEMA:
                    raise VaultTooNewError(path)
                if version < 1:  # no version of the program made any
                    raise VaultDamagedError(path)
                columns = (
                    "id, generation, changes, log_from" if version >= schema.FIRST_WITH_CHANGES else "id, generation"
                )
                vault_id, generation, *noted = db.execute(f"SELECT {columns} FROM vault").fetchone()
                if vault_id != expected.vault_id or generation not in generations:
                    raise VaultMismatchError(path)
                if noted:
                    self._examine_log(db, database_key, *noted)
        return version

    def _examine_log(self, db: sqlcipher.Connection, database_key: bytes, changes: int, log_from: int | None) -> None:
        """Refuse a write-ahead log that is not the database's, or not whole, and a database whose log is missing.

        `changes` and `log_from` are the database's with its log.
        """
        saved = SavedChanges(self._folder.saved_changes).read()
        log = self._folder.write_ahead_log
        has_log = is_there(log) and log.stat().st_size > 0
        if has_log:
            from zcc_keys_gui.vault.files.write_ahead_log import is_blank, log_is_damaged

            has_log = not is_blank(log)
        if not has_log:
            if log_from is not None and (saved is None or changes < saved):
                raise VaultFileMissingError(log)  # else a program that ended without closing the vault has ended it
            pages = db.execute("PRAGMA page_count").fetchone()[0]
            if self._folder.database.stat().st_size < pages * PAGE_BYTES:  # cut off where nothing may be read yet
                raise VaultDamagedError(self._folder.database)
            return
        _, read, _ = db.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
        if log_is_damaged(log, max(read, 0), may_follow=0 if saved is None else 1):
            raise VaultDamagedError(log)
        with (
            suppress(sqlcipher.Error),  # cut short while the log was written into it, which is done again
            closing(connect_without_log(self._folder.database, database_key)) as without_log,
        ):
            in_database, formerly_from = without_log.execute("SELECT changes, log_from FROM vault").fetchone()
            is_older_log = None not in (log_from, formerly_from) and formerly_from > log_from
            if is_older_log or not (log_from or 0) <= in_database <= changes:
                raise VaultMismatchError(log)
        if saved is not None and changes < saved:
            raise VaultDamagedError(log)
