"""Simulated failures, without the running service, which would make a test wait."""

import asyncio
from typing import Any

import pytest

from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures
from zcc_keys_gui.sign_in import simulated_failures
from zcc_keys_gui.sign_in.http.call import Call
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator


def a_call() -> Call:
    async def fail(*_: Any) -> Any:
        raise AssertionError("the call must be neither read nor answered")

    path = "/papi/public/v1/getDevices"
    return Call({"method": "GET", "path": path, "raw_path": path.encode(), "headers": []}, fail, fail)


def test_a_slow_answer_is_the_usual_one_delayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_failures, "SLOW_ANSWER_SECONDS", 0.2)
    reported: list[SimulatedFailures] = []
    simulator = FailureSimulator(SimulatedFailures(), reported.append)
    simulator.set_failures(SimulatedFailures(Failure.SLOW, 1))

    delayed = a_call()

    async def handle() -> tuple[bool, float]:
        loop = asyncio.get_running_loop()
        started_at = loop.time()
        return await simulator.handle(delayed), loop.time() - started_at

    was_answered, seconds = asyncio.run(handle())
    assert not was_answered
    assert seconds > 0.19  # clocks differ slightly
    assert reported == [SimulatedFailures(Failure.SLOW, 1), SimulatedFailures()]
    assert delayed.request.remark == "The answer was delayed by 0.2 seconds."


def test_only_the_next_tokens_have_expired() -> None:
    reported: list[SimulatedFailures] = []
    simulator = FailureSimulator(SimulatedFailures(Failure.EXPIRED_TOKEN, 2), reported.append)
    assert [simulator.expires_next_token() for _ in range(3)] == [True, True, False]
    assert reported == [SimulatedFailures(Failure.EXPIRED_TOKEN, 1), SimulatedFailures()]


def test_the_rate_limits_stay_on_after_the_last_failure() -> None:
    reported: list[SimulatedFailures] = []
    simulator = FailureSimulator(SimulatedFailures(Failure.EXPIRED_TOKEN, 1, limits_calls=True), reported.append)
    assert simulator.expires_next_token()
    assert reported == [SimulatedFailures(limits_calls=True)]
