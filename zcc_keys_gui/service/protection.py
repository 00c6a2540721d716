"""Who can open the vault, and how that is changed."""

from collections.abc import Callable
from datetime import UTC, datetime

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.service.store import Store


class Protection:
    """What a person does with the protectors of an open vault; the history tells of each change.

    Methods that change something take up to a second, and may be called in any one thread. They raise `VaultError`,
    `KeystoreUnavailableError` and `LastProtectorError`; then nothing has changed.
    """

    def __init__(
        self, store: Store, who: Callable[[], str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Work on the protectors of `store`; `who` tells the account of the operating system."""
        self._store = store
        self._protectors = store.protectors
        self._who = who
        self._now = now

    @property
    def this_account_was_set_up_again(self) -> bool:
        """Whether opening the vault made a new entry in this account's key store, since the former one was gone."""
        return self._protectors.this_account_was_set_up_again

    @property
    def unfinished_reencryption(self) -> VaultError | None:
        """Why the former database key could not be removed yet after re-encrypting; None where nothing is left."""
        return self._protectors.unfinished_reencryption

    def ways_to_unlock(self) -> WaysToUnlock:
        """Return the protectors; reads no file."""
        return self._protectors.ways_to_unlock()

    def set_up_this_account(self) -> None:
        """Let this account open the vault."""
        self._protectors.set_up_this_account()
        self._record("This account: added")

    def remove_this_account(self) -> None:
        """Let this account open the vault no more."""
        self._protectors.remove_this_account()
        self._record("This account: removed")

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the vault, in place of the former one."""
        is_new = self.ways_to_unlock().passphrase is None
        self._protectors.set_passphrase(passphrase)
        self._record("Passphrase: added" if is_new else "Passphrase: changed")

    def let_passphrase_replace_account(self, passphrase: str) -> None:
        """Let a passphrase open the vault, and this account no more."""
        self.set_passphrase(passphrase)
        self.remove_this_account()

    def remove_passphrase(self) -> None:
        """Let no passphrase open the vault."""
        self._protectors.remove_passphrase()
        self._record("Passphrase: removed")

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` where this is not the passphrase."""
        self._protectors.check_passphrase(passphrase)

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key, which the person keeps, open the vault in place of the former one."""
        is_new = self.ways_to_unlock().recovery_key is None
        self._protectors.set_recovery_key(key)
        self._record("Recovery key: added" if is_new else "Recovery key: replaced")

    def remove_recovery_key(self) -> None:
        """Let no recovery key open the vault."""
        self._protectors.remove_recovery_key()
        self._record("Recovery key: removed")

    def reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], VaultError | None]:
        """Return what encrypts the vault with a new database key, so that no former `vault.json` opens it.

        It is called with a new recovery key, once the user keeps it, so that no vault is left that nothing opens. A
        fresh copy takes the place of the automatic ones. If that could not be done, so that they still open the old
        way, or if the former key could not be removed yet, it returns why. `passphrase` is the vault's, if it has one.
        Raises `WrongPassphraseError` too.
        """
        reencrypt = self._protectors.reencryption(passphrase)
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
            change.record(HistoryEntry(self._now(), self._who(), action, "", "", details))
