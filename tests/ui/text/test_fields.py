"""What fields of several windows say about their content."""

import pytest

from zcc_keys_gui.domain.recovery_key import RecoveryKeyFault, RecoveryKeyProblem
from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.text.fields import describe_recovery_key_problem, describe_validity_problem, validity_hint


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("seconds", "hint"),
    [
        (30, "30 seconds"),
        (60, "60 seconds (1 minute)"),
        (3_600, "3,600 seconds (1 hour)"),
        (5_400, "5,400 seconds (1 hour 30 minutes)"),
        (86_400, "86,400 seconds (1 day)"),
        (999_999_999, "999,999,999 seconds (11,574 days 1 hour 46 minutes 39 seconds)"),
    ],
)
def test_the_hint_shows_the_interval_in_words(seconds: int, hint: str) -> None:
    assert validity_hint(seconds) == hint


@pytest.mark.usefixtures("german")
def test_the_hint_groups_digits_as_in_the_locale() -> None:
    assert validity_hint(3_600) == "3.600 seconds (1 hour)"


@pytest.mark.parametrize("problem", ValidityProblem)
def test_every_interval_problem_has_a_sentence(problem: ValidityProblem) -> None:
    words = describe_validity_problem(problem)
    assert words.endswith(".")
    assert "{" not in words


@pytest.mark.usefixtures("english")
def test_a_limit_of_the_organization_is_named() -> None:
    assert describe_validity_problem(ValidityProblem.TOO_LONG, 3_600) == (
        "The interval is too long. Your organization allows at most 3,600 seconds."
    )
    assert "organization" not in describe_validity_problem(ValidityProblem.TOO_LONG)


@pytest.mark.parametrize("fault", RecoveryKeyFault)
def test_every_recovery_key_fault_has_a_sentence(fault: RecoveryKeyFault) -> None:
    words = describe_recovery_key_problem(RecoveryKeyProblem(fault, 3))
    assert words.endswith(".")
    assert "{" not in words
