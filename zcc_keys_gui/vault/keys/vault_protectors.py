"""The protectors of an open vault, and how they are added, changed and removed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultError,
    WrongKeystoreEntryError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.vault.keys import key_store
from zcc_keys_gui.vault.keys.cipher import DatabaseKey
from zcc_keys_gui.vault.keys.key_wrapping import WrongKeyError
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protector_record import Database, ProtectorRecord, with_obsolete_entry
from zcc_keys_gui.vault.keys.protectors import (
    AccountProtector,
    make_account_protector,
    make_passphrase_protector,
    make_recovery_key_protector,
    unlock_with_account,
)
from zcc_keys_gui.vault.keys.reencryption import Reencryption

_CHECK_TIMEOUT_SECONDS = 5.0  # the vault is already open, and the user is waiting for it


class VaultProtectors:
    """The protectors of one open vault, and their changes; see `service.store.ProtectorStore`."""

    def __init__(self, path: Path, current: ProtectorSet, key: DatabaseKey, database: Database) -> None:
        """Change the protectors of `database`, which has this key; the `vault.json` at `path` contains `current`."""
        self._key = key
        self._record = ProtectorRecord(path, current, database)
        self._reencryption = Reencryption(self._record, database)
        self.this_account_was_set_up_again = False
        # The first of two sets of protectors has the key of the database, and the newer set has the higher generation.
        self.interrupted_reencryption_was_done = (
            None if current.next is None else current.generation > current.next.generation
        )

    @property
    def nonfatal_errors(self) -> Sequence[ZccKeysError]:
        """Errors of steps that are retried later. They stopped neither opening the vault nor changing protectors."""
        return self._record.nonfatal_errors

    @property
    def unfinished_reencryption(self) -> VaultError | None:
        """Why the old protectors could not be removed yet after re-encrypting; None if they were removed."""
        return self._reencryption.unfinished

    def ways_to_unlock(self) -> WaysToUnlock:
        """Return when each protector was made, without reading a file."""
        current = self._record.current
        account, passphrase, recovery_key = current.account, current.passphrase, current.recovery_key
        return WaysToUnlock(
            this_account=None if account is None else _time(account.made),
            passphrase=None if passphrase is None else _time(passphrase.made),
            recovery_key=None if recovery_key is None else _time(recovery_key.made),
        )

    def set_up_this_account(self, timeout_seconds: float | None = key_store.PROMPT_TIMEOUT_SECONDS) -> None:
        """Let this account unlock the vault; wait up to `timeout_seconds` for its key store.

        Raises `KeystoreUnavailableError`, `VaultError`.
        """
        current = self._record.current
        account = make_account_protector(current.vault_id, self._key.material(), timeout_seconds)
        try:
            self._record.write(with_obsolete_entry(replace(current, account=account), current.account))
        except BaseException:
            self._record.delete_entry_unless_named(account)
            raise
        self._record.delete_obsolete_entries()

    def set_up_this_account_again(self) -> None:
        """Let this account unlock the vault again if its key store entry is missing or wrong.

        Errors are only recorded in `nonfatal_errors`: the vault is already open, and the next start tries again.
        """
        account = self._record.current.account
        try:
            if account is None or self._unlocks(account):
                return
        except KeystoreUnavailableError:
            return  # the entry may well be there
        try:
            self.set_up_this_account(_CHECK_TIMEOUT_SECONDS)
            self.this_account_was_set_up_again = True
        except (KeystoreUnavailableError, VaultError) as error:
            self._record.nonfatal_errors.append(error)

    def remove_this_account(self) -> None:
        """Stop this account from unlocking the vault. Raises `LastProtectorError`, `VaultError`."""
        current = self._record.current
        self._record.write(with_obsolete_entry(replace(current, account=None), current.account))
        self._record.delete_obsolete_entries()

    def set_passphrase(self, passphrase: str) -> None:
        """Let this passphrase unlock the vault, instead of the old one. Raises `VaultError`."""
        current = self._record.current
        protector = make_passphrase_protector(current.vault_id, self._key.material(), passphrase)
        self._record.write(replace(current, passphrase=protector))

    def strengthen(self, passphrase: str) -> None:
        """Replace weak Argon2id parameters of the passphrase that has just unlocked the vault.

        Errors are only recorded in `nonfatal_errors`: the vault is already open, and the next unlocking tries again.
        """
        current = self._record.current
        weak = current.passphrase
        if weak is None or not weak.kdf.are_weak:
            return
        new = make_passphrase_protector(current.vault_id, self._key.material(), passphrase)
        try:
            self._record.write(replace(current, passphrase=new._replace(made=weak.made)))
        except VaultError as error:
            self._record.nonfatal_errors.append(error)

    def remove_passphrase(self) -> None:
        """Stop the passphrase from unlocking the vault. Raises `LastProtectorError`, `VaultError`."""
        self._record.write(replace(self._record.current, passphrase=None))

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` if this is not the vault's passphrase."""
        self._record.check_passphrase(passphrase)

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let this recovery key, which the user has saved, unlock the vault instead of the old one."""
        current = self._record.current
        protector = make_recovery_key_protector(current.vault_id, self._key.material(), key)
        self._record.write(replace(current, recovery_key=protector))

    def remove_recovery_key(self) -> None:
        """Stop the recovery key from unlocking the vault. Raises `LastProtectorError`, `VaultError`."""
        self._record.write(replace(self._record.current, recovery_key=None))

    def prepare_reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], None]:
        """Return a function that gives the vault a new database key; see `Reencryption.prepare`."""
        return self._reencryption.prepare(passphrase)

    def finish_interrupted_changes(self) -> None:
        """Finish changes that a kill or a power cut interrupted; errors are only recorded in `nonfatal_errors`."""
        self._reencryption.try_to_finish()

    def _unlocks(self, account: AccountProtector) -> bool:
        """Return whether the key store entry unlocks the vault. Raises `KeystoreUnavailableError`."""
        try:
            unlock_with_account(account, self._record.current.vault_id, _CHECK_TIMEOUT_SECONDS)
        except (KeystoreEntryMissingError, WrongKeystoreEntryError, WrongKeyError):
            return False
        return True


def _time(made: int) -> datetime:
    return datetime.fromtimestamp(made, UTC)
