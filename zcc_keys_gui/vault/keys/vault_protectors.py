"""The protectors of an open vault: adding, changing and removing them, and giving the vault a new database key.

A change writes `vault.json` anew under the same database key. Re-encrypting goes in an order that leaves, wherever it
is cut short, one of the two keys that `vault.json` has at that moment: the key store's new entry, `vault.json` with the
protectors of both database keys, the database itself (one transaction of SQLite), the generation in the database,
`vault.json` with the new ones alone, and last the key store's old entry, which `vault.json` notes until it is deleted.
`settle` does what was left to do, when the vault is opened the next time. If the database still has its former key, the
former generation stays with it, and nothing has changed.
"""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    LastProtectorError,
    ReencryptionUnfinishedError,
    VaultError,
    VaultInUseError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.vault.keys import key_store, key_wrapping, protector_file
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, DatabaseKey
from zcc_keys_gui.vault.keys.key_wrapping import (
    PASSPHRASE,
    RECOVERY_KEY,
    THIS_ACCOUNT,
    AccountProtector,
    PassphraseProtector,
    RecoveryKeyProtector,
)
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet

_CHECK_TIMEOUT_SECONDS = 5.0  # seconds; the vault is open already, and the user waits for it


class Database(Protocol):
    """What changing its protectors needs of the open database. Every method raises `VaultError`."""

    def refuse_without_room(self) -> None:
        """Raise `DiskFullError` if the disk has not the free space that another key takes."""

    def rekey(self, key: bytes) -> None:
        """Encrypt every page with `key`.

        If this raises a `VaultError`, the database has its former key. Raises `VaultClosedError` if the vault is closed
        meanwhile.
        """

    def in_use(self) -> AbstractContextManager[None]:
        """Let closing the vault wait while this block writes one of its files. Raises `VaultClosedError`."""

    def checkpoint(self) -> bool:
        """Move what is in the write-ahead log into the database; say whether all of it could be."""

    def note_generation(self, generation: int) -> None:
        """Note the generation of the vault's files in the database."""

    def refuse_if_moved(self) -> None:
        """Raise `VaultMovedError` where the vault's files are no longer in its folder, perhaps another vault's."""

    def update_automatic_backups(self, protectors: ProtectorSet) -> None:
        """Let these protectors open the automatic copies too, in place of the former ones."""


class VaultProtectors:
    """The protectors of an open vault; see `service.protection.Protectors`."""

    def __init__(self, path: Path, found: ProtectorSet, key: DatabaseKey, database: Database) -> None:
        """Change who can open `database`, which has this key; the `vault.json` at `path` holds `found`."""
        self._path = path
        self._found = found
        self._key = key
        self._database = database
        self.this_account_was_set_up_again = False
        # Of two sets of protectors, the first has the database's key; the newer one has the higher generation.
        self.interrupted_reencryption_was_done = (
            None if found.next is None else found.generation > found.next.generation
        )
        self.deferred_errors: list[ZccKeysError] = []

    def ways_to_unlock(self) -> WaysToUnlock:
        """Return the protectors; reads no file."""
        account, passphrase, recovery_key = self._found.account, self._found.passphrase, self._found.recovery_key
        return WaysToUnlock(
            this_account=None if account is None else _time(account.made),
            passphrase=None if passphrase is None else _time(passphrase.made),
            recovery_key=None if recovery_key is None else _time(recovery_key.made),
        )

    def set_up_this_account(self, timeout_seconds: float | None = key_store.PROMPT_TIMEOUT_SECONDS) -> None:
        """Let this account open the vault; wait up to `timeout_seconds` for its key store.

        Raises `KeystoreUnavailableError`, `VaultError`.
        """
        account = account_protector(self._found.vault_id, self._key.material(), timeout_seconds)
        try:
            self._write(self._without(self._found.account, replace(self._found, account=account)))
        except BaseException:
            self._forget_unless_named(account)
            raise
        self._forget_obsolete_entries()

    def set_up_this_account_again(self) -> None:
        """Let this account open the vault where it used to, but its key store's entry is gone or another.

        What goes wrong is noted in `left_undone`: the vault is open already, and the next start tries again.
        """
        try:
            if self._found.account is None or self._account_opens():
                return
        except KeystoreUnavailableError:
            return  # as far as anybody can tell, it does
        try:
            self.set_up_this_account(_CHECK_TIMEOUT_SECONDS)
            self.this_account_was_set_up_again = True
        except (KeystoreUnavailableError, VaultError) as error:
            self.deferred_errors.append(error)

    def remove_this_account(self) -> None:
        """Let this account open the vault no more. Raises `LastProtectorError`, `VaultError`."""
        self._write(self._without(self._found.account, replace(self._found, account=None)))
        self._forget_obsolete_entries()

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the vault, in place of the former one. Raises `VaultError`."""
        protector = passphrase_protector(self._found.vault_id, self._key.material(), passphrase)
        self._write(replace(self._found, passphrase=protector))

    def strengthen(self, passphrase: str) -> None:
        """Where a passphrase that opened the vault is derived by weak parameters, derive it by better ones from now on.

        What goes wrong is noted in `left_undone`: the vault is open already, and the next unlocking tries again.
        """
        weak = self._found.passphrase
        if weak is None or not weak.kdf.are_weak:
            return
        new = passphrase_protector(self._found.vault_id, self._key.material(), passphrase)
        try:
            self._write(replace(self._found, passphrase=replace(new, made=weak.made)))
        except VaultError as error:
            self.deferred_errors.append(error)

    def remove_passphrase(self) -> None:
        """Let no passphrase open the vault. Raises `LastProtectorError`, `VaultError`."""
        self._write(replace(self._found, passphrase=None))

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` where this is not the passphrase."""
        if self._found.passphrase is None:
            raise WrongPassphraseError
        wrapping_key = key_wrapping.derive(passphrase, self._found.passphrase.kdf)
        try:
            key_wrapping.unwrap(self._found.passphrase.wrap, wrapping_key, self._found.vault_id, PASSPHRASE)
        except key_wrapping.WrongKeyError as error:
            raise WrongPassphraseError from error

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key, which the person keeps, open the vault, and not the former one. Raises `VaultError`."""
        protector = recovery_key_protector(self._found.vault_id, self._key.material(), key)
        self._write(replace(self._found, recovery_key=protector))

    def remove_recovery_key(self) -> None:
        """Let no recovery key open the vault. Raises `LastProtectorError`, `VaultError`."""
        self._write(replace(self._found, recovery_key=None))

    def reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], None]:
        """Return what gives the database a new key, to be called with a new recovery key once the person keeps it.

        The passphrase, where there is one, is needed no longer then. Raises `WrongPassphraseError`, `DiskFullError`;
        what is returned raises `KeystoreUnavailableError` and `VaultError`, and then nothing has changed.
        """
        self._database.refuse_without_room()
        new_key, new_passphrase = DatabaseKey(os.urandom(KEY_BYTES)), None
        if self._found.passphrase is not None:
            self.check_passphrase(passphrase or "")
            new_passphrase = passphrase_protector(self._found.vault_id, new_key.material(), passphrase or "")
        return lambda recovery_key: self._reencrypt(new_key, new_passphrase, recovery_key)

    def _reencrypt(
        self, prepared: DatabaseKey, passphrase: PassphraseProtector | None, recovery_key: RecoveryKey
    ) -> None:
        if self._found.next is not None and not self.settle():
            raise VaultInUseError(self._path)
        self._database.refuse_without_room()
        old, new_key = self._found, prepared.material()
        account = None if old.account is None else account_protector(old.vault_id, new_key)
        recovery = recovery_key_protector(old.vault_id, new_key, recovery_key)
        new = ProtectorSet(old.vault_id, old.generation + 1, account, passphrase, recovery, None, old.obsolete_entries)
        try:
            self._write(replace(old, next=new))
        except BaseException:
            self._forget_unless_named(account)
            raise
        try:
            self._database.rekey(new_key)
        except VaultError:
            self.settle_or_note()  # which takes the new protectors back
            raise
        prepared.forget()
        self._found = replace(new, next=old)
        self.settle_or_note()

    @property
    def unfinished_reencryption(self) -> VaultError | None:
        """Why both sets of protectors are still there after re-encrypting; None if only one is."""
        return None if self._found.next is None else ReencryptionUnfinishedError(self._path)

    def settle_or_note(self) -> None:
        """Do what a re-encryption has left to do; what goes wrong is noted in `left_undone`: the next start tries."""
        try:
            self.settle()
        except VaultError as error:
            self.deferred_errors.append(error)

    def settle(self) -> bool:
        """Where two sets of protectors are kept, keep those alone that open the database; say whether that was done.

        Where another connection still reads an older state, that is left to the next time. Raises `VaultError`.
        """
        former = self._found.next
        if former is not None:
            self._database.note_generation(self._found.generation)
            if not self._database.checkpoint():
                return False
            self._write(self._without(former.account, replace(self._found, next=None)))
        self._forget_obsolete_entries()
        return True

    def _account_opens(self) -> bool:
        """Say whether the key store's entry opens the vault. Raises `KeystoreUnavailableError`."""
        account = self._found.account
        assert account is not None
        try:
            wrapping_key = key_store.load_key(self._found.vault_id, account.keystore_user, _CHECK_TIMEOUT_SECONDS)
            key_wrapping.unwrap(account.wrap, wrapping_key, self._found.vault_id, THIS_ACCOUNT)
        except (KeystoreEntryMissingError, WrongKeystoreEntryError, key_wrapping.WrongKeyError):
            return False
        return True

    @staticmethod
    def _without(former: AccountProtector | None, found: ProtectorSet) -> ProtectorSet:
        """Return what was `found`, with a note that the entry of a `former` protector is to be deleted."""
        if former is None:
            return found
        obsolete = (*found.obsolete_entries, former.keystore_user)
        return replace(found, obsolete_entries=obsolete[-protector_file.MAX_OBSOLETE_ENTRIES :])

    def _forget_obsolete_entries(self) -> None:
        """Delete the key store's entries that open the vault no more; what cannot be noted of it is done again."""
        obsolete = self._found.obsolete_entries
        if not obsolete:
            return
        named = [each.account.keystore_user for each in (self._found, self._found.next) if each and each.account]
        for user in obsolete:
            if user not in named:
                key_store.forget_key(self._found.vault_id, user)
        try:
            self._write(replace(self._found, obsolete_entries=()))
        except VaultError as error:
            self.deferred_errors.append(error)

    def _forget_unless_named(self, account: AccountProtector | None) -> None:
        """Delete a key store entry that `vault.json` does not name; a file that cannot be read may name it."""
        if account is None:
            return
        try:
            found = protector_file.read(self._path)
        except VaultError:
            return
        named = [each.account for each in (found, found.next) if each is not None]
        if account not in named:
            key_store.forget_key(self._found.vault_id, account.keystore_user)

    def _write(self, new: ProtectorSet) -> None:
        if not new.each:
            raise LastProtectorError
        with self._database.in_use():
            self._database.refuse_if_moved()
            protector_file.write(self._path, new)
            self._found = new
        if new.next is None:
            try:
                self._database.update_automatic_backups(new)
            except VaultError as error:  # the change is made; the next copy lets the others follow too
                self.deferred_errors.append(error)


def account_protector(
    vault_id: str, database_key: bytes, timeout_seconds: float | None = key_store.PROMPT_TIMEOUT_SECONDS
) -> AccountProtector:
    """Keep a new wrapping key in this account's key store, and return its protector.

    Waits up to `timeout_seconds` for the key store, None for as long as it takes. Raises `KeystoreUnavailableError`.
    """
    user, wrapping_key = new_id(), os.urandom(KEY_BYTES)
    key_store.save_key(vault_id, user, wrapping_key, timeout_seconds)
    return AccountProtector(user, key_wrapping.wrap(database_key, wrapping_key, vault_id, THIS_ACCOUNT), _now())


def passphrase_protector(vault_id: str, database_key: bytes, passphrase: str) -> PassphraseProtector:
    """Return the protector of a passphrase; takes about a second."""
    kdf = key_wrapping.new_kdf_parameters()
    wrap = key_wrapping.wrap(database_key, key_wrapping.derive(passphrase, kdf), vault_id, PASSPHRASE)
    return PassphraseProtector(kdf, wrap, _now())


def recovery_key_protector(vault_id: str, database_key: bytes, key: RecoveryKey) -> RecoveryKeyProtector:
    """Return the protector of a recovery key."""
    salt = key_wrapping.new_salt()
    wrapping_key = key_wrapping.derive_from_recovery_key(key.key_material(), salt, vault_id)
    return RecoveryKeyProtector(salt, key_wrapping.wrap(database_key, wrapping_key, vault_id, RECOVERY_KEY), _now())


def new_id() -> str:
    """Return a random id."""
    import uuid

    return str(uuid.uuid4())


def _now() -> int:
    return int(time.time())


def _time(made: int) -> datetime:
    return datetime.fromtimestamp(made, UTC)
