"""The sign-in service: the rows of its log, the failures that it simulates, and the keys that it accepts."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from zcc_keys_gui.domain.api_key import Role

MAX_LOG_ROWS = 20_000
"""How many rows of authenticated calls the sign-in log keeps; older ones are deleted."""
MAX_UNAUTHENTICATED_ROWS = 2_000
"""How many rows of all other calls it keeps. Any program can make those, so they never displace authenticated calls."""
SLOW_ANSWER_SECONDS = 10
MAX_SIMULATED_CALLS = 1_000

RowT = TypeVar("RowT")


class Outcome(StrEnum):
    """How a call ended. The values are stored in vaults, so they never change."""

    SIGNED_IN = "Signed in"
    SIGN_IN_REJECTED = "Sign-in rejected"
    CALL_ACCEPTED = "Call accepted"
    CALL_REJECTED = "Call rejected"
    SIMULATED = "Simulated"
    """Answered with a failure that the user asked for."""


class SignIn(NamedTuple):
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
    """The cause in words; empty if there is nothing to say."""
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


class NewestRows(Generic[RowT]):
    """Rows in the order in which they were added, limited to the newest of each kind.

    There are up to `MAX_LOG_ROWS` rows of authenticated calls, and up to `MAX_UNAUTHENTICATED_ROWS` of others.
    """

    def __init__(self) -> None:
        self._numbers = count()
        self._authenticated: deque[tuple[int, RowT]] = deque(maxlen=MAX_LOG_ROWS)
        self._others: deque[tuple[int, RowT]] = deque(maxlen=MAX_UNAUTHENTICATED_ROWS)

    def add(self, row: RowT, *, is_authenticated: bool) -> None:
        """Add a row; if its kind has reached its limit, the oldest row of that kind is dropped."""
        kind = self._authenticated if is_authenticated else self._others
        kind.append((next(self._numbers), row))

    def __iter__(self) -> Iterator[RowT]:
        return map(itemgetter(1), sorted([*self._authenticated, *self._others], key=itemgetter(0)))

    def __len__(self) -> int:
        return len(self._authenticated) + len(self._others)


class SignInQuery(NamedTuple):
    """Rows of the sign-in log in which any column contains `text`, ignoring the case of A to Z; the newest first."""

    text: str = ""
    outcome: Outcome | None = None


class Failure(StrEnum):
    """A simulated answer to the next calls. Scripts can be tested with it before a tenant answers so."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    SLOW = "slow"
    EXPIRED_TOKEN = "expired"
    """Signing in succeeds, but the access token has already expired."""


@dataclass(frozen=True)
class SimulatedFailures:
    """The failures to simulate. They end with the sign-in service."""

    failure: Failure | None = None
    calls: int = 0
    """How many calls get this failure, 1 to `MAX_SIMULATED_CALLS`."""
    limits_calls: bool = False
    """Whether the documented rate limits apply."""

    @property
    def is_on(self) -> bool:
        """Whether anything is simulated."""
        return self.failure is not None or self.limits_calls


class FoundKey(NamedTuple):
    """The parts of a key that the sign-in service needs."""

    name: str
    is_enabled: bool
    role: Role
    session_validity: int
    """Seconds."""
    session: int
    """A signed 64-bit number in all valid access tokens of the key; changing it makes them invalid."""
    verifier: bytes
    """32 bytes; see `domain.client_secret`."""
    replaced_verifier: bytes
    """32 bytes: the verifier of the old secret if it has a grace period; otherwise empty."""
    replaced_until: float
    """The end of that grace period, in seconds since 1970, UTC."""


class FormerSecret(NamedTuple):
    """A client secret that was replaced, or deleted with its key."""

    client_id: str
    replaced: datetime
    """When it was replaced or deleted, in UTC."""
    works_until: datetime | None
    """The end of its grace period, in UTC; None if it has none."""
