"""What the sign-in service asks of the vault, which answers from the keys as they are at this moment."""

from datetime import datetime
from typing import Protocol

from zcc_keys_gui.domain.sign_in import FoundKey


class KeyReader(Protocol):
    """Reads the keys. Its methods raise `VaultError` where the vault cannot be read."""

    def signing_key(self) -> bytes:
        """Return the key of the vault that signs tokens, 32 bytes."""

    def find(self, client_id: str) -> FoundKey | None:
        """Return the key with this client ID."""

    def replaced(self, client_id: str, verifier: bytes) -> datetime | None:
        """Return when a secret of this key was replaced; None where it was none of its last five."""

    def owner(self, verifier: bytes) -> str | None:
        """Return the name of the key whose secret has this verifier now."""

    def deleted(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a key that is gone, and when it was deleted."""

    def close(self) -> None:
        """Close the connection."""
