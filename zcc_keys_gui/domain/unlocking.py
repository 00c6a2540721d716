"""The ways to unlock a vault, and the wait after wrong passphrases and recovery keys."""

from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple

MAX_WAIT_SECONDS = 30
_ATTEMPTS_WITHOUT_WAIT = 2  # anyone can mistype


class UnlockMethod(Enum):
    """A way in which a vault was unlocked."""

    THIS_ACCOUNT = auto()
    PASSPHRASE = auto()
    RECOVERY_KEY = auto()


class WaysToUnlock(NamedTuple):
    """When each protector of a vault was made, in UTC; None if there is no such protector."""

    this_account: datetime | None
    passphrase: datetime | None
    recovery_key: datetime | None

    @property
    def asks_for_passphrase(self) -> bool:
        """Whether each start asks for the passphrase. Otherwise locking the vault would protect nothing."""
        return self.this_account is None and self.passphrase is not None


class WrongAttempts(NamedTuple):
    """The wrong attempts since the vault was last opened."""

    number: int
    last: datetime | None
    """When the last one was made, in UTC."""

    def seconds_to_wait(self, now: datetime) -> float:
        """Return how long the next attempt has to wait: 0 twice, then 1, 2, 4 and so on up to 30 seconds.

        If the clock was set back, the wait is never longer than that.
        """
        if self.last is None or self.number <= _ATTEMPTS_WITHOUT_WAIT:
            return 0.0
        wait = min(2.0 ** min(self.number - _ATTEMPTS_WITHOUT_WAIT - 1, 10), MAX_WAIT_SECONDS)
        passed = (now - self.last).total_seconds()
        return min(max(wait - passed, 0.0), wait)
