"""The wait before the next attempt to unlock a vault, and the ways to unlock it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.unlocking import MAX_WAIT_SECONDS, WaysToUnlock, WrongAttempts

LAST = datetime(2026, 11, 25, 9, 12, tzinfo=UTC)


def seconds(number: int, passed: float = 0) -> float:
    """Return the rest of the wait, `passed` seconds after the last of `number` wrong attempts."""
    return WrongAttempts(number, LAST).seconds_to_wait(LAST + timedelta(seconds=passed))


@pytest.mark.parametrize(
    ("number", "wait"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 30), (9, 30), (1_000, 30)]
)
def test_after_two_attempts_each_one_doubles_the_wait(number: int, wait: int) -> None:
    assert seconds(number) == wait


def test_without_wrong_attempts_there_is_no_wait() -> None:
    assert WrongAttempts(0, None).seconds_to_wait(LAST) == 0


def test_the_wait_passes() -> None:
    assert seconds(6, passed=3) == 5
    assert seconds(6, passed=8) == 0
    assert seconds(6, passed=10**6) == 0


@given(st.integers(1, 10**9), st.floats(-1e9, 1e9))
def test_no_clock_makes_the_wait_longer_than_30_seconds(number: int, passed: float) -> None:
    assert 0 <= seconds(number, passed) <= MAX_WAIT_SECONDS == 30


@given(st.integers(1, 100), st.floats(-100, 100), st.floats(0, 100))
def test_the_wait_grows_with_attempts_and_shrinks_with_time(number: int, passed: float, later: float) -> None:
    assert seconds(number + 1, passed) >= seconds(number, passed) >= seconds(number, passed + later)


@pytest.mark.parametrize(
    ("this_account", "passphrase", "asks"), [(None, LAST, True), (LAST, LAST, False), (LAST, None, False)]
)
def test_the_passphrase_is_asked_for_only_without_the_account(
    this_account: datetime | None, passphrase: datetime | None, asks: bool
) -> None:
    assert WaysToUnlock(this_account, passphrase, recovery_key=LAST).asks_for_passphrase is asks
