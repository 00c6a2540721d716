"""The vault's functions for the sign-in service. The vault answers from its present keys at each call."""

from datetime import datetime
from typing import Protocol

from zcc_keys_gui.domain.sign_in import FoundKey


class KeyReader(Protocol):
    """A reader of keys. Its methods raise `VaultError` if the vault cannot be read."""

    def read_signing_key(self) -> bytes:
        """Return the vault's key for signing access tokens, 32 bytes."""

    def find_key(self, client_id: str) -> FoundKey | None:
        """Return the key with this client ID."""

    def find_replacement_time(self, client_id: str, verifier: bytes) -> datetime | None:
        """Return when a secret of this key was replaced; None unless it was one of its last five."""

    def find_key_name(self, verifier: bytes) -> str | None:
        """Return the name of the key whose current secret has this verifier."""

    def find_deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a deleted key, and when it was deleted."""

    def close(self) -> None:
        """Close the connection to the vault."""
