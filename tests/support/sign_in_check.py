"""Checking a client secret against the vault."""

from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.keys import Keys


def signs_in(keys: Keys, client_id: str, secret: ClientSecret) -> bool:
    """Return whether the secret signs in with the key of this client ID."""
    found = keys.check_secret(secret)
    return found is not None and found.signs_in and found.key is not None and found.key.client_id == client_id
