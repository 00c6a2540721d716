"""What the sign-in log keeps of each call that the sign-in service has answered."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from zcc_keys_gui.domain.api_key import Role

LOG_LIMIT = 20_000
"""Rows of the sign-in log that are kept of authenticated calls; the oldest are deleted."""
UNAUTHENTICATED_LIMIT = 2_000
"""Rows that are kept of all other calls. Any program can make those, so they never displace an authenticated call."""

RowT = TypeVar("RowT")


class Outcome(StrEnum):
    """How a call ended."""

    SIGNED_IN = "Signed in"
    SIGN_IN_REJECTED = "Sign-in rejected"
    CALL_ACCEPTED = "Call accepted"
    CALL_REJECTED = "Call rejected"
    SIMULATED = "Simulated"
    """Answered with a failure that the user asked for."""


@dataclass(frozen=True)
class SignIn:
    """One row of the sign-in log. It never contains a secret."""

    when: datetime
    """In UTC. If the row stands for several equal calls, the time of the last one."""
    client_id: str
    """Only the first characters if no key has or had this client ID, because it could be a secret."""
    name: str
    """The key's name; empty if no key is known."""
    client: str
    """The calling program, as it names itself."""
    outcome: Outcome
    reason: str
    """Why, in words; empty if there is nothing to say."""
    times: int = 1
    """How many equal calls this row stands for."""
    method: str = ""
    """The HTTP method; empty in rows of older versions, and if the request was too malformed to have one."""
    path: str = ""
    """The path without the query; empty in the same cases."""
    status: int = 0
    """The HTTP status of the answer; 0 in rows of older versions, and if the caller did not wait for the answer."""
    is_authenticated: bool = True
    """Whether the call had a valid client ID and client secret, or a valid access token. True in older rows."""


class FormerSecret(NamedTuple):
    """A client secret that was replaced, or is gone with its key."""

    client_id: str
    replaced: datetime
    """When it was, in UTC."""
    works_until: datetime | None
    """Until when it works beside the new one, in UTC; None: it does not."""


class NewestRows(Generic[RowT]):
    """Rows in the order in which they came, without the oldest beyond `LOG_LIMIT` and `UNAUTHENTICATED_LIMIT`."""

    def __init__(self) -> None:
        self._numbers = count()
        self._authenticated: deque[tuple[int, RowT]] = deque(maxlen=LOG_LIMIT)
        self._others: deque[tuple[int, RowT]] = deque(maxlen=UNAUTHENTICATED_LIMIT)

    def add(self, row: RowT, *, is_authenticated: bool) -> None:
        """Add a row; if its kind has reached its limit, the oldest row of that kind is dropped."""
        kind = self._authenticated if is_authenticated else self._others
        kind.append((next(self._numbers), row))

    def __iter__(self) -> Iterator[RowT]:
        return map(itemgetter(1), sorted([*self._authenticated, *self._others], key=itemgetter(0)))

    def __len__(self) -> int:
        return len(self._authenticated) + len(self._others)


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
