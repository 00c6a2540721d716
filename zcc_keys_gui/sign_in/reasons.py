"""Finds out why a sign-in was rejected, after the answer, which is the same for all. Only the log has the reason."""

import time
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import is_client_id
from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, compute_verifier
from zcc_keys_gui.domain.pasted_text import has_invisible, trim
from zcc_keys_gui.domain.sign_in import FoundKey
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.log_entry import SecretTraits

_VERIFIER_OF_EMPTY = compute_verifier(ClientSecret(""))
_LOGGED_CLIENT_ID_LENGTH = 8  # of an unknown client ID, which could be a secret in the wrong field


class Rejection(NamedTuple):
    """What the log may contain about a rejected sign-in."""

    client_id: str
    name: str
    reason: str


def find_rejection_reason(reader: KeyReader, client_id: str, traits: SecretTraits, key: FoundKey | None) -> Rejection:
    """Return why a client ID and a secret were rejected. `key` is the key at that time, or None if it is unknown.

    Raises `VaultError`.
    """
    if key is not None:
        return Rejection(client_id, key.name, _find_reason_with_key(reader, client_id, key, traits))
    if PREFIX in client_id:
        return Rejection("", "", text.SECRET_AS_API_KEY)
    core = trim(client_id).lower()
    similar = reader.find_key(core) if core != client_id and is_client_id(core) else None
    if similar is not None:
        is_invisible = has_invisible(client_id)
        reason = text.INVISIBLE_AROUND_CLIENT_ID if is_invisible else text.SPACES_AROUND_CLIENT_ID
        return Rejection(core, similar.name, reason)
    if not is_client_id(client_id):
        return Rejection("", "", text.NOT_A_CLIENT_ID)
    deleted = reader.find_deleted_key(client_id)
    if deleted is not None:
        name, when = deleted
        return Rejection(client_id, name, text.DELETED_KEY.format(name=name, day=text.format_day(when)))
    return Rejection(f"{client_id[:_LOGGED_CLIENT_ID_LENGTH]}…", "", text.UNKNOWN_CLIENT_ID)


def _find_reason_with_key(reader: KeyReader, client_id: str, key: FoundKey, traits: SecretTraits) -> str:
    if key.is_enabled:
        return _find_secret_fault(reader, client_id, key, traits)
    if traits.verifier in _list_current_verifiers(key):
        return text.DISABLED_KEY
    return f"{text.DISABLED_KEY} {_find_secret_fault(reader, client_id, key, traits)}"


def _find_secret_fault(reader: KeyReader, client_id: str, key: FoundKey, traits: SecretTraits) -> str:
    if traits.has_extra and traits.trimmed_verifier in _list_current_verifiers(key):
        return text.INVISIBLE_AROUND_SECRET if traits.has_invisible else text.SPACES_AROUND_SECRET
    replaced = reader.find_replacement_time(client_id, traits.trimmed_verifier)
    if replaced is not None:
        return text.REPLACED_SECRET.format(day=text.format_day(replaced))
    key_name = reader.find_key_name(traits.trimmed_verifier)
    if key_name is not None:
        return text.SECRET_OF_OTHER_KEY.format(name=key_name)
    if traits.trimmed_verifier == _VERIFIER_OF_EMPTY:  # for example, a variable that is not set
        return text.EMPTY_SECRET
    if not traits.is_ours:
        return text.FOREIGN_SECRET.format(prefix=PREFIX)
    return text.UNKNOWN_SECRET if traits.is_well_formed else text.WRONG_CHECKSUM


def _list_current_verifiers(key: FoundKey) -> tuple[bytes, ...]:
    """Return the verifiers of the secrets that sign in now."""
    return (key.verifier, key.replaced_verifier) if key.replaced_until > time.time() else (key.verifier,)
