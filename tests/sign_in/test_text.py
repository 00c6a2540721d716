"""What is said of a client secret that does not sign in."""

from datetime import datetime

from zcc_keys_gui.sign_in.text import day_words, deleted_words, replaced_words, time_words

WHEN = datetime(2026, 11, 24, 12, 30).astimezone()


def test_days_and_times_are_english_and_local() -> None:
    assert day_words(WHEN) == "on Tuesday, 24 Nov 2026"
    assert time_words(WHEN.timestamp()) == "12:30 on Tuesday, 24 Nov 2026"
    assert replaced_words(WHEN) == "replaced on Tuesday, 24 Nov 2026"
    assert deleted_words("ProdSync", WHEN) == "ProdSync was deleted on Tuesday, 24 Nov 2026"


def test_every_weekday_and_month_has_its_english_name() -> None:
    for day, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), 23):
        assert day_words(datetime(2026, 11, day, 12).astimezone()) == f"on {name}, {day} Nov 2026"
    for month, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    ):
        assert day_words(datetime(2026, month, 1, 12).astimezone()).endswith(f", 1 {name} 2026")
