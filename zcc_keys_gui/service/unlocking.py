"""Opens a vault: without a question if this account can unlock it, and otherwise with what the user types."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.service.store import Store


class Opener(Protocol):
    """The functions that make or open the vault in one folder."""

    def vault_exists(self) -> bool:
        """Return whether there is a vault. Raises `VaultNeedsRepairError` if files are missing."""

    def has_passphrase(self) -> bool:
        """Return whether a passphrase can unlock the vault."""

    def has_recovery_key(self) -> bool:
        """Return whether a recovery key can unlock the vault."""

    def has_this_account(self) -> bool:
        """Return whether this account's key store can unlock the vault."""

    def create_for_this_account(self) -> Store:
        """Make a vault that this account unlocks. Raises `KeystoreUnavailableError`."""

    def create_with_passphrase(self, passphrase: str) -> Store:
        """Make a vault that the passphrase unlocks."""

    def open_for_this_account(self) -> Store:
        """Open the vault with the key from the account's key store."""

    def open_with_passphrase(self, passphrase: str) -> Store:
        """Open the vault. Raises `WrongPassphraseError`."""

    def open_with_recovery_key(self, key: RecoveryKey) -> Store:
        """Open the vault. Raises `WrongRecoveryKeyError`."""


class WrongAttemptsStore(Protocol):
    """The stored wrong attempts since the vault was last opened, which the next start reads."""

    def read(self) -> WrongAttempts:
        """Return the wrong attempts."""

    def write(self, wrong: WrongAttempts) -> None:
        """Store one or more wrong attempts. Errors are ignored, because they must not lock out the user."""

    def forget(self) -> None:
        """Delete the wrong attempts."""


@dataclass(frozen=True)
class NewPassphraseRequest:
    """There is no vault yet, and the user must choose a passphrase for it."""


class UnlockRequest(NamedTuple):
    """The user must enter the passphrase or the recovery key."""

    passphrase: bool
    """Whether the vault has a passphrase."""
    recovery_key: bool
    """Whether the vault has a recovery key."""
    account_error: ZccKeysError | None
    """Why this account cannot unlock the vault; None if it is not one of the ways to unlock."""


OpenResult = Store | NewPassphraseRequest | UnlockRequest


def open_or_ask(opener: Opener, *, asks_for_passphrase: bool = False) -> OpenResult:
    """Open or make the vault without a question, or return what to ask for.

    If the organization `asks_for_passphrase`, a new vault gets one. Raises the errors of the vault, and those of the
    key store if there is no other way to unlock.
    """
    if not opener.vault_exists():
        if asks_for_passphrase:
            return NewPassphraseRequest()
        try:
            return opener.create_for_this_account()
        except KeystoreUnavailableError:
            return NewPassphraseRequest()
    if not opener.has_this_account():
        return UnlockRequest(opener.has_passphrase(), opener.has_recovery_key(), None)
    try:
        return opener.open_for_this_account()
    except (KeystoreUnavailableError, KeystoreEntryMissingError, WrongKeystoreEntryError) as error:
        if opener.has_passphrase() or opener.has_recovery_key():
            return UnlockRequest(opener.has_passphrase(), opener.has_recovery_key(), error)
        raise


class Unlocking:
    """The unlocking of a vault with what the user types, and the count of wrong attempts.

    The computer's clock is used only for a wait that began before this start. Afterward, waits are measured with
    `seconds`, a clock that cannot be set back.
    """

    def __init__(
        self,
        opener: Opener,
        attempts: WrongAttemptsStore,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = time.monotonic,
        opened_by_passphrase: Callable[[Store], None] = lambda _: None,
    ) -> None:
        """Use `opener`; `opened_by_passphrase` is called with the vault, in the thread that opened it."""
        self._opener = opener
        self._opened_by_passphrase = opened_by_passphrase
        self._attempts = attempts
        self._now = now
        self._seconds = seconds
        self._set_wrong_attempts(attempts.read())

    def wrong_attempts(self) -> WrongAttempts:
        """Return the wrong attempts since the vault was last opened."""
        return self._wrong

    def seconds_to_wait(self) -> float:
        """Return how long the next attempt has to wait, 0 to 30 seconds."""
        return max(self._next_at - self._seconds(), 0.0)

    def with_passphrase(self, passphrase: str, uncleaned_text: str = "") -> Store:
        """Open the vault; takes about 0.5 s for each text. Raises `WrongPassphraseError`, `VaultError`.

        `uncleaned_text` is the passphrase with the line breaks that were pasted with it. It is tried too, because
        version 0.1.0 made them part of the passphrase.
        """
        store = self._open_and_count(lambda: self._open_with_either(passphrase, uncleaned_text))
        self._opened_by_passphrase(store)
        return store

    def with_recovery_key(self, key: RecoveryKey) -> Store:
        """Open the vault. Raises `WrongRecoveryKeyError`, `VaultError`."""
        return self._open_and_count(lambda: self._opener.open_with_recovery_key(key))

    def forget_attempts(self) -> None:
        """Delete the wrong attempts, after the user has seen their number."""
        self._attempts.forget()
        self._set_wrong_attempts(WrongAttempts(0, None))

    def _open_with_either(self, passphrase: str, uncleaned_text: str) -> Store:
        try:
            return self._opener.open_with_passphrase(passphrase)
        except WrongPassphraseError:
            if not uncleaned_text:
                raise
            return self._opener.open_with_passphrase(uncleaned_text)

    def _open_and_count(self, open_vault: Callable[[], Store]) -> Store:
        try:
            return open_vault()
        except (WrongPassphraseError, WrongRecoveryKeyError):
            wrong = WrongAttempts(self._wrong.number + 1, self._now())
            self._attempts.write(wrong)
            self._set_wrong_attempts(wrong)
            raise

    def _set_wrong_attempts(self, wrong: WrongAttempts) -> None:
        self._wrong = wrong
        self._next_at = self._seconds() + wrong.seconds_to_wait(self._now())
