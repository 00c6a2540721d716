"""How a vault is opened: without a question where this account can, else by asking."""

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
    """The way into one vault folder."""

    def vault_exists(self) -> bool:
        """Say whether there is a vault; one that is incomplete or lost raises a `VaultNeedsRepairError`."""

    def has_passphrase(self) -> bool:
        """Say whether a passphrase can open the vault."""

    def has_recovery_key(self) -> bool:
        """Say whether a recovery key can open the vault."""

    def has_this_account(self) -> bool:
        """Say whether this account's key store can open the vault."""

    def create_for_this_account(self) -> Store:
        """Make a vault that this account opens. Raises `KeystoreUnavailableError`."""

    def create_with_passphrase(self, passphrase: str) -> Store:
        """Make a vault that the passphrase opens."""

    def open_for_this_account(self) -> Store:
        """Open the vault with the key kept in the account's key store."""

    def open_with_passphrase(self, passphrase: str) -> Store:
        """Open the vault. Raises `WrongPassphraseError`."""

    def open_with_recovery_key(self, key: RecoveryKey) -> Store:
        """Open the vault. Raises `WrongRecoveryKeyError`."""


class Attempts(Protocol):
    """The wrong attempts to open a vault since it was last opened; they survive the end of the program."""

    def read(self) -> WrongAttempts:
        """Return them."""

    def write(self, wrong: WrongAttempts) -> None:
        """Note one or more in place of what was noted. What goes wrong with that is no reason to keep anybody out."""

    def forget(self) -> None:
        """Begin anew."""


@dataclass(frozen=True)
class NewPassphraseRequest:
    """There is no vault yet; a passphrase has to be chosen for it."""


class UnlockRequest(NamedTuple):
    """A passphrase, where there is one, or a recovery key, where there is one, has to be asked for."""

    passphrase: bool
    recovery_key: bool
    why: ZccKeysError | None
    """Why this account cannot open the vault; None where it is not meant to."""


OpenResult = Store | NewPassphraseRequest | UnlockRequest


def open_or_ask(opener: Opener, *, asks_for_passphrase: bool = False) -> OpenResult:
    """Open or make the vault without a question, or say what to ask for.

    Where the organization `asks_for_passphrase`, a new vault is made with one. Raises the errors of the vault, and
    those of the key store where nothing can take its place.
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
    """Opens a vault with what a person types, and counts what was wrong.

    The computer's clock tells only how much of a wait is left from an earlier start; from then on, `seconds` count,
    which nobody sets back.
    """

    def __init__(
        self,
        opener: Opener,
        attempts: Attempts,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = time.monotonic,
        opened_by_passphrase: Callable[[Store], None] = lambda _: None,
    ) -> None:
        """Open by way of `door`; `opened_by_passphrase` is called with the vault, in the thread that opened it."""
        self._opener = opener
        self._opened_by_passphrase = opened_by_passphrase
        self._attempts = attempts
        self._now = now
        self._seconds = seconds
        self._count(attempts.read())

    def wrong_attempts(self) -> WrongAttempts:
        """Return the wrong attempts since the vault was last opened."""
        return self._wrong

    def seconds_to_wait(self) -> float:
        """Return how long the next attempt has to wait, 0 to 30 seconds."""
        return max(self._next_at - self._seconds(), 0.0)

    def with_passphrase(self, passphrase: str, as_pasted: str = "") -> Store:
        """Open the vault; takes about 0.5 s for each. Raises `WrongPassphraseError`, `VaultError`.

        `as_pasted` is tried as well: the passphrase with the line breaks with which it was pasted. Version 0.1.0 took
        them for a part of it.
        """
        store = self._counted(lambda: self._open_with_either(passphrase, as_pasted))
        self._opened_by_passphrase(store)
        return store

    def with_recovery_key(self, key: RecoveryKey) -> Store:
        """Open the vault. Raises `WrongRecoveryKeyError`, `VaultError`."""
        return self._counted(lambda: self._opener.open_with_recovery_key(key))

    def forget_attempts(self) -> None:
        """Begin to count anew: the owner has been told."""
        self._attempts.forget()
        self._count(WrongAttempts(0, None))

    def _open_with_either(self, passphrase: str, as_pasted: str) -> Store:
        try:
            return self._opener.open_with_passphrase(passphrase)
        except WrongPassphraseError:
            if not as_pasted:
                raise
            return self._opener.open_with_passphrase(as_pasted)

    def _counted(self, open_it: Callable[[], Store]) -> Store:
        try:
            return open_it()
        except (WrongPassphraseError, WrongRecoveryKeyError):
            wrong = WrongAttempts(self._wrong.number + 1, self._now())
            self._attempts.write(wrong)
            self._count(wrong)
            raise

    def _count(self, wrong: WrongAttempts) -> None:
        self._wrong = wrong
        self._next_at = self._seconds() + wrong.seconds_to_wait(self._now())
