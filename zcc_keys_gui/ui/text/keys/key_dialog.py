"""The texts of the dialog that adds or edits a key."""

from typing import assert_never

from zcc_keys_gui.domain.api_key import MAX_NAME_LENGTH, NameFault, NameProblem, Role, Status
from zcc_keys_gui.ui.text.values import Plural, visible_character

NAME = "Name"
NAME_LABEL = "&Name"
STATUS_LABEL = "Status"
ROLE_LABEL = "Role"
SESSION_VALIDITY = "Session validity interval (in seconds)"
SESSION_VALIDITY_LABEL = "Session &validity interval (in seconds)"

STATUS_CHOICES = {Status.ENABLED: "Enabled", Status.DISABLED: "Disabled"}
STATUS_CHOICES_SPOKEN = {Status.ENABLED: "Status: Enabled", Status.DISABLED: "Status: Disabled"}
ROLE_CHOICES = {Role.READ: "Read", Role.WRITE: "Write"}
ROLE_CHOICES_SPOKEN = {Role.READ: "Role: Read", Role.WRITE: "Role: Write"}

NAME_RULE = f"Use letters and digits without spaces, up to {MAX_NAME_LENGTH} characters."
ROLE_HINT = "A Read key can look things up. A Write key can also make changes."
SPACES_REMOVED = "Spaces around the pasted name were removed."
CHARACTERS_REMOVED = "Quotes or invisible characters were removed from the pasted name."

_NAME_EMPTY = "Enter a name."
_NAME_TAKEN = "Another key has this name. Uppercase and lowercase letters count as the same."
_NAME_TOO_LONG = Plural(
    "Remove {number} character. A name can have up to {maximum} characters.",
    "Remove {number} characters. A name can have up to {maximum} characters.",
)
_REMOVE_AT_BEGINNING = {
    NameFault.SPACE: "Remove the space at the beginning. Names use letters and digits only.",
    NameFault.LINE_BREAK: "Remove the line break at the beginning. Names use letters and digits only.",
    NameFault.CHARACTER: "Remove “{character}” at the beginning. Names use the letters A to Z and digits only.",
}
_REMOVE_AFTER = {
    NameFault.SPACE: "Remove the space after “{before}”. Names use letters and digits only.",
    NameFault.LINE_BREAK: "Remove the line break after “{before}”. Names use letters and digits only.",
    NameFault.CHARACTER: "Remove “{character}” after “{before}”. Names use the letters A to Z and digits only.",
}
_MAX_BEFORE_LENGTH = 20  # characters


def describe_name_problem(problem: NameProblem) -> str:
    """Say what to change in a name."""
    match problem.fault:
        case NameFault.EMPTY:
            return _NAME_EMPTY
        case NameFault.TAKEN:
            return _NAME_TAKEN
        case NameFault.TOO_LONG:
            return _NAME_TOO_LONG.of(problem.excess, maximum=MAX_NAME_LENGTH)
        case NameFault.SPACE | NameFault.LINE_BREAK | NameFault.CHARACTER:
            sentences = _REMOVE_AFTER if problem.before else _REMOVE_AT_BEGINNING
            return sentences[problem.fault].format(
                character=visible_character(problem.character), before=_shortened(problem.before)
            )
        case _:  # pragma: no cover
            assert_never(problem.fault)


def _shortened(before: str) -> str:
    """Return the last characters of the text before a wrong character."""
    return before if len(before) <= _MAX_BEFORE_LENGTH else "…" + before[-_MAX_BEFORE_LENGTH:]
