"""Numbers, durations, times, and names as the windows show them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path, PureWindowsPath

import pytest
from PySide6.QtCore import QLocale

from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.text import values

KEYS = values.Plural("{number} key was added to {vault}.", "{number} keys were added to {vault}.")


@pytest.mark.usefixtures("german")
def test_numbers_are_grouped_as_in_the_locale() -> None:
    assert values.format_number(999_999_999) == "999.999.999"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("locale", ["en_US", "de_DE", "de_CH", "fr_FR", "en_IN", "ar_EG", "fa_IR"])
def test_a_shown_interval_can_be_typed_in_any_locale(locale: str) -> None:
    QLocale.setDefault(QLocale(locale))
    for seconds in (30, 3_600, 86_400, 999_999_999):
        assert values.parse_typed_session_validity(f" {values.format_number(seconds)} ") == seconds
    for wrong in ("3600.5", "-30", "+60", "1e3", "3,6,00", "an hour"):
        assert values.parse_typed_session_validity(wrong) is ValidityProblem.NOT_WHOLE_SECONDS
    assert values.parse_typed_session_validity(values.format_number(29)) is ValidityProblem.TOO_SHORT


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "0 keys were added to A."),
        (1, "1 key was added to A."),
        (2, "2 keys were added to A."),
        (100_000, "100,000 keys were added to A."),
    ],
)
def test_a_plural_has_a_sentence_for_one_and_for_others(number: int, sentence: str) -> None:
    assert KEYS.of(number, vault="A") == sentence


@pytest.mark.usefixtures("english")
def test_a_time_of_today_has_no_date() -> None:
    now = datetime.now(UTC)
    assert values.format_time(now) == now.astimezone().strftime("today %H:%M")
    assert values.format_time(datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) == "2 Mar 2026"
    local = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC).astimezone()
    assert values.format_full_time(local) == local.strftime("%Y-%m-%d %H:%M:%S")
    assert "today" not in values.format_time(now - timedelta(days=2))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (61, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_601, "1 hour ago"),
        (2 * 3_600 + 5, "2 hours ago"),
        (86_399, "23 hours ago"),
    ],
)
def test_recent_times_are_relative(seconds: int, words: str) -> None:
    when = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert values.format_time_ago(when, when + timedelta(seconds=seconds)) == words


def test_older_and_future_times_are_absolute() -> None:
    now = datetime.now(UTC)
    for when in (now - timedelta(days=1, seconds=5), now + timedelta(hours=1)):  # a wrong clock can give a future time
        assert values.format_time_ago(when, now) == values.format_time(when)


def test_a_list_of_many_names_is_shortened() -> None:
    assert values.format_names(["A", "B"]) == "A, B"
    assert values.format_names([f"K{number}" for number in range(8)]) == "K0, K1, K2, K3, K4 and 3 more"


def test_unprintable_characters_are_shown_as_code_points() -> None:
    assert values.visible_character("-") == "-"
    assert values.visible_character("\u200b") == "U+200B"
    assert values.shortened_name("a\u200b" + "b" * 50) == "aU+200B" + "b" * 38 + "…"


def test_a_path_is_broken_only_after_its_separators() -> None:
    assert values.breakable_path(Path("a") / "b").replace("\u200b", "") == str(Path("a") / "b")
    assert values.breakable_path(PureWindowsPath(r"C:\Users\zoe")) == "C:\u2060\\\u200bUsers\\\u200bzoe"
