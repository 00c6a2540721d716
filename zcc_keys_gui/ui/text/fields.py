"""What is wrong with the content of a field."""

from typing import assert_never

from zcc_keys_gui.domain.key_name import MAX_LENGTH, NameFault, NameProblem
from zcc_keys_gui.domain.recovery_key import RecoveryKeyFault, RecoveryKeyProblem
from zcc_keys_gui.domain.session_validity import MAXIMUM, MINIMUM, ValidityProblem
from zcc_keys_gui.ui.text.values import counted, duration_words, number_words, visible_character

_SHOWN_BEFORE = 20  # characters of a name that are repeated in a message


def validity_hint(seconds: int) -> str:
    """Return what is said beside the field, such as `3,600 seconds = 1 hour`."""
    words = f"{number_words(seconds)} seconds"
    return words if seconds < 60 else f"{words} = {duration_words(seconds)}"


def name_problem_words(problem: NameProblem) -> str:
    """Say what to change in a name."""
    match problem.fault:
        case NameFault.EMPTY:
            return "Enter a name."
        case NameFault.SPACE:
            return f"Remove the space {_place(problem.before)}."
        case NameFault.LINE_BREAK:
            return f"Remove the line break {_place(problem.before)}."
        case NameFault.CHARACTER:
            character = visible_character(problem.character)
            return f"Remove “{character}” {_place(problem.before)}: letters A-Z and digits only."
        case NameFault.TOO_LONG:
            return f"Remove {counted(problem.excess, 'character')}: a name has up to {MAX_LENGTH}."
        case NameFault.TAKEN:
            return "Another key has this name (capitals and small letters count as the same)."
        case _:  # pragma: no cover
            assert_never(problem.fault)


def validity_problem_words(problem: ValidityProblem, longest: int = MAXIMUM) -> str:
    """Say what to change in a session validity interval; `longest` is what the organization allows."""
    limits = f"{number_words(MINIMUM)} to {number_words(longest)}"
    match problem:
        case ValidityProblem.EMPTY:
            return f"Enter a number of seconds, {limits}."
        case ValidityProblem.NOT_WHOLE_SECONDS:
            return f"Enter a whole number of seconds, {limits}, in digits."
        case ValidityProblem.TOO_SHORT:
            return f"Too short: enter at least {number_words(MINIMUM)} seconds."
        case ValidityProblem.TOO_LONG:
            if longest < MAXIMUM:
                return f"Too long: your organization allows at most {number_words(longest)} seconds."
            return f"Too long: enter at most {number_words(MAXIMUM)} seconds."
        case _:  # pragma: no cover
            assert_never(problem)


def recovery_key_problem_words(problem: RecoveryKeyProblem) -> str:
    """Say what to change in a recovery key as typed."""
    match problem.fault:
        case RecoveryKeyFault.EMPTY:
            return "Enter the recovery key."
        case RecoveryKeyFault.CHARACTER:
            return f"Group {problem.group} contains characters that aren't digits."
        case RecoveryKeyFault.GROUP:
            return f"Group {problem.group} has a typing error: check its six digits."
        case RecoveryKeyFault.TOO_FEW:
            return "Some digits are missing: a recovery key is eight groups of six digits."
        case RecoveryKeyFault.TOO_MANY:
            return "There are too many digits: a recovery key is eight groups of six digits."
        case _:  # pragma: no cover
            assert_never(problem.fault)


def _place(before: str) -> str:
    if not before:
        return "at the beginning"
    return f"after {before if len(before) <= _SHOWN_BEFORE else '…' + before[-_SHOWN_BEFORE:]}"
