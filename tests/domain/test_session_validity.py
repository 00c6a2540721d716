"""The rule for the session validity interval."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.session_validity import (
    MAX_SESSION_SECONDS,
    MIN_SESSION_SECONDS,
    DurationPart,
    ValidityProblem,
    parse_session_validity,
    split_duration,
)

SEPARATORS = [",", ".", "'", "’", " ", "\u00a0", "\u202f"]
seconds_within = st.integers(MIN_SESSION_SECONDS, MAX_SESSION_SECONDS)


def grouped(seconds: int, separator: str) -> str:
    return f"{seconds:,}".replace(",", separator)


@pytest.mark.parametrize("text", ["３６００", "３,６００", "٣٦٠٠"])
def test_digits_of_any_script_are_understood(text: str) -> None:
    assert parse_session_validity(text) == 3_600


@given(seconds_within, st.sampled_from(["", *SEPARATORS]), st.sampled_from(["", " ", "\t", "\n"]))
def test_seconds_are_understood_with_any_one_separator(seconds: int, separator: str, around: str) -> None:
    assert parse_session_validity(around + grouped(seconds, separator) + around) == seconds


@given(st.integers(1_000_000, MAX_SESSION_SECONDS), st.sampled_from(SEPARATORS), st.sampled_from(SEPARATORS))
def test_two_kinds_of_separator_are_not_understood(seconds: int, one: str, other: str) -> None:
    text = grouped(seconds, one)[::-1].replace(one, other, 1)[::-1]
    expected = seconds if one == other else ValidityProblem.NOT_WHOLE_SECONDS
    assert parse_session_validity(text) == expected


@given(st.integers(MAX_SESSION_SECONDS + 1))
def test_more_than_the_maximum_is_too_long(seconds: int) -> None:
    assert parse_session_validity(str(seconds)) is ValidityProblem.TOO_LONG


@given(st.integers(0, MIN_SESSION_SECONDS - 1))
def test_less_than_the_minimum_is_too_short(seconds: int) -> None:
    assert parse_session_validity(str(seconds)) is ValidityProblem.TOO_SHORT


@given(st.text())
def test_only_plain_or_grouped_digits_are_parsed(text: str) -> None:
    found = parse_session_validity(text)
    if isinstance(found, int):
        assert MIN_SESSION_SECONDS <= found <= MAX_SESSION_SECONDS
        assert re.fullmatch(r"[\d,.'’ \u00a0\u202f]+", text.strip())


@pytest.mark.parametrize(
    "text",
    ["3600.5", "3,60", "1,23,456", "3600,", ",360", "-3600", "+3600", "1e3", "0x100", "1h", "3 600 s", "3_600"],
)
def test_other_texts_are_not_a_number_of_seconds(text: str) -> None:
    assert parse_session_validity(text) is ValidityProblem.NOT_WHOLE_SECONDS


@pytest.mark.parametrize("text", ["86,400", "86.400", "86 400", "86400", "086400"])
def test_usual_ways_to_write_a_day_are_understood(text: str) -> None:
    assert parse_session_validity(text) == 86_400


@pytest.mark.parametrize(("text", "seconds"), [("30", 30), ("999,999,999", MAX_SESSION_SECONDS)])
def test_the_limits_are_allowed(text: str, seconds: int) -> None:
    assert parse_session_validity(text) == seconds


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_text_is_empty(text: str) -> None:
    assert parse_session_validity(text) is ValidityProblem.EMPTY


def test_leading_zeros_are_ignored() -> None:
    assert parse_session_validity("0" * 20 + "86400") == 86_400


def test_the_limit_of_a_policy_is_allowed() -> None:
    assert parse_session_validity("3600", max_seconds=3_600) == 3_600
    assert parse_session_validity("3601", max_seconds=3_600) is ValidityProblem.TOO_LONG


def test_ten_million_digits_are_rejected_quickly() -> None:
    assert parse_session_validity("9" * 10_000_000) is ValidityProblem.TOO_LONG


@given(seconds_within)
def test_the_parts_of_a_duration_add_up(seconds: int) -> None:
    lengths = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
    parts = split_duration(seconds)
    assert sum(number * lengths[unit] for number, unit in parts) == seconds
    assert all(number > 0 for number, _ in parts)


def test_a_duration_has_only_the_parts_that_it_needs() -> None:
    assert split_duration(90_000) == [DurationPart(1, "day"), DurationPart(1, "hour")]
