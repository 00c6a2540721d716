"""Wrong passphrases and recovery keys: each further one makes the next wait longer."""

from datetime import datetime
from typing import NamedTuple

LONGEST_WAIT = 30  # seconds
_FREE = 2  # typing errors of the owner


class WrongAttempts(NamedTuple):
    """How many there were since the vault was last opened."""

    number: int
    last: datetime | None
    """When the last one was, in UTC."""

    def seconds_to_wait(self, now: datetime) -> float:
        """Return how long the next attempt has to wait, 0 to 30 seconds: none, then 1, 2, 4 and so on.

        A clock that was set back makes nobody wait longer than the attempts do.
        """
        if self.last is None or self.number <= _FREE:
            return 0.0
        wait = min(2.0 ** min(self.number - _FREE - 1, 10), LONGEST_WAIT)
        passed = (now - self.last).total_seconds()
        return min(max(wait - passed, 0.0), wait)
