"""Failures that the sign-in service can be told to answer with, so that scripts meet them before a tenant does it."""

from dataclasses import dataclass
from enum import StrEnum

SLOW_SECONDS = 10
"""How long a slow answer takes."""
MAX_CALLS = 1_000


class Failure(StrEnum):
    """What the next calls are answered with."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    SLOW = "slow"
    EXPIRED_TOKEN = "expired"
    """Signing in succeeds, but with a token that has expired already."""


@dataclass(frozen=True)
class SimulatedFailures:
    """What is rehearsed. Nothing of it outlives the service."""

    failure: Failure | None = None
    calls: int = 0
    """How many calls are answered so, 1 to `MOST_CALLS`."""
    limits_calls: bool = False
    """Whether the documented rate limits hold."""

    @property
    def is_on(self) -> bool:
        """Whether anything is rehearsed."""
        return self.failure is not None or self.limits_calls
