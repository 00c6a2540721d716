"""What is said of a client secret that does not sign in."""

from datetime import datetime

from zcc_keys_gui.service.secret_reasons import day_words, deleted_words, replaced_words, time_words

WHEN = datetime(2026, 11, 24, 12, 30).astimezone()


def test_days_and_times_are_english_and_local() -> None:
    assert day_words(WHEN) == "on Tuesday, 24 Nov 2026"
    assert time_words(WHEN.timestamp()) == "12:30 on Tuesday, 24 Nov 2026"
    assert replaced_words(WHEN) == "replaced on Tuesday, 24 Nov 2026"
    assert deleted_words("ProdSync", WHEN) == "ProdSync was deleted on Tuesday, 24 Nov 2026"
