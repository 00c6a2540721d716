"""Slows wrong sign-ins down, all of them together, however many connections they come by; right ones never wait."""

_UNHURRIED = 20  # wrong ones are answered at once,
_A_SECOND = 250  # and after that so many a second
_LONGEST = 1.0  # seconds; with it, no more than there are connections are answered a second


class Pacing:
    """Says how long the answer to a wrong sign-in waits."""

    def __init__(self) -> None:
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Return how many seconds the answer to one more wrong sign-in waits; `now` in seconds of one clock."""
        turn = max(self._next, now - _UNHURRIED / _A_SECOND) + 1 / _A_SECOND
        self._next = min(turn, now + _LONGEST)
        return max(0.0, self._next - now)
