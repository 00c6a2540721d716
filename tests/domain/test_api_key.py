"""API keys, and the rule for their names."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.api_key import (
    MAX_NAME_LENGTH,
    NameFault,
    NameProblem,
    Role,
    Status,
    find_name_problem,
    is_client_id,
    new_client_id,
)

ALLOWED = string.ascii_letters + string.digits
names = st.text(ALLOWED, min_size=1, max_size=MAX_NAME_LENGTH)


def test_client_ids_are_lower_case_random_uuids() -> None:
    ids = [new_client_id() for _ in range(1_000)]
    assert len(set(ids)) == 1_000
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(client_id) and is_client_id(client_id) for client_id in ids)


def test_status_and_role_have_the_vendor_s_words() -> None:
    assert [*Status] == ["Enabled", "Disabled"]
    assert [*Role] == ["Read", "Write"]


# --- names ---


@given(names)
def test_up_to_50_ascii_letters_and_digits_are_a_name(name: str) -> None:
    assert find_name_problem(name) is None


@given(st.text())
def test_nothing_else_is_a_name(text: str) -> None:
    is_name = 1 <= len(text) <= 50 and all(character in ALLOWED for character in text)
    assert (find_name_problem(text) is None) == is_name


def test_50_characters_are_a_name_and_51_are_not() -> None:
    assert find_name_problem("n" * 50) is None
    assert find_name_problem("n" * 51) == NameProblem(NameFault.TOO_LONG, excess=1)


@given(st.text(ALLOWED, min_size=51, max_size=120))
def test_a_longer_name_has_an_excess(name: str) -> None:
    assert find_name_problem(name) == NameProblem(NameFault.TOO_LONG, excess=len(name) - 50)


@given(st.text(ALLOWED), st.characters(exclude_characters=ALLOWED), st.text())
def test_the_first_wrong_character_and_its_place_are_named(before: str, wrong: str, after: str) -> None:
    problem = find_name_problem(before + wrong + after)
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
def test_spaces_line_breaks_and_other_characters_differ(character: str, fault: NameFault) -> None:
    assert find_name_problem(f"Prod{character}Sync") == NameProblem(fault, character, "Prod")


def test_an_empty_name_is_no_name() -> None:
    assert find_name_problem("") == NameProblem(NameFault.EMPTY)
