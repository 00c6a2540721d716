"""The session validity interval: how long a session lasts after signing in with a key.

30 to 999,999,999 seconds (vendor's page). A new key starts with 3,600 seconds (ours).
"""

import re
from enum import Enum, auto
from typing import NamedTuple

from zcc_keys_gui.domain.pasted_text import to_ascii_digits

MIN_SESSION_SECONDS = 30
MAX_SESSION_SECONDS = 999_999_999
DEFAULT_SESSION_SECONDS = 3_600

# Plain digits, or groups of three digits with the same separator throughout, as other programs write them.
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}([,.'’ \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*")

_UNIT_SECONDS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


class ValidityProblem(Enum):
    """What can be wrong with an interval as typed."""

    EMPTY = auto()
    NOT_WHOLE_SECONDS = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()


class DurationPart(NamedTuple):
    """One unit of a duration in words, such as 2 hours."""

    number: int
    unit: str
    """day, hour, minute or second."""


def parse_session_validity(text: str, max_seconds: int = MAX_SESSION_SECONDS) -> int | ValidityProblem:
    """Return the seconds that `text` says, or what is wrong with it; more than `max_seconds` is too long.

    "86400", "86,400", "86.400" and "86 400" are the same, in digits of any script; "3600.5" is not a number of
    whole seconds.
    """
    text = to_ascii_digits(text.strip())
    if not text:
        return ValidityProblem.EMPTY
    if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        return ValidityProblem.NOT_WHOLE_SECONDS
    digits = "".join(character for character in text if character.isdigit()).lstrip("0") or "0"
    if len(digits) > len(str(MAX_SESSION_SECONDS)):
        return ValidityProblem.TOO_LONG
    seconds = int(digits)
    if seconds < MIN_SESSION_SECONDS:
        return ValidityProblem.TOO_SHORT
    return ValidityProblem.TOO_LONG if seconds > max_seconds else seconds


def split_duration(seconds: int) -> list[DurationPart]:
    """Return a duration of at least 1 second as days, hours, minutes and seconds, without the units that are 0."""
    parts = []
    for unit, unit_seconds in _UNIT_SECONDS:
        number, seconds = divmod(seconds, unit_seconds)
        if number:
            parts.append(DurationPart(number, unit))
    return parts
