"""Changes the ways to unlock a vault, and re-encrypts it."""

from collections.abc import Callable
from datetime import UTC, datetime

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.service import text
from zcc_keys_gui.service.store import Store


class Protection:
    """The user's actions with the protectors of an open vault. Each change is recorded in the history.

    Methods that change something take up to a second, and may be called in any one thread. They raise `VaultError`,
    `KeystoreUnavailableError` and `LastProtectorError`; then nothing has changed.
    """

    def __init__(
        self, store: Store, account_name: Callable[[], str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Change the protectors of `store`; `account_name` returns the account of the operating system."""
        self._store = store
        self._protectors = store.protectors
        self._account_name = account_name
        self._now = now

    @property
    def this_account_was_set_up_again(self) -> bool:
        """Whether opening the vault made a new entry in this account's key store, because the entry was missing."""
        return self._protectors.this_account_was_set_up_again

    @property
    def unfinished_reencryption(self) -> VaultError | None:
        """Why the former database key could not be removed yet after re-encrypting; None if it was removed."""
        return self._protectors.unfinished_reencryption

    def ways_to_unlock(self) -> WaysToUnlock:
        """Return the protectors, without reading a file."""
        return self._protectors.ways_to_unlock()

    def set_up_this_account(self) -> None:
        """Let this account unlock the vault."""
        self._protectors.set_up_this_account()
        self._record(text.ACCOUNT_ADDED)

    def remove_this_account(self) -> None:
        """Stop this account from unlocking the vault."""
        self._protectors.remove_this_account()
        self._record(text.ACCOUNT_REMOVED)

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase unlock the vault. It replaces an existing one."""
        is_new = self.ways_to_unlock().passphrase is None
        self._protectors.set_passphrase(passphrase)
        self._record(text.PASSPHRASE_ADDED if is_new else text.PASSPHRASE_CHANGED)

    def replace_account_with_passphrase(self, passphrase: str) -> None:
        """Let a passphrase unlock the vault, and stop this account from unlocking it."""
        self.set_passphrase(passphrase)
        self.remove_this_account()

    def remove_passphrase(self) -> None:
        """Stop the passphrase from unlocking the vault."""
        self._protectors.remove_passphrase()
        self._record(text.PASSPHRASE_REMOVED)

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` unless this is the passphrase."""
        self._protectors.check_passphrase(passphrase)

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key, which the user has saved, unlock the vault. It replaces an existing one."""
        is_new = self.ways_to_unlock().recovery_key is None
        self._protectors.set_recovery_key(key)
        self._record(text.RECOVERY_KEY_ADDED if is_new else text.RECOVERY_KEY_REPLACED)

    def remove_recovery_key(self) -> None:
        """Stop the recovery key from unlocking the vault."""
        self._protectors.remove_recovery_key()
        self._record(text.RECOVERY_KEY_REMOVED)

    def prepare_reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], VaultError | None]:
        """Return a function that encrypts the vault with a new database key, so that no former `vault.json` opens it.

        Call it with a new recovery key after the user has saved that, so that there is always a way to unlock. A new
        automatic backup replaces the existing ones. The function returns a `VaultError` if that failed, so that the
        former key still opens them, or if the former key could not be removed yet; otherwise None. `passphrase` is the
        vault's, if it has one. Also raises `WrongPassphraseError`.
        """
        reencrypt = self._protectors.prepare_reencryption(passphrase)
        return lambda recovery_key: self._reencrypt(reencrypt, recovery_key)

    def _reencrypt(self, reencrypt: Callable[[RecoveryKey], None], recovery_key: RecoveryKey) -> VaultError | None:
        reencrypt(recovery_key)
        try:
            self._record("", Action.REENCRYPTED)
            self._store.automatic_backups.make(self._now())
        except VaultError as error:
            return error
        return self._protectors.unfinished_reencryption

    def _record(self, details: str, action: Action = Action.PROTECTION_CHANGED) -> None:
        with self._store.change() as change:
            change.record(HistoryEntry(self._now(), self._account_name(), action, "", "", details))
