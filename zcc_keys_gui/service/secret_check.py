"""Finds the key to which a client secret belongs, or the reason why there is no such key."""

from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import ApiKey, Status, is_client_id
from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, compute_verifier, find_secret, is_well_formed
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.pasted_text import has_invisible, remove_gaps, trim
from zcc_keys_gui.service.store import Store


class SecretMatch(Enum):
    """The kind of text that was pasted as a client secret."""

    CURRENT = auto()
    """The client secret of a key."""
    OLD = auto()
    """The secret before the current one, in its grace period."""
    REPLACED = auto()
    """A former secret of a key; it no longer works."""
    DELETED = auto()
    """A secret of a key that was deleted."""
    UNKNOWN = auto()
    """A complete secret, but no key has it."""
    CHECKSUM_WRONG = auto()
    """It begins like a client secret, but characters are missing, added or changed."""
    CLIENT_ID = auto()
    NOT_OURS = auto()


class ExtraText(Enum):
    """What the text contains besides the secret. The sign-in service rejects the secret with it."""

    NONE = auto()
    AROUND = auto()
    """Spaces, line breaks, quotes or invisible characters around the secret."""
    OTHER = auto()
    """Other text around the secret."""
    WITHIN = auto()
    """Spaces, line breaks, quotes or invisible characters within the secret."""


class SecretCheck(NamedTuple):
    """The result of a check. It contains no part of the secret."""

    match: SecretMatch
    key: ApiKey | None = None
    """The key that has or had the secret, or the key with the client ID."""
    deleted: str = ""
    """The name of the deleted key; empty if it is unknown."""
    works_until: datetime | None = None
    """For an old secret: the end of its grace period, in UTC."""
    replaced: datetime | None = None
    """For a replaced or deleted secret: when it was replaced or its key deleted, in UTC."""
    extra_text: ExtraText = ExtraText.NONE
    has_invisible: bool = False
    """Whether the text contains invisible characters, not counting spaces and line breaks."""
    length: int = 0
    """The number of characters, without spaces, line breaks, quotes and invisible characters."""

    @property
    def signs_in(self) -> bool:
        """Whether the sign-in service accepts the text as pasted, with its key's client ID."""
        return (
            self.match in (SecretMatch.CURRENT, SecretMatch.OLD)
            and self.extra_text is ExtraText.NONE
            and self.key is not None
            and self.key.fields.status is Status.ENABLED
        )


def check_secret(store: Store, secret: ClientSecret, now: datetime) -> SecretCheck | None:
    """Return what kind of text was pasted, and its key; None if it is empty. Raises `VaultError`."""
    text = secret.reveal()
    core = trim(text)
    if not core:
        return None
    without_spaces = remove_gaps(core)
    for extra_text, candidate in (
        (ExtraText.NONE, text),
        (ExtraText.AROUND, core),
        (ExtraText.OTHER, find_secret(core)),
        (ExtraText.WITHIN, without_spaces),
    ):
        if is_well_formed(candidate):
            found = _find_key_of_secret(store, compute_verifier(ClientSecret(candidate)), now)
            return found._replace(extra_text=extra_text, has_invisible=has_invisible(text))
    if is_client_id(core.lower()):
        return SecretCheck(SecretMatch.CLIENT_ID, key=_find_key(store, core.lower()))
    match = SecretMatch.CHECKSUM_WRONG if core.startswith(PREFIX) else SecretMatch.NOT_OURS
    return SecretCheck(match, length=len(without_spaces))


def _find_key_of_secret(store: Store, verifier: bytes, now: datetime) -> SecretCheck:
    key = store.key_with_secret(verifier)
    if key is not None:
        return SecretCheck(SecretMatch.CURRENT, key)
    former = store.former_secret(verifier)
    if former is None:
        return SecretCheck(SecretMatch.UNKNOWN)
    key = _find_key(store, former.client_id)
    if key is None:
        name, deleted_at = store.deleted_key(former.client_id) or ("", former.replaced)
        return SecretCheck(SecretMatch.DELETED, deleted=name, replaced=deleted_at)
    if former.works_until is not None and former.works_until > now:
        return SecretCheck(SecretMatch.OLD, key, works_until=former.works_until)
    return SecretCheck(SecretMatch.REPLACED, key, replaced=former.replaced)


def _find_key(store: Store, client_id: str) -> ApiKey | None:
    try:
        return store.key(client_id)
    except KeyNotFoundError:
        return None
