"""What the sign-in service on this computer tells of each call: who, with what, and why it was answered so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import Role

LOG_LIMIT = 20_000
"""Rows of the sign-in log that are kept; the oldest are deleted."""


class Outcome(StrEnum):
    """How a call ended."""

    SIGNED_IN = "Signed in"
    REFUSED = "Refused"
    CALL_REFUSED = "Call refused"
    """A call whose token does not hold or is missing, or any call that may come from elsewhere than this computer."""
    REHEARSED = "Rehearsed"
    """Answered with a failure that a person had ordered."""


@dataclass(frozen=True)
class SignIn:
    """One row of the sign-in log; it holds no secret."""

    when: datetime
    """In UTC; of equal calls that are one row, the last."""
    client_id: str
    """As far as it may be kept: of one that no key has or had, the first characters alone; it could be a secret."""
    name: str
    """The key's name; empty where there is no such key."""
    client: str
    """The program that called, as it calls itself."""
    outcome: Outcome
    reason: str
    """Why, in words; empty where there is nothing to say."""
    times: int = 1
    """How many equal calls this row stands for."""


class FormerSecret(NamedTuple):
    """A client secret that was replaced, or is gone with its key."""

    client_id: str
    replaced: datetime
    """When it was, in UTC."""
    works_until: datetime | None
    """Until when it works beside the new one, in UTC; None: it does not."""


@dataclass(frozen=True)
class SignInQuery:
    """Rows of the sign-in log in which any column contains `text`, whatever the case of A to Z; the newest first."""

    text: str = ""
    outcome: Outcome | None = None


class FoundKey(NamedTuple):
    """A key as signing in and its tokens need it."""

    name: str
    is_enabled: bool
    role: Role
    session_validity: int
    """Seconds."""
    session: int
    """Names all tokens of the key that hold, 64 bits with a sign; another number stops them."""
    verifier: bytes
    """32 bytes; see `domain.client_secret`."""
    replaced_verifier: bytes
    """32 bytes, or none: of the secret that was replaced last, where it works for a while beside the new one."""
    replaced_until: float
    """Until when it does, in seconds since 1970, UTC."""
