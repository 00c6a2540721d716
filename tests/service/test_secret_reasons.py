"""What is said of a client secret that does not sign in."""

from datetime import datetime

import pytest

from zcc_keys_gui.service.secret_reasons import day_words, deleted_words, replaced_words, time_words, trimmed

WHEN = datetime(2026, 11, 24, 12, 30).astimezone()


def test_days_and_times_are_english_and_local() -> None:
    assert day_words(WHEN) == "on Tuesday, 24 Nov 2026"
    assert time_words(WHEN.timestamp()) == "12:30 on Tuesday, 24 Nov 2026"
    assert replaced_words(WHEN) == "replaced on Tuesday, 24 Nov 2026"
    assert deleted_words("ProdSync", WHEN) == "ProdSync was deleted on Tuesday, 24 Nov 2026"


@pytest.mark.parametrize("around", [" ", "\n", "\r\n", "\t", "\xa0", "\ufeff", "\u200b", '"', "'", "“", "”", "`"])
def test_what_comes_along_when_pasting_is_around_the_text_alone(around: str) -> None:
    assert trimmed(f"{around}a{around}b{around * 2}") == f"a{around}b"
