"""The rate limits that the vendor documents (Understanding Rate Limiting): calls from one address."""

from collections import deque
from typing import NamedTuple

_HOUR, _DAY = 3_600.0, 86_400.0
_CALLS_AN_HOUR = 100
_DOWNLOADS_A_DAY = 3
_DOWNLOADS = ("/downloadDevices", "/downloadServiceStatus")


class RateLimitDecision(NamedTuple):
    """Whether a call may go on, and what the headers say."""

    allowed: bool
    remaining: int
    """How many more calls may follow."""
    retry_after: int
    """Seconds until one more may; 0 where it may now."""


class RateLimits:
    """Counts calls. All come from this computer, so that there is one address."""

    def __init__(self) -> None:
        self._calls = _Window(_CALLS_AN_HOUR, _HOUR)
        self._downloads = {path: _Window(_DOWNLOADS_A_DAY, _DAY) for path in _DOWNLOADS}

    def count(self, path: str, now: float) -> RateLimitDecision:
        """Count a call to `path` at `now`, in seconds of any clock that does not go back."""
        windows = [self._calls, *(window for end, window in self._downloads.items() if path.endswith(end))]
        retry_after = max(window.wait(now) for window in windows)
        if retry_after:
            return RateLimitDecision(allowed=False, remaining=0, retry_after=retry_after)
        for window in windows:
            window.add(now)
        return RateLimitDecision(allowed=True, remaining=min(window.remaining for window in windows), retry_after=0)


class _Window:
    """So many calls within so many seconds, wherever those begin."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._times: deque[float] = deque()

    @property
    def remaining(self) -> int:
        return self._most - len(self._times)

    def wait(self, now: float) -> int:
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return 0 if self.remaining else int(self._times[0] + self._seconds - now) + 1

    def add(self, now: float) -> None:
        self._times.append(now)
