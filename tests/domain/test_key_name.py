"""The rule for names."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.api_key import MAX_NAME_LENGTH, NameFault, NameProblem, name_problem

ALLOWED = string.ascii_letters + string.digits
names = st.text(ALLOWED, min_size=1, max_size=MAX_NAME_LENGTH)


@given(names)
def test_ascii_letters_and_digits_up_to_fifty_are_a_name(name: str) -> None:
    assert name_problem(name) is None


@given(st.text())
def test_nothing_else_is_a_name(text: str) -> None:
    is_name = 1 <= len(text) <= 50 and all(character in ALLOWED for character in text)
    assert (name_problem(text) is None) == is_name


def test_fifty_characters_are_a_name_and_fifty_one_are_not() -> None:
    assert name_problem("n" * 50) is None
    assert name_problem("n" * 51) == NameProblem(NameFault.TOO_LONG, excess=1)


@given(st.text(ALLOWED, min_size=51, max_size=120))
def test_a_longer_one_is_told_by_how_much(name: str) -> None:
    assert name_problem(name) == NameProblem(NameFault.TOO_LONG, excess=len(name) - 50)


@given(st.text(ALLOWED), st.characters(exclude_characters=ALLOWED), st.text())
def test_the_first_wrong_character_is_told_and_what_stands_before_it(before: str, wrong: str, after: str) -> None:
    problem = name_problem(before + wrong + after)
    assert problem is not None
    assert (problem.character, problem.before) == (wrong, before)


@pytest.mark.parametrize(
    ("character", "fault"),
    [
        (" ", NameFault.SPACE),
        ("\t", NameFault.SPACE),
        ("\u00a0", NameFault.SPACE),
        ("\n", NameFault.LINE_BREAK),
        ("\r", NameFault.LINE_BREAK),
        ("\u2028", NameFault.LINE_BREAK),
        ("-", NameFault.CHARACTER),
        ("ä", NameFault.CHARACTER),
        ("²", NameFault.CHARACTER),
        ("٣", NameFault.CHARACTER),
        ("\0", NameFault.CHARACTER),
        ("\u200b", NameFault.CHARACTER),
    ],
)
def test_spaces_line_breaks_and_other_characters_are_told_apart(character: str, fault: NameFault) -> None:
    assert name_problem(f"Prod{character}Sync") == NameProblem(fault, character, "Prod")


def test_an_empty_name_is_no_name() -> None:
    assert name_problem("") == NameProblem(NameFault.EMPTY)
