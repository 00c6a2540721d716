"""Answers the next calls with the failure that the user asked for."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from zcc_keys_gui.domain.sign_in import SLOW_ANSWER_SECONDS, Failure, Outcome, SimulatedFailures
from zcc_keys_gui.sign_in.call import Call
from zcc_keys_gui.sign_in.rate_limits import RateLimits
from zcc_keys_gui.sign_in.sign_in_log import CallResult

_MESSAGES = {
    Failure.UNAUTHORIZED: (401, "Rehearsed: unauthorized."),
    Failure.FORBIDDEN: (403, "Rehearsed: forbidden."),
    Failure.TOO_MANY: (429, "Rehearsed: too many requests."),
    Failure.SERVER_ERROR: (500, "Rehearsed: internal server error."),
}
_RETRY_AFTER = 60  # seconds, where none is to be waited for in earnest


class FailureSimulator:
    """What is rehearsed now. Used in the server's thread."""

    def __init__(self, ordered: SimulatedFailures, tell: Callable[[SimulatedFailures], None]) -> None:
        """Simulate what is `ordered`, and `tell` what is left to simulate after each call."""
        self._tell = tell
        self._ordered = ordered
        self._limits = RateLimits()

    def order(self, ordered: SimulatedFailures) -> None:
        """Rehearse this from now on; the rate limits begin to count anew where they are switched on."""
        if ordered.limits_calls and not self._ordered.limits_calls:
            self._limits = RateLimits()
        self._ordered = ordered
        self._tell(ordered)

    def expires_next_token(self) -> bool:
        """Say whether the next token has to be one that has expired, and count it."""
        if self._ordered.failure is not Failure.EXPIRED_TOKEN:
            return False
        self._count()
        return True

    async def answers(self, call: Call) -> bool:
        """Answer a call as ordered, and say so; else let it go on, later where it has to be slow."""
        if self._ordered.limits_calls and await self._limits_call(call):
            return True
        failure = self._ordered.failure
        if failure is None or failure is Failure.EXPIRED_TOKEN:
            return False
        self._count()
        if failure is Failure.SLOW:
            call.remark = f"Simulated: answered after {SLOW_ANSWER_SECONDS} seconds"
            await asyncio.sleep(SLOW_ANSWER_SECONDS)
            return False
        status, message = _MESSAGES[failure]
        headers = _limit_headers(0, _RETRY_AFTER) if failure is Failure.TOO_MANY else ()
        await call.reject(status, message, headers=headers)
        call.told = CallResult(Outcome.SIMULATED, f"Answered {status}")
        return True

    async def _limits_call(self, call: Call) -> bool:
        verdict = self._limits.count(call.path, time.monotonic())
        if verdict.allowed:
            # Of a success that says 0, the Python SDK repeats the request three times; so that one says nothing.
            call.limits = _limit_headers(verdict.remaining, 0) if verdict.remaining else ()
            return False
        headers = _limit_headers(0, verdict.retry_after)
        await call.reject(429, "Too many requests: rate limit reached.", headers=headers)
        call.told = CallResult(Outcome.SIMULATED, f"Rate limit: 429 for {verdict.retry_after} seconds")
        return True

    def _count(self) -> None:
        left = self._ordered.calls - 1
        self._ordered = (
            replace(self._ordered, calls=left) if left else SimulatedFailures(limits_calls=self._ordered.limits_calls)
        )
        self._tell(self._ordered)


def _limit_headers(remaining: int, retry_after: int) -> tuple[tuple[bytes, bytes], ...]:
    headers = [(b"x-rate-limit-remaining", b"%d" % remaining)]
    if retry_after:
        headers.append((b"x-rate-limit-retry-after-seconds", b"%d" % retry_after))
    return tuple(headers)
