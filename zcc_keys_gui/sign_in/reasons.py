"""Why a sign-in was refused: worked out after the answer, which is the same for all, and told to the owner alone."""

import time
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import is_client_id
from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, is_well_formed, verifier_of
from zcc_keys_gui.domain.pasted_text import has_invisible, trimmed
from zcc_keys_gui.domain.sign_in import FoundKey
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.text import (
    CHECKSUM_WRONG,
    NO_KEY_HAS_IT,
    NOT_OURS,
    deleted_words,
    more_words,
    replaced_words,
)

_NOTHING = verifier_of(ClientSecret(""))
_SHOWN = 8  # characters of a client ID that no key has: it could be a secret that was put into the wrong field


class SecretTraits(NamedTuple):
    """What a secret looks like, and its verifier: enough to tell what is wrong with it, and not the secret."""

    verifier: bytes
    is_ours: bool
    """Whether it begins as our secrets do."""
    is_well_formed: bool
    has_more: bool
    """Whether there are spaces, line breaks, quotes or invisible characters around it."""
    has_invisible: bool
    trimmed_verifier: bytes
    """Of the secret without those."""


class Rejection(NamedTuple):
    """What may be kept of a refused sign-in."""

    client_id: str
    name: str
    reason: str


def traits_of(secret: ClientSecret) -> SecretTraits:
    """Return what a secret looks like."""
    text = secret.reveal()
    meant = trimmed(text)
    return SecretTraits(
        verifier_of(secret),
        meant.startswith(PREFIX),
        is_well_formed(meant),
        meant != text,
        has_invisible(text),
        verifier_of(ClientSecret(meant)),
    )


def rejection_reason(reader: KeyReader, client_id: str, look: SecretTraits, key: FoundKey | None) -> Rejection:
    """Return why these were refused by `key`, as it was then; None where no key had this client ID.

    Raises `VaultError`.
    """
    if key is not None:
        return Rejection(client_id, key.name, _why_with(reader, client_id, key, look))
    if PREFIX in client_id:
        return Rejection("", "", "A client secret was sent as apiKey")
    meant = trimmed(client_id).lower()
    other = reader.find(meant) if meant != client_id and is_client_id(meant) else None
    if other is not None:
        what = "with invisible characters" if has_invisible(client_id) else "in capitals, or with spaces or quotes"
        return Rejection(meant, other.name, f"Client ID {what} around it")
    gone = reader.deleted(client_id) if is_client_id(client_id) else None
    if gone is not None:
        name, when = gone
        return Rejection(client_id, name, f"Deleted key: {deleted_words(name, when)}")
    return Rejection(
        shown(client_id), "", "Unknown client ID" if is_client_id(client_id) else "The apiKey is not a client ID"
    )


def shown(client_id: str) -> str:
    """Return as much of a client ID that no key has as may be kept."""
    return f"{client_id[:_SHOWN]}…" if is_client_id(client_id) else ""


def _why_with(reader: KeyReader, client_id: str, key: FoundKey, look: SecretTraits) -> str:
    if key.is_enabled:
        return _what_is_wrong(reader, client_id, key, look)
    is_right = look.verifier in _verifiers(key)
    return "Disabled key" if is_right else f"Disabled key. {_what_is_wrong(reader, client_id, key, look)}"


def _what_is_wrong(reader: KeyReader, client_id: str, key: FoundKey, look: SecretTraits) -> str:
    if look.has_more and look.trimmed_verifier in _verifiers(key):
        return f"{more_words(is_invisible=look.has_invisible)} around the secret"
    replaced = reader.replaced(client_id, look.trimmed_verifier)
    if replaced is not None:
        return f"Wrong secret: it is the one {replaced_words(replaced)}"
    owner = reader.owner(look.trimmed_verifier)
    if owner is not None:
        return f"Wrong secret: it is the one of {owner}"
    if look.trimmed_verifier == _NOTHING:
        return "The secretKey is empty"  # a variable that is not set
    if not look.is_ours:
        return NOT_OURS
    if not look.is_well_formed:
        return CHECKSUM_WRONG
    return f"Wrong secret: {NO_KEY_HAS_IT}"


def _verifiers(key: FoundKey) -> tuple[bytes, ...]:
    """Return those of the secrets that a key has now."""
    return (key.verifier, key.replaced_verifier) if key.replaced_until > time.time() else (key.verifier,)
