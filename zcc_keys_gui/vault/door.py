"""The way into a vault folder: making a vault, and opening the one that is there.

A vault is made in an order that leaves, wherever it is cut short, either nothing that counts as a vault or a whole one:
the key in the key store, the database as `vault.db.new`, `vault.json`, and last the database under its own name.
"""

import os

from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    VaultDamagedError,
    VaultExistsError,
    VaultFileMissingError,
    VaultMismatchError,
    VaultTooNewError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
)
from zcc_keys_gui.vault import keystore, protector_file, protectors, schema
from zcc_keys_gui.vault.cipher import KEY_BYTES, connect
from zcc_keys_gui.vault.faults import faults_at
from zcc_keys_gui.vault.folder import VaultFolder, flush, rename_durably
from zcc_keys_gui.vault.protector_file import Protectors
from zcc_keys_gui.vault.protectors import PASSPHRASE, THIS_ACCOUNT, AccountProtector, PassphraseProtector
from zcc_keys_gui.vault.store import VaultStore

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

    def create_for_this_account(self) -> VaultStore:
        """Make a vault that this account opens. Raises `KeystoreUnavailableError`, `VaultError`."""
        self._refuse_to_replace()
        vault_id, user, wrapping_key = _new_id(), _new_id(), os.urandom(KEY_BYTES)
        keystore.save_key(vault_id, user, wrapping_key)
        try:
            database_key = os.urandom(KEY_BYTES)
            wrap = protectors.wrap(database_key, wrapping_key, vault_id, THIS_ACCOUNT)
            self._make(Protectors(vault_id, generation=1, account=AccountProtector(user, wrap)), database_key)
        except BaseException:
            if not self._folder.protectors.exists():  # else the next start finishes this vault, and needs the key
                keystore.forget_key(vault_id, user)
            raise
        return self._open(self._protectors(), database_key)

    def create_with_passphrase(self, passphrase: str) -> VaultStore:
        """Make a vault that the passphrase opens; takes about 0.2 s. Raises `VaultError`."""
        self._refuse_to_replace()
        vault_id, database_key = _new_id(), os.urandom(KEY_BYTES)
        kdf = protectors.new_kdf_parameters()
        wrap = protectors.wrap(database_key, protectors.derive(passphrase, kdf), vault_id, PASSPHRASE)
        self._make(Protectors(vault_id, generation=1, passphrase=PassphraseProtector(kdf, wrap)), database_key)
        return self._open(self._protectors(), database_key)

    def open_for_this_account(self) -> VaultStore:
        """Open the vault with the key kept in the account's key store.

        Raises `KeystoreUnavailableError`, `KeystoreEntryMissingError`, `WrongKeystoreEntryError`, `VaultError`.
        """
        found = self._protectors()
        if found.account is None:
            raise KeystoreEntryMissingError
        wrapping_key = keystore.load_key(found.vault_id, found.account.keystore_user)
        try:
            database_key = protectors.unwrap(found.account.wrap, wrapping_key, found.vault_id, THIS_ACCOUNT)
        except protectors.WrongKeyError as error:
            raise WrongKeystoreEntryError from error
        return self._open(found, database_key)

    def open_with_passphrase(self, passphrase: str) -> VaultStore:
        """Open the vault; takes about 0.2 s. Raises `WrongPassphraseError`, `VaultError`."""
        found = self._protectors()
        if found.passphrase is None:
            raise WrongPassphraseError
        wrapping_key = protectors.derive(passphrase, found.passphrase.kdf)
        try:
            database_key = protectors.unwrap(found.passphrase.wrap, wrapping_key, found.vault_id, PASSPHRASE)
        except protectors.WrongKeyError as error:
            raise WrongPassphraseError from error
        return self._open(found, database_key)

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

    def _open(self, expected: Protectors, database_key: bytes) -> VaultStore:
        self._examine(expected, database_key)
        return VaultStore(self._folder.database, lambda: connect(self._folder.database, database_key))

    def _examine(self, expected: Protectors, database_key: bytes) -> None:
        """Refuse a database that is not this vault's or is newer, over a connection that changes nothing."""
        path = self._folder.database
        with faults_at(path):
            with path.open("rb") as file:  # SQLite has no word for a missing permission
                size = file.seek(0, os.SEEK_END)
            if size < _SMALLEST_DATABASE:  # SQLite takes an empty file for an empty database
                raise VaultDamagedError(path)
            db = connect(path, database_key, read_only=True)
            try:
                if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
                    raise VaultDamagedError(path)
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version > schema.SCHEMA:
                    raise VaultTooNewError(path)
                if version < schema.SCHEMA:  # no version of the program made any
                    raise VaultDamagedError(path)
                if db.execute("SELECT id, generation FROM vault").fetchone() != (
                    expected.vault_id,
                    expected.generation,
                ):
                    raise VaultMismatchError(path)
            finally:
                db.close()


def _new_id() -> str:
    import uuid

    return str(uuid.uuid4())
