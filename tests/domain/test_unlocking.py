"""How long the next attempt to open a vault has to wait."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.unlocking import MAX_WAIT_SECONDS, WrongAttempts

LAST = datetime(2026, 11, 25, 9, 12, tzinfo=UTC)


def seconds(number: int, passed: float = 0) -> float:
    """Return the wait that is left so many seconds after the last of so many wrong attempts."""
    return WrongAttempts(number, LAST).seconds_to_wait(LAST + timedelta(seconds=passed))


@pytest.mark.parametrize(
    ("number", "wait"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 30), (9, 30), (1_000, 30)]
)
def test_two_are_free_and_each_further_one_doubles_the_wait_up_to_half_a_minute(number: int, wait: int) -> None:
    assert seconds(number) == wait


def test_without_wrong_attempts_nothing_waits() -> None:
    assert WrongAttempts(0, None).seconds_to_wait(LAST) == 0


def test_the_wait_passes() -> None:
    assert seconds(6, passed=3) == 5
    assert seconds(6, passed=8) == 0
    assert seconds(6, passed=10**6) == 0


@given(st.integers(1, 10**9), st.floats(-1e9, 1e9))
def test_whatever_the_clock_says_no_wait_is_longer_than_half_a_minute(number: int, passed: float) -> None:
    assert 0 <= seconds(number, passed) <= MAX_WAIT_SECONDS == 30


@given(st.integers(1, 100), st.floats(-100, 100), st.floats(0, 100))
def test_more_attempts_never_wait_less_and_later_never_longer(number: int, passed: float, later: float) -> None:
    assert seconds(number + 1, passed) >= seconds(number, passed) >= seconds(number, passed + later)
