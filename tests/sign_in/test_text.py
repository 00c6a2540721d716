"""The sentences of the sign-in service, and its English dates."""

import string
from datetime import datetime

import pytest

from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.text import format_day, format_time

WHEN = datetime(2026, 11, 24, 12, 30).astimezone()
SENTENCES = {name: value for name, value in vars(text).items() if name.isupper() and isinstance(value, str)}


@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_is_complete(name: str) -> None:
    assert SENTENCES[name][0].isupper()
    assert SENTENCES[name].endswith(".")
    fields = [field for _, field, _, _ in string.Formatter().parse(SENTENCES[name]) if field is not None]
    assert all(field.isidentifier() for field in fields)


def test_no_two_sentences_are_the_same() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_days_and_times_are_english_and_local() -> None:
    assert format_day(WHEN) == "Tuesday, 24 Nov 2026"
    assert format_time(WHEN.timestamp()) == "12:30 on Tuesday, 24 Nov 2026"


def test_every_weekday_and_month_has_its_english_name() -> None:
    for day, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), 23):
        assert format_day(datetime(2026, 11, day, 12).astimezone()) == f"{name}, {day} Nov 2026"
    for month, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    ):
        assert format_day(datetime(2026, month, 1, 12).astimezone()).endswith(f", 1 {name} 2026")
