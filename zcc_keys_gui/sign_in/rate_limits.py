"""The rate limits that the vendor documents for one address (Understanding Rate Limiting)."""

from collections import deque
from typing import NamedTuple

_HOUR_SECONDS, _DAY_SECONDS = 3_600.0, 86_400.0
_MAX_CALLS_PER_HOUR = 100
_MAX_DOWNLOADS_PER_DAY = 3
_DOWNLOADS = ("/downloadDevices", "/downloadServiceStatus")


class RateLimitDecision(NamedTuple):
    """Whether a call is allowed, and the numbers for the headers of its answer."""

    allowed: bool
    remaining: int
    """How many more calls are allowed."""
    retry_after_seconds: int
    """Seconds until the next call is allowed; 0 if it is allowed now."""


class RateLimits:
    """The limits on the number of calls. All calls come from this computer, so they count as those of one address."""

    def __init__(self) -> None:
        self._calls = _Window(_MAX_CALLS_PER_HOUR, _HOUR_SECONDS)
        self._downloads = {path: _Window(_MAX_DOWNLOADS_PER_DAY, _DAY_SECONDS) for path in _DOWNLOADS}

    def count(self, path: str, now: float) -> RateLimitDecision:
        """Count a call to `path` at `now`, in seconds of any clock that never goes back."""
        windows = [self._calls, *(window for end, window in self._downloads.items() if path.endswith(end))]
        retry_after_seconds = max(window.seconds_to_wait(now) for window in windows)
        if retry_after_seconds:
            return RateLimitDecision(allowed=False, remaining=0, retry_after_seconds=retry_after_seconds)
        for window in windows:
            window.add(now)
        return RateLimitDecision(
            allowed=True, remaining=min(window.remaining for window in windows), retry_after_seconds=0
        )


class _Window:
    """A sliding window of time with a maximum number of calls."""

    def __init__(self, max_calls: int, seconds: float) -> None:
        self._max_calls = max_calls
        self._seconds = seconds
        self._times: deque[float] = deque()

    @property
    def remaining(self) -> int:
        return self._max_calls - len(self._times)

    def seconds_to_wait(self, now: float) -> int:
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        return 0 if self.remaining else int(self._times[0] + self._seconds - now) + 1

    def add(self, now: float) -> None:
        self._times.append(now)
