"""Recovery keys for tests that need one but do not use it."""

from collections.abc import Callable
from typing import Protocol

from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key


class ProtectorStore(Protocol):
    """The functions that change the ways to unlock a vault: a part of the vault, or a use case."""

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key unlock the vault."""

    def prepare_reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], object]:
        """Return a function that re-encrypts the vault."""


def add_recovery_key(protectors: ProtectorStore) -> RecoveryKey:
    """Let a new recovery key unlock the vault, and return the key."""
    key = new_recovery_key()
    protectors.set_recovery_key(key)
    return key


def reencrypt(protectors: ProtectorStore, passphrase: str | None = None) -> RecoveryKey:
    """Re-encrypt the vault, and return its new recovery key."""
    key = new_recovery_key()
    protectors.prepare_reencryption(passphrase)(key)
    return key
