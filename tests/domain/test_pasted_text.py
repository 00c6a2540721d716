"""Removing the characters that come with a pasted text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.pasted_text import (
    LINE_BREAKS,
    clean,
    has_invisible,
    join_lines,
    remove_gaps,
    remove_invisible,
    remove_line_breaks,
    trim,
)

AROUND = [
    " ",
    "\n",
    "\r\n",
    "\t",
    "\xa0",
    "\u202f",
    "\u3000",
    "\ufeff",
    "\u200b",
    "\u2060",
    "\u00ad",
    "\u200e",
    "\u202a",
]
QUOTES = ['"', "'", "“", "”", "„", "‘", "’", "«", "»", "`"]


@pytest.mark.parametrize("around", [*AROUND, *QUOTES])
def test_only_the_characters_around_a_text_are_removed(around: str) -> None:
    assert trim(f"{around}a{around}b{around * 2}") == f"a{around}b"
    assert remove_gaps(f"{around}a{around}b{around * 2}") == "ab"


@pytest.mark.parametrize("invisible", ["\u200b", "\ufeff", "\u2060", "\u00ad", "\u200e", "\u202e", "\u2066", "\x7f"])
def test_invisible_characters_are_removed_everywhere(invisible: str) -> None:
    assert clean(f"{invisible} Prod{invisible}Sync{invisible}") == "ProdSync"
    assert remove_invisible(f"a{invisible} b") == "a b"
    assert has_invisible(f"a{invisible}b")


@pytest.mark.parametrize("line_break", [*LINE_BREAKS, "\r\n"])
def test_each_rule_treats_line_breaks_as_documented(line_break: str) -> None:
    assert remove_line_breaks(f"abc{line_break}def {line_break}") == "abcdef "
    assert join_lines(f"abc {line_break}def{line_break}") == "abc def"
    assert clean(f"abc{line_break}def{line_break}") == f"abc{line_break}def"


@given(st.text())
def test_cleaning_a_text_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert join_lines(join_lines(text)) == join_lines(text)
    assert not set(remove_line_breaks(text)) & set(LINE_BREAKS)
    assert set(remove_line_breaks(text)) | set(LINE_BREAKS) >= set(text)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="\"'`"), min_size=1))
def test_visible_characters_stay(text: str) -> None:
    for rule in (trim, clean, join_lines, remove_gaps, remove_line_breaks, remove_invisible):
        assert rule(text) == text
    assert not has_invisible(text)
