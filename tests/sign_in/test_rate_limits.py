"""The vendor's documented rate limits, with a clock that the test sets."""

from zcc_keys_gui.sign_in.rate_limits import RateLimits

DEVICES = "/papi/public/v1/getDevices"
DOWNLOAD = "/papi/public/v1/downloadDevices"


def test_the_last_hour_of_calls_and_day_of_downloads_count() -> None:
    limits = RateLimits()
    assert all(limits.count(DEVICES, float(second)).allowed for second in range(100))
    late = limits.count(DEVICES, 100.0)
    assert (late.allowed, late.retry_after_seconds) == (False, 3_501)
    assert limits.count(DEVICES, 3_600.0).allowed
    downloads = [limits.count(f"/zcc{DOWNLOAD}", 10_000.0 + each) for each in range(4)]
    assert [each.allowed for each in downloads] == [True, True, True, False]
    assert downloads[-1].retry_after_seconds == 86_398
    assert limits.count("/papi/public/v1/downloadServiceStatus", 10_005.0).allowed


def test_each_decision_has_the_remaining_calls() -> None:
    limits = RateLimits()
    assert limits.count(DEVICES, 0.0) == (True, 99, 0)
    assert [limits.count(DOWNLOAD, 1.0 + each) for each in range(3)] == [(True, 2, 0), (True, 1, 0), (True, 0, 0)]
    assert limits.count(DEVICES, 4.0) == (True, 95, 0)
    assert limits.count(DOWNLOAD, 4.0) == (False, 0, 86_398)
    assert limits.count(DEVICES, 5.0) == (True, 94, 0)  # rejected calls don't count
    assert limits.count(DEVICES, 3_600.0) == (True, 94, 0)  # the first call was an hour ago
    assert limits.count(DOWNLOAD, 86_400.75) == (False, 0, 1)
    assert limits.count(DOWNLOAD, 86_401.0) == (True, 0, 0)
    assert limits.count(DOWNLOAD, 86_401.5) == (False, 0, 1)


def test_the_two_kinds_of_downloads_count_separately() -> None:
    limits = RateLimits()
    for path in (DOWNLOAD, "/zcc/papi/public/v1/downloadServiceStatus"):
        assert [limits.count(path, float(second)).allowed for second in range(4)] == [True, True, True, False]
