"""Answers the next calls with the failure that the user asked for."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from zcc_keys_gui.domain.sign_in import SLOW_ANSWER_SECONDS, Failure, Outcome, SimulatedFailures
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.http.call import Call
from zcc_keys_gui.sign_in.log_entry import CallResult
from zcc_keys_gui.sign_in.rate_limits import RateLimits

_ANSWERS = {
    Failure.UNAUTHORIZED: (401, text.SIMULATED_UNAUTHORIZED),
    Failure.FORBIDDEN: (403, text.SIMULATED_FORBIDDEN),
    Failure.TOO_MANY: (429, text.SIMULATED_TOO_MANY_REQUESTS),
    Failure.SERVER_ERROR: (500, text.SIMULATED_SERVER_ERROR),
}
_RETRY_AFTER_SECONDS = 60  # for a failure that does not depend on time


class FailureSimulator:
    """A simulator of failures. It is used only in the server's thread."""

    def __init__(self, failures: SimulatedFailures, report: Callable[[SimulatedFailures], None]) -> None:
        """Simulate `failures`. After each call, `report` gets the failures that remain."""
        self._report = report
        self._failures = failures
        self._limits = RateLimits()

    def set_failures(self, failures: SimulatedFailures) -> None:
        """Simulate these failures from now on. Switching the rate limits on resets their counts."""
        if failures.limits_calls and not self._failures.limits_calls:
            self._limits = RateLimits()
        self._failures = failures
        self._report(failures)

    def expires_next_token(self) -> bool:
        """Return whether the next access token must already have expired, and count it."""
        if self._failures.failure is not Failure.EXPIRED_TOKEN:
            return False
        self._count_call()
        return True

    async def handle(self, call: Call) -> bool:
        """Answer or delay a call if a failure is to be simulated; return whether it was answered."""
        if self._failures.limits_calls and await self._limit(call):
            return True
        failure = self._failures.failure
        if failure is None or failure is Failure.EXPIRED_TOKEN:
            return False
        self._count_call()
        if failure is Failure.SLOW:
            call.remark = text.DELAYED.format(seconds=SLOW_ANSWER_SECONDS)
            await asyncio.sleep(SLOW_ANSWER_SECONDS)
            return False
        status, message = _ANSWERS[failure]
        headers = _make_limit_headers(0, _RETRY_AFTER_SECONDS) if failure is Failure.TOO_MANY else ()
        await call.reject(status, message, headers=headers)
        call.result = CallResult(Outcome.SIMULATED, text.ANSWERED_FAILURE.format(status=status))
        return True

    async def _limit(self, call: Call) -> bool:
        """Count a call, and answer it if a rate limit is reached; return whether it was answered."""
        decision = self._limits.count(call.path, time.monotonic())
        if decision.allowed:
            # Without a header for 0, because the Python SDK would repeat a successful request with it three times.
            call.rate_limit_headers = _make_limit_headers(decision.remaining, 0) if decision.remaining else ()
            return False
        await call.reject(429, text.RATE_LIMIT_REACHED, headers=_make_limit_headers(0, decision.retry_after_seconds))
        reason = text.ANSWERED_RATE_LIMIT.format(seconds=decision.retry_after_seconds)
        call.result = CallResult(Outcome.SIMULATED, reason)
        return True

    def _count_call(self) -> None:
        left = self._failures.calls - 1
        limits_calls = self._failures.limits_calls
        self._failures = replace(self._failures, calls=left) if left else SimulatedFailures(limits_calls=limits_calls)
        self._report(self._failures)


def _make_limit_headers(remaining: int, retry_after_seconds: int) -> tuple[tuple[bytes, bytes], ...]:
    headers = [(b"x-rate-limit-remaining", b"%d" % remaining)]
    if retry_after_seconds:
        headers.append((b"x-rate-limit-retry-after-seconds", b"%d" % retry_after_seconds))
    return tuple(headers)
