"""The way into a vault folder: making a vault, and opening the one that is there.

A vault is made in an order that leaves, wherever it is cut short, either nothing that counts as a vault or a whole one:
the key in the key store, the database as `vault.db.new`, `vault.json`, and last the database under its own name.
"""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    VaultDamagedError,
    VaultExistsError,
    VaultFileMissingError,
    VaultMismatchError,
    VaultTooNewError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.vault import keystore, protector_file, protectors, schema
from zcc_keys_gui.vault.cipher import KEY_BYTES, DatabaseKey, connect
from zcc_keys_gui.vault.copies import VaultCopies
from zcc_keys_gui.vault.faults import faults_at
from zcc_keys_gui.vault.folder import VaultFolder, flush, rename_durably
from zcc_keys_gui.vault.protector_file import Protectors
from zcc_keys_gui.vault.protectors import PASSPHRASE, RECOVERY_KEY, THIS_ACCOUNT
from zcc_keys_gui.vault.store import VaultStore
from zcc_keys_gui.vault.vault_protectors import account_protector, new_id, passphrase_protector

_SMALLEST_DATABASE = 4096  # bytes: one page


class VaultDoor:
    """The way into one vault folder. The caller holds the folder's lock."""

    def __init__(self, folder: VaultFolder) -> None:
        """Look after the vault in `folder`, which need not exist yet."""
        self._folder = folder

    def vault_exists(self) -> bool:
        """Say whether there is a vault; where its making was cut short just before the last step, do that step.

        Raises `VaultFileMissingError` where there is half of one.
        """
        with faults_at(self._folder.path):
            database, protectors_file = self._folder.database.exists(), self._folder.protectors.exists()
            if protectors_file and not database and self._folder.new_database.exists():
                self._protectors()  # of a newer version, its step is not ours to do
                rename_durably(self._folder.new_database, self._folder.database)
                database = True
            log = self._folder.write_ahead_log
            changes = log.exists() and log.stat().st_size > 0
        if database and not protectors_file:
            raise VaultFileMissingError(self._folder.protectors)
        if not database and (protectors_file or changes):
            raise VaultFileMissingError(self._folder.database)
        return database

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
        account = account_protector(vault_id, database_key)
        try:
            self._make(Protectors(vault_id, generation=1, account=account), database_key)
        except BaseException:
            if not self._folder.protectors.exists():  # else the next start finishes this vault, and needs the key
                keystore.forget_key(vault_id, account.keystore_user)
            raise
        return self._store(self._protectors(), database_key)

    def create_with_passphrase(self, passphrase: str) -> VaultStore:
        """Make a vault that the passphrase opens; takes about a second. Raises `VaultError`."""
        self._refuse_to_replace()
        vault_id, database_key = new_id(), os.urandom(KEY_BYTES)
        protector = passphrase_protector(vault_id, database_key, passphrase)
        self._make(Protectors(vault_id, generation=1, passphrase=protector), database_key)
        return self._store(self._protectors(), database_key)

    def open_for_this_account(self) -> VaultStore:
        """Open the vault with the key kept in the account's key store.

        Raises `KeystoreUnavailableError`, `KeystoreEntryMissingError`, `WrongKeystoreEntryError`, `VaultError`.
        """

        def unwrap(found: Protectors) -> bytes:
            if found.account is None:
                raise KeystoreEntryMissingError
            wrapping_key = keystore.load_key(found.vault_id, found.account.keystore_user)
            return protectors.unwrap(found.account.wrap, wrapping_key, found.vault_id, THIS_ACCOUNT)

        return self._open(unwrap, WrongKeystoreEntryError())

    def open_with_passphrase(self, passphrase: str) -> VaultStore:
        """Open the vault; takes about 0.5 s. Raises `WrongPassphraseError`, `VaultError`."""

        def unwrap(found: Protectors) -> bytes:
            if found.passphrase is None:
                raise protectors.WrongKeyError
            wrapping_key = protectors.derive(passphrase, found.passphrase.kdf)
            return protectors.unwrap(found.passphrase.wrap, wrapping_key, found.vault_id, PASSPHRASE)

        store = self._open(unwrap, WrongPassphraseError())
        store.protectors.strengthen(passphrase)
        store.protectors.set_up_this_account_again()
        return store

    def open_with_recovery_key(self, key: RecoveryKey) -> VaultStore:
        """Open the vault. Raises `WrongRecoveryKeyError`, `VaultError`."""

        def unwrap(found: Protectors) -> bytes:
            if found.recovery_key is None:
                raise protectors.WrongKeyError
            wrapping_key = protectors.derive_from_recovery_key(
                key.key_material(), found.recovery_key.salt, found.vault_id
            )
            return protectors.unwrap(found.recovery_key.wrap, wrapping_key, found.vault_id, RECOVERY_KEY)

        store = self._open(unwrap, WrongRecoveryKeyError())
        store.protectors.set_up_this_account_again()
        return store

    def _protectors(self) -> Protectors:
        return protector_file.read(self._folder.protectors)

    def _refuse_to_replace(self) -> None:
        if self.vault_exists():
            raise VaultExistsError(self._folder.path)

    def _make(self, new: Protectors, database_key: bytes) -> None:
        self._folder.make()
        unfinished = self._folder.new_database
        with faults_at(unfinished):
            for leftover in unfinished.parent.glob(unfinished.name + "*"):
                leftover.unlink()
            unfinished.touch(mode=0o600)  # its owner's alone; SQLite gives its other files the same mode
            db = connect(unfinished, database_key)
            try:
                schema.create(db, new.vault_id, new.generation)
            finally:
                db.close()
            flush(unfinished)
        protector_file.write(self._folder.protectors, new)
        with faults_at(self._folder.database):
            rename_durably(unfinished, self._folder.database)

    def _open(self, unwrap: Callable[[Protectors], bytes], wrong: ZccKeysError) -> VaultStore:
        """Open the vault with the database key that `unwrap` yields; `wrong` is raised where it yields none.

        Where re-encrypting was cut short there are two sets of protectors, of which one has the database's key.
        """
        found = self._protectors()
        if found.next is None:
            return self._open_with(found, unwrap, wrong)
        current = replace(found, next=None)
        try:
            return self._open_with(replace(current, next=found.next), unwrap, wrong)
        except (VaultDamagedError, KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong)) as error:
            try:
                return self._open_with(replace(found.next, next=current), unwrap, wrong)
            except (VaultDamagedError, KeystoreEntryMissingError, WrongKeystoreEntryError, type(wrong)):
                raise (wrong if isinstance(error, VaultDamagedError) else error) from error

    def _open_with(self, found: Protectors, unwrap: Callable[[Protectors], bytes], wrong: ZccKeysError) -> VaultStore:
        try:
            database_key = unwrap(found)
        except protectors.WrongKeyError as error:
            raise wrong from error
        return self._store(found, database_key)

    def _store(self, found: Protectors, database_key: bytes) -> VaultStore:
        if self._examine(found, database_key) < schema.SCHEMA:
            self._upgrade(database_key)
        store = VaultStore(self._folder, DatabaseKey(database_key), found)
        store.protectors.settle_at_opening()
        return store

    def _upgrade(self, database_key: bytes) -> None:
        """Bring an older vault to this version's schema, after a copy of it was made."""
        VaultCopies(self._folder, DatabaseKey(database_key)).make(datetime.now(UTC))
        with faults_at(self._folder.database), closing(connect(self._folder.database, database_key)) as db:
            schema.upgrade(db)

    def _examine(self, expected: Protectors, database_key: bytes) -> int:
        """Refuse a database that is not this vault's or is newer, over a connection that changes nothing.

        Returns the number of its schema.
        """
        path = self._folder.database
        generations = {each.generation for each in (expected, expected.next) if each is not None}
        with faults_at(path):
            with path.open("rb") as file:  # SQLite has no word for a missing permission
                size = file.seek(0, os.SEEK_END)
            if size < _SMALLEST_DATABASE:  # SQLite takes an empty file for an empty database
                raise VaultDamagedError(path)
            with closing(connect(path, database_key, read_only=True)) as db:
                if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
                    raise VaultDamagedError(path)
                version = int(db.execute("PRAGMA user_version").fetchone()[0])
                if version > schema.SCHEMA:
                    raise VaultTooNewError(path)
                if version < 1:  # no version of the program made any
                    raise VaultDamagedError(path)
                vault_id, generation = db.execute("SELECT id, generation FROM vault").fetchone()
                if vault_id != expected.vault_id or generation not in generations:
                    raise VaultMismatchError(path)
        return version
