"""Slows wrong sign-ins down, all of them together, however many connections they come by; right ones never wait."""

_UNHURRIED = 20  # wrong ones are answered at once,
_A_SECOND = 250  # and after that so many a second; the longest wait is what as many connections make of it


class Pacing:
    """Says how long the answer to a wrong sign-in waits."""

    def __init__(self) -> None:
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Return how many seconds the answer to one more wrong sign-in waits; `now` in seconds of one clock."""
        self._next = max(self._next, now - _UNHURRIED / _A_SECOND) + 1 / _A_SECOND
        return max(0.0, self._next - now)
