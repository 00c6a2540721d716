"""Sentences of the dialog that adds or edits a key."""

import pytest

from zcc_keys_gui.domain.api_key import NameFault, NameProblem, Role, Status, find_name_problem
from zcc_keys_gui.ui.text.keys import key_dialog
from zcc_keys_gui.ui.text.keys.key_dialog import describe_name_problem


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Enter a name."),
        (" Prod", "Remove the space at the beginning. Names use letters and digits only."),
        ("Prod Sync", "Remove the space after “Prod”. Names use letters and digits only."),
        ("\nProd", "Remove the line break at the beginning. Names use letters and digits only."),
        ("Prod\nSync", "Remove the line break after “Prod”. Names use letters and digits only."),
        ("Ärger", "Remove “Ä” at the beginning. Names use the letters A to Z and digits only."),
        ("Prod-Sync", "Remove “-” after “Prod”. Names use the letters A to Z and digits only."),
        ("Prod{0}", "Remove “{” after “Prod”. Names use the letters A to Z and digits only."),
        ("Prod\x07", "Remove “U+0007” after “Prod”. Names use the letters A to Z and digits only."),
        ("A" * 30 + "-", f"Remove “-” after “…{'A' * 20}”. Names use the letters A to Z and digits only."),
        ("A" * 51, "Remove 1 character. A name can have up to 50 characters."),
        ("A" * 60, "Remove 10 characters. A name can have up to 50 characters."),
    ],
)
def test_a_wrong_name_is_answered_with_what_to_change(name: str, words: str) -> None:
    problem = find_name_problem(name)
    assert problem is not None
    assert describe_name_problem(problem) == words


@pytest.mark.parametrize("fault", NameFault)
def test_every_name_fault_has_a_sentence(fault: NameFault) -> None:
    assert describe_name_problem(NameProblem(fault, "x", "y", 1)).endswith(".")


def test_every_choice_has_its_texts() -> None:
    assert set(key_dialog.STATUS_CHOICES) == set(key_dialog.STATUS_CHOICES_SPOKEN) == set(Status)
    assert set(key_dialog.ROLE_CHOICES) == set(key_dialog.ROLE_CHOICES_SPOKEN) == set(Role)
