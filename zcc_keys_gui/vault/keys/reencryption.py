"""Gives an open vault a new database key, so that no old `vault.json` opens it.

The steps are in an order that leaves, after a kill or a power cut at any moment, a database whose key one of the
protectors in `vault.json` yields:

1. the new entry in the key store
2. `vault.json` with the protectors of both database keys
3. the database itself, in one transaction
4. the generation in the database
5. `vault.json` with only the new protectors, which lists the old entry in the key store as obsolete
6. the old entry in the key store is deleted

The next start does the steps that are missing. If the database still has its old key, the old generation stays, and
nothing has changed.
"""

import os
from collections.abc import Callable
from dataclasses import replace

from zcc_keys_gui.domain.errors import ReencryptionUnfinishedError, VaultError, VaultInUseError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, DatabaseKey
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protector_record import Database, ProtectorRecord, with_obsolete_entry
from zcc_keys_gui.vault.keys.protectors import (
    PassphraseProtector,
    make_account_protector,
    make_passphrase_protector,
    make_recovery_key_protector,
)


class Reencryption:
    """The re-encryption of one open vault."""

    def __init__(self, record: ProtectorRecord, database: Database) -> None:
        """Re-encrypt `database`, and write the new protectors to `record`."""
        self._record = record
        self._database = database

    @property
    def unfinished(self) -> VaultError | None:
        """Why `vault.json` still has the old protectors after re-encrypting; None if it does not."""
        return None if self._record.current.next is None else ReencryptionUnfinishedError(self._record.path)

    def prepare(self, passphrase: str | None) -> Callable[[RecoveryKey], None]:
        """Return a function that re-encrypts the vault; call it with a new recovery key once the user has saved it.

        `passphrase` is the vault's, if it has one. Raises `WrongPassphraseError`, `DiskFullError`. The function raises
        `KeystoreUnavailableError` and `VaultError`, and then nothing has changed.
        """
        self._database.check_free_space()
        current = self._record.current
        new_key, new_passphrase = DatabaseKey(os.urandom(KEY_BYTES)), None
        if current.passphrase is not None:
            self._record.check_passphrase(passphrase or "")
            new_passphrase = make_passphrase_protector(current.vault_id, new_key.material(), passphrase or "")
        return lambda recovery_key: self._reencrypt(new_key, new_passphrase, recovery_key)

    def finish(self) -> bool:
        """Do the steps after the database has its new key; return whether all of them could be done.

        They have to wait if another connection still reads an older state of the database. Raises `VaultError`.
        """
        former = self._record.current.next
        if former is not None:
            self._database.record_generation(self._record.current.generation)
            if not self._database.checkpoint():
                return False
            self._record.write(with_obsolete_entry(replace(self._record.current, next=None), former.account))
        self._record.delete_obsolete_entries()
        return True

    def try_to_finish(self) -> None:
        """Do the same as `finish`, but only record an error in `nonfatal_errors`; the next start tries again."""
        try:
            self.finish()
        except VaultError as error:
            self._record.nonfatal_errors.append(error)

    def _reencrypt(
        self, prepared: DatabaseKey, passphrase: PassphraseProtector | None, recovery_key: RecoveryKey
    ) -> None:
        if self._record.current.next is not None and not self.finish():
            raise VaultInUseError(self._record.path)
        self._database.check_free_space()
        old, new_key = self._record.current, prepared.material()
        account = None if old.account is None else make_account_protector(old.vault_id, new_key)
        recovery = make_recovery_key_protector(old.vault_id, new_key, recovery_key)
        new = ProtectorSet(old.vault_id, old.generation + 1, account, passphrase, recovery, None, old.obsolete_entries)
        try:
            self._record.write(replace(old, next=new))
        except BaseException:
            self._record.delete_entry_unless_named(account)
            raise
        try:
            self._database.rekey(new_key)
        except VaultError:
            self.try_to_finish()  # this removes the new protectors
            raise
        prepared.forget()
        self._record.current = replace(new, next=old)
        self.try_to_finish()
