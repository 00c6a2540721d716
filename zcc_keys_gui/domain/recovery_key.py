"""The recovery key: a random key that the user prints or writes down, in case nothing else unlocks the vault.

It is 128 random bits as eight groups of six digits. Each group is a 16-bit number times 11, the form that Windows
admins know from BitLocker's recovery password: a wrong digit, or two swapped neighbors, is detected in its own group.
"""

import os
import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from zcc_keys_gui.domain.pasted_text import clean, to_ascii_digits

GROUPS = 8
GROUP_LENGTH = 6  # digits
_FACTOR = 11
_GROUP_BYTES = 2
# Punctuation around numbers in lists, tables and quoted mails, spaces, and all characters that look like a dash.
_SEPARATORS = re.compile(
    r"[.,:;()<>|#*\[\]"
    r"\s\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u30fc\ufe58\ufe63\uff0d]+"
)
_MAX_LENGTH = 4_096  # characters that are searched; in a saved sheet, the key is in the first 1,000


class RecoveryKey:
    """A recovery key on its way to or from the user; neither `repr` nor `str` shows it."""

    __slots__ = ("_material",)

    def __init__(self, material: bytes) -> None:
        """`material` is 16 random bytes."""
        assert len(material) == GROUPS * _GROUP_BYTES
        self._material = material

    def key_material(self) -> bytes:
        """Return the random bits, 16 bytes, from which the wrapping key is derived."""
        return self._material

    def groups(self) -> tuple[str, ...]:
        """Return the eight groups of six digits."""
        starts = range(0, len(self._material), _GROUP_BYTES)
        numbers = (int.from_bytes(self._material[start : start + _GROUP_BYTES], "big") for start in starts)
        return tuple(f"{number * _FACTOR:0{GROUP_LENGTH}}" for number in numbers)

    def reveal(self) -> str:
        """Return the key as text, only to show, print, save or copy it."""
        return "-".join(self.groups())

    def __repr__(self) -> str:
        return "RecoveryKey(…)"


class RecoveryKeyFault(Enum):
    """What can be wrong with a recovery key as typed."""

    EMPTY = auto()
    CHARACTER = auto()
    """A character that is not a digit, a space, a dash, a line break or the punctuation of lists."""
    GROUP = auto()
    """The checksum of a group is wrong: a typing error."""
    TOO_FEW = auto()
    TOO_MANY = auto()


class RecoveryKeyProblem(NamedTuple):
    """What is wrong with a recovery key as typed, and in which group."""

    fault: RecoveryKeyFault
    group: int = 0
    """1 to 8; 0 if the problem is not in one group."""


def new_recovery_key() -> RecoveryKey:
    """Return a new recovery key from the operating system's random source."""
    return RecoveryKey(os.urandom(GROUPS * _GROUP_BYTES))


def parse_recovery_key(text: str) -> RecoveryKey | RecoveryKeyProblem:
    """Return the recovery key in `text`, or the first thing that is wrong with it.

    Spaces, dashes, line breaks, periods and brackets are allowed anywhere; quotes and invisible characters around the
    key are ignored, and digits may be of any script. The eight numbered lines of a saved sheet are found, also within
    the text around them. A wrong digit in a complete group comes before missing groups, so that it is reported while
    the user is still typing.
    """
    text = to_ascii_digits(clean(text)[:_MAX_LENGTH])
    problem: RecoveryKeyProblem | None = None
    for groups in _find_candidates(text):
        found = _parse_groups(groups)
        if isinstance(found, RecoveryKey):
            return found
        problem = problem or found
    return problem or RecoveryKeyProblem(RecoveryKeyFault.EMPTY)


def _find_candidates(text: str) -> Iterator[list[str]]:
    """Yield the parts of a text that may be the groups of a recovery key, the likeliest first."""
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) > GROUPS and not all(map(_is_group, parts)):
        yield from _find_in_sheet(parts)
    if parts:
        yield parts[1::2] if _is_numbered(parts) else parts


def _find_in_sheet(parts: list[str]) -> Iterator[list[str]]:
    """Yield each run of groups, numbered or not, in a longer text such as a saved sheet."""
    for start in range(len(parts)):
        numbered = parts[start : start + 2 * GROUPS]
        if len(numbered) == 2 * GROUPS and _is_numbered(numbered) and all(map(_is_group, numbered[1::2])):
            yield numbered[1::2]
        plain = parts[start : start + GROUPS]
        if len(plain) == GROUPS and all(map(_is_group, plain)):
            yield plain
    for start in range(len(parts)):  # a sheet in which a digit is missing or added
        numbered = parts[start : start + 2 * GROUPS]
        if len(numbered) == 2 * GROUPS and _are_consecutive(numbered[::2]) and all(map(str.isdigit, numbered)):
            yield numbered[1::2]


def _is_numbered(parts: list[str]) -> bool:
    """Return whether each group follows its number, as in `1 123456 2 234567`."""
    return len(parts) > 1 and len(parts[1]) == GROUP_LENGTH and _are_consecutive(parts[::2])


def _are_consecutive(parts: list[str]) -> bool:
    return parts == [str(position) for position in range(1, len(parts) + 1)]


def _is_group(part: str) -> bool:
    return len(part) == GROUP_LENGTH and part.isascii() and part.isdigit()


def _parse_groups(parts: list[str]) -> RecoveryKey | RecoveryKeyProblem:
    """Return the recovery key with these digits, in parts of any lengths, or what is wrong with them."""
    for position, part in enumerate(parts, start=1):
        wrong = re.search(r"[^0-9]", part)
        if wrong:
            before = sum(map(len, parts[: position - 1])) + wrong.start()
            are_groups = all(len(each) == GROUP_LENGTH for each in parts[: position - 1])
            group = position if are_groups and wrong.start() < GROUP_LENGTH else before // GROUP_LENGTH + 1
            return RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, min(group, GROUPS))
    odd = [position for position, part in enumerate(parts, start=1) if len(part) != GROUP_LENGTH]
    if len(parts) == GROUPS and len(odd) == 1 and odd[0] < GROUPS:  # the user may still be typing the last one
        return RecoveryKeyProblem(RecoveryKeyFault.GROUP, odd[0])
    return _parse_digits("".join(parts))


def _parse_digits(digits: str) -> RecoveryKey | RecoveryKeyProblem:
    groups = [digits[start : start + GROUP_LENGTH] for start in range(0, len(digits), GROUP_LENGTH)]
    numbers = []
    for position, group in enumerate(groups[:GROUPS], start=1):
        number, remainder = divmod(int(group), _FACTOR)
        if len(group) == GROUP_LENGTH and (remainder or number >= 1 << 8 * _GROUP_BYTES):
            return RecoveryKeyProblem(RecoveryKeyFault.GROUP, position)
        numbers.append(number)
    if len(digits) < GROUPS * GROUP_LENGTH:
        return RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)
    if len(digits) > GROUPS * GROUP_LENGTH:
        return RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)
    return RecoveryKey(b"".join(number.to_bytes(_GROUP_BYTES, "big") for number in numbers))
