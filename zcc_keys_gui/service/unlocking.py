"""How a vault is opened: without a question where this account can, else with a passphrase."""

from enum import Enum, auto
from typing import Protocol

from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.service.store import Store


class Door(Protocol):
    """The way into one vault folder."""

    def vault_exists(self) -> bool:
        """Say whether there is a vault; an incomplete one raises `VaultFileMissingError`."""

    def has_passphrase(self) -> bool:
        """Say whether a passphrase can open the vault."""

    def has_this_account(self) -> bool:
        """Say whether this account's key store can open the vault."""

    def has_recovery_key(self) -> bool:
        """Say whether a recovery key can open the vault."""

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


class Need(Enum):
    """What a person has to be asked for before there is an open vault."""

    NEW_PASSPHRASE = auto()
    PASSPHRASE = auto()


def open_or_ask(door: Door) -> Store | Need:
    """Open or make the vault without a question, or say what to ask for.

    Raises the errors of the vault, and those of the key store where no passphrase can take its place.
    """
    if not door.vault_exists():
        try:
            return door.create_for_this_account()
        except KeystoreUnavailableError:
            return Need.NEW_PASSPHRASE
    if not door.has_this_account():
        return Need.PASSPHRASE
    try:
        return door.open_for_this_account()
    except (KeystoreUnavailableError, KeystoreEntryMissingError, WrongKeystoreEntryError):
        if door.has_passphrase():
            return Need.PASSPHRASE
        raise
