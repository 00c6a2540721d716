"""Rehearsed failures, where the running service would make a test wait."""

import asyncio
from typing import Any

import pytest

from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures
from zcc_keys_gui.sign_in import simulated_failures
from zcc_keys_gui.sign_in.call import Call
from zcc_keys_gui.sign_in.rate_limits import RateLimits
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator


def test_a_slow_answer_is_the_usual_one_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_failures, "SLOW_ANSWER_SECONDS", 0.2)
    left: list[SimulatedFailures] = []
    ordered = FailureSimulator(SimulatedFailures(), left.append)
    ordered.order(SimulatedFailures(Failure.SLOW, 1))

    slowed = a_call()

    async def call() -> tuple[bool, float]:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        return await ordered.answers(slowed), loop.time() - begun

    answered, seconds = asyncio.run(call())
    assert not answered
    assert seconds > 0.19  # clocks differ by a tick
    assert left == [SimulatedFailures(Failure.SLOW, 1), SimulatedFailures()]
    assert slowed.request.remark == "Simulated: answered after 0.2 seconds"


def a_call() -> Call:
    async def never(*_: Any) -> Any:
        raise AssertionError("nothing is read or answered")

    path = "/papi/public/v1/getDevices"
    return Call({"method": "GET", "path": path, "raw_path": path.encode(), "headers": []}, never, never)


def test_calls_of_the_last_hour_and_downloads_of_the_last_day_count() -> None:
    limits = RateLimits()
    assert all(limits.count("/papi/public/v1/getDevices", float(second)).allowed for second in range(100))
    late = limits.count("/papi/public/v1/getDevices", 100.0)
    assert (late.allowed, late.retry_after) == (False, 3_501)
    assert limits.count("/papi/public/v1/getDevices", 3_600.0).allowed
    downloads = [limits.count("/zcc/papi/public/v1/downloadDevices", 10_000.0 + each) for each in range(4)]
    assert [each.allowed for each in downloads] == [True, True, True, False]
    assert downloads[-1].retry_after == 86_398
    assert limits.count("/papi/public/v1/downloadServiceStatus", 10_005.0).allowed


def test_each_answer_says_how_many_calls_may_follow_and_rejected_calls_do_not_count() -> None:
    limits = RateLimits()
    devices, download = "/papi/public/v1/getDevices", "/papi/public/v1/downloadDevices"
    assert limits.count(devices, 0.0) == (True, 99, 0)
    assert [limits.count(download, 1.0 + each) for each in range(3)] == [(True, 2, 0), (True, 1, 0), (True, 0, 0)]
    assert limits.count(devices, 4.0) == (True, 95, 0)
    assert limits.count(download, 4.0) == (False, 0, 86_398)
    assert limits.count(devices, 5.0) == (True, 94, 0)
    assert limits.count(devices, 3_600.0) == (True, 94, 0)  # the first call is an hour old
    assert limits.count(download, 86_400.75) == (False, 0, 1)
    assert limits.count(download, 86_401.0) == (True, 0, 0)
    assert limits.count(download, 86_401.5) == (False, 0, 1)


def test_downloads_of_devices_and_of_their_service_status_count_by_themselves() -> None:
    limits = RateLimits()
    for path in ("/papi/public/v1/downloadDevices", "/zcc/papi/public/v1/downloadServiceStatus"):
        assert [limits.count(path, float(second)).allowed for second in range(4)] == [True, True, True, False]
