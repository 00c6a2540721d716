"""Checking a client secret: which key it belongs to, or why it belongs to none."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from zcc_keys_gui.domain.api_key import ApiKey, Status, is_client_id
from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, first_in, is_well_formed, verifier_of
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.pasted_text import trimmed, without_gaps
from zcc_keys_gui.service.secret_reasons import has_invisible
from zcc_keys_gui.service.store import Store


class SecretMatch(Enum):
    """What a text that was pasted for a client secret is."""

    PRESENT = auto()
    """The client secret of a key."""
    OLD = auto()
    """The one before, which works for a while beside it."""
    REPLACED = auto()
    """One of a key, but it works no more."""
    DELETED = auto()
    """One of a key that was deleted."""
    UNKNOWN = auto()
    """Whole, but no key has it."""
    CHECKSUM_WRONG = auto()
    """It begins as a client secret, but is none: cut off, or too long, or changed."""
    CLIENT_ID = auto()
    NOT_OURS = auto()


class More(Enum):
    """What is in the text beside the secret, with which it is refused."""

    NOTHING = auto()
    AROUND = auto()
    """Spaces, line breaks, quotes or invisible characters around it."""
    TEXT = auto()
    """Other text around it."""
    WITHIN = auto()
    """The same within it."""


@dataclass(frozen=True)
class SecretCheck:
    """What was found out; it holds nothing of the secret."""

    verdict: SecretMatch
    key: ApiKey | None = None
    """The key whose it is, or was; or the one with the client ID."""
    deleted: str = ""
    """The name of the key that was deleted; empty where that is not known."""
    when: datetime | None = None
    """Of an old one, until when it works; else when it was replaced, or its key deleted. In UTC."""
    more: More = More.NOTHING
    has_invisible: bool = False
    """Whether some of that can't be seen, and is neither a space nor a line break."""
    length: int = 0
    """How many characters it has, without what is around it."""

    @property
    def signs_in(self) -> bool:
        """Whether the sign-in service accepts it, with its key's client ID and exactly as it was pasted."""
        return (
            self.verdict in (SecretMatch.PRESENT, SecretMatch.OLD)
            and self.more is More.NOTHING
            and self.key is not None
            and self.key.fields.status is Status.ENABLED
        )


def check_secret(store: Store, secret: ClientSecret, now: datetime) -> SecretCheck | None:
    """Return what a text is that somebody takes for a client secret; None where it is empty. Raises `VaultError`."""
    text = secret.reveal()
    meant = trimmed(text)
    if not meant:
        return None
    in_one = without_gaps(meant)
    for more, each in (
        (More.NOTHING, text),
        (More.AROUND, meant),
        (More.TEXT, first_in(meant)),
        (More.WITHIN, in_one),
    ):
        if is_well_formed(each):
            found = _whose(store, verifier_of(ClientSecret(each)), now)
            return replace(found, more=more, has_invisible=has_invisible(text))
    if is_client_id(meant.lower()):
        return SecretCheck(SecretMatch.CLIENT_ID, key=_key(store, meant.lower()))
    return SecretCheck(
        SecretMatch.CHECKSUM_WRONG if meant.startswith(PREFIX) else SecretMatch.NOT_OURS, length=len(in_one)
    )


def _whose(store: Store, verifier: bytes, now: datetime) -> SecretCheck:
    key = store.key_with_secret(verifier)
    if key is not None:
        return SecretCheck(SecretMatch.PRESENT, key)
    former = store.former_secret(verifier)
    if former is None:
        return SecretCheck(SecretMatch.UNKNOWN)
    key = _key(store, former.client_id)
    if key is None:
        name, when = store.deleted_key(former.client_id) or ("", former.replaced)
        return SecretCheck(SecretMatch.DELETED, deleted=name, when=when)
    if former.works_until is not None and former.works_until > now:
        return SecretCheck(SecretMatch.OLD, key, when=former.works_until)
    return SecretCheck(SecretMatch.REPLACED, key, when=former.replaced)


def _key(store: Store, client_id: str) -> ApiKey | None:
    try:
        return store.key(client_id)
    except KeyNotFoundError:
        return None
