"""The session validity interval: how long a session signed in with a key lasts.

30 to 999,999,999 seconds (vendor's page); 3,600 is what a new key starts with (ours).
"""

import re
from enum import Enum, auto
from typing import NamedTuple

from zcc_keys_gui.domain.pasted_text import in_plain_digits

MINIMUM = 30
MAXIMUM = 999_999_999
DEFAULT = 3_600

# Plain digits, or groups of three with one kind of separator throughout: those that people's programs write.
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}([,.'’ \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*")

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


class ValidityProblem(Enum):
    """What can be wrong with an interval as typed."""

    EMPTY = auto()
    NOT_WHOLE_SECONDS = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()


class DurationPart(NamedTuple):
    """A part of a duration in words, such as 2 hours."""

    number: int
    unit: str
    """day, hour, minute or second."""


def parse_session_validity(text: str, longest: int = MAXIMUM) -> int | ValidityProblem:
    """Return the seconds that `text` says, or what is wrong with it; over `longest` seconds is too long.

    "86400", "86,400", "86.400" and "86 400" are the same, in digits of any script; "3600.5" is not a number of
    whole seconds.
    """
    text = in_plain_digits(text.strip())
    if not text:
        return ValidityProblem.EMPTY
    if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        return ValidityProblem.NOT_WHOLE_SECONDS
    digits = "".join(character for character in text if character.isdigit()).lstrip("0") or "0"
    if len(digits) > len(str(MAXIMUM)):
        return ValidityProblem.TOO_LONG
    seconds = int(digits)
    if seconds < MINIMUM:
        return ValidityProblem.TOO_SHORT
    return ValidityProblem.TOO_LONG if seconds > longest else seconds


def in_parts(seconds: int) -> list[DurationPart]:
    """Return a duration of at least 1 second as days, hours, minutes and seconds, without the parts that are 0."""
    parts = []
    for unit, length in _UNITS:
        number, seconds = divmod(seconds, length)
        if number:
            parts.append(DurationPart(number, unit))
    return parts
