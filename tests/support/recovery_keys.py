"""Recovery keys for tests that are about something else, kept by nobody."""

from collections.abc import Callable
from typing import Protocol

from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key


class ProtectorStore(Protocol):
    """What changes who can open a vault: of the vault itself, or the use cases."""

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key open the vault."""

    def reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], object]:
        """Return what re-encrypts the vault."""


def add_recovery_key(protectors: ProtectorStore) -> RecoveryKey:
    """Let a new recovery key open the vault, and return it."""
    key = new_recovery_key()
    protectors.set_recovery_key(key)
    return key


def reencrypt(protectors: ProtectorStore, passphrase: str | None = None) -> RecoveryKey:
    """Give the vault a new database key, and return its new recovery key."""
    key = new_recovery_key()
    protectors.reencryption(passphrase)(key)
    return key
