"""The rule for a key's name: alphanumeric, no spaces, at most 50 characters (vendor's page).

Ours, on top: ASCII letters and digits only, and at least one of them.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

MAX_LENGTH = 50
_WRONG_CHARACTER = re.compile(r"[^A-Za-z0-9]")


class NameFault(Enum):
    """What can be wrong with a name."""

    EMPTY = auto()
    SPACE = auto()
    LINE_BREAK = auto()
    CHARACTER = auto()
    TOO_LONG = auto()
    TAKEN = auto()


class NameProblem(NamedTuple):
    """What is wrong with a name, and where."""

    fault: NameFault
    character: str = ""
    """The first character that may not stand in a name."""
    before: str = ""
    """What stands before that character."""
    excess: int = 0
    """How many characters there are too many."""


def name_problem(name: str) -> NameProblem | None:
    """Return the first thing that is wrong with `name`, or None where it keeps the rule."""
    if not name:
        return NameProblem(NameFault.EMPTY)
    if wrong := _WRONG_CHARACTER.search(name):
        return NameProblem(_fault_of(wrong[0]), character=wrong[0], before=name[: wrong.start()])
    if len(name) > MAX_LENGTH:
        return NameProblem(NameFault.TOO_LONG, excess=len(name) - MAX_LENGTH)
    return None


def _fault_of(character: str) -> NameFault:
    if character.splitlines() == [""]:
        return NameFault.LINE_BREAK
    return NameFault.SPACE if character.isspace() else NameFault.CHARACTER
