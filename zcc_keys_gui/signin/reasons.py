"""Why a sign-in was refused: worked out after the answer, which is the same for all, and told to the owner alone."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from zcc_keys_gui.domain.client_secret import PREFIX, ClientSecret, is_well_formed, verifier_of
from zcc_keys_gui.signin.key_reader import KeyReader

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHOWN = 8  # characters of a client ID that no key has: it could be a secret that was put into the wrong field


class Look(NamedTuple):
    """What a secret looks like, and its verifier: enough to tell what is wrong with it, and not the secret."""

    verifier: bytes
    is_ours: bool
    """Whether it begins as our secrets do."""
    is_well_formed: bool
    has_spaces: bool
    """Whether there are spaces or line breaks around it."""
    trimmed_verifier: bytes
    """Of the secret without those."""


class Refusal(NamedTuple):
    """What may be kept of a refused sign-in."""

    client_id: str
    name: str
    reason: str


def look_at(secret: ClientSecret) -> Look:
    """Return what a secret looks like."""
    text = secret.reveal()
    trimmed = text.strip()
    return Look(
        verifier_of(secret),
        trimmed.startswith(PREFIX),
        is_well_formed(trimmed),
        trimmed != text,
        verifier_of(ClientSecret(trimmed)),
    )


def why_refused(reader: KeyReader, client_id: str, look: Look) -> Refusal:
    """Return why these were refused. Raises `VaultError`."""
    key = reader.find(client_id) if _UUID.fullmatch(client_id) else None
    if key is not None:
        reasons = [] if key.is_enabled else ["Disabled key"]
        if look.verifier not in (key.verifier, key.replaced_verifier) or key.is_enabled:
            reasons.append(_what_is_wrong(reader, client_id, look))
        return Refusal(client_id, key.name, ". ".join(reasons))
    if client_id.strip().startswith(PREFIX):
        return Refusal("", "", "The client secret was sent as apiKey: swapped?")
    if client_id != client_id.strip().lower() and reader.find(client_id.strip().lower()) is not None:
        return Refusal(shown(client_id), "", "Client ID in capitals, or with spaces around it")
    gone = reader.deleted(client_id) if _UUID.fullmatch(client_id) else None
    if gone is not None:
        name, when = gone
        return Refusal(client_id, name, f"Deleted key: {name} was deleted {day_words(when)}")
    return Refusal(
        shown(client_id), "", "Unknown client ID" if _UUID.fullmatch(client_id) else "The apiKey is no client ID"
    )


def shown(client_id: str) -> str:
    """Return as much of a client ID that no key has as may be kept."""
    return f"{client_id[:_SHOWN]}…" if _UUID.fullmatch(client_id) else ""


def day_words(when: datetime) -> str:
    """Return the day of a time in local time, such as `on Tuesday, 24 Nov 2026`."""
    local = when.astimezone()
    return f"on {_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"


def time_words(when: float) -> str:
    """Return a time, in seconds since 1970, in local time, such as `14:30 on Tuesday, 24 Nov 2026`."""
    local = datetime.fromtimestamp(when, UTC).astimezone()
    return f"{local:%H:%M} {day_words(local)}"


# Not strftime's, which are in the language of whoever set the process's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _what_is_wrong(reader: KeyReader, client_id: str, look: Look) -> str:
    replaced = reader.replaced(client_id, look.verifier)
    if replaced is not None:
        return f"Wrong secret: it is the one replaced {day_words(replaced)}"
    owner = reader.owner(look.verifier)
    if owner is not None:
        return f"Wrong secret: it is the one of {owner}"
    if look.has_spaces and reader.owner(look.trimmed_verifier) is not None:
        return "Spaces or line breaks around the secret"
    if not look.is_ours:
        return f"Not a client secret of this program: those begin with {PREFIX}"
    if not look.is_well_formed:
        return "Checksum wrong: cut off when pasted?"
    return "Wrong secret: no key of this vault has it"
