"""The recovery key: a random key that a person writes down or prints, for the day when nothing else opens the vault.

128 random bits as eight groups of six digits. Each group is a 16-bit number times 11, the form that Windows admins know
from BitLocker's recovery password: one wrong digit, or two neighbours swapped, is noticed in its own group.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

GROUPS = 8
GROUP_LENGTH = 6  # digits
_FACTOR = 11
_GROUP_BYTES = 2
_SEPARATORS = r"[\s\-\u2010-\u2015]+"  # not compiled here: every start imports this


class RecoveryKey:
    """A recovery key on its way to or from the person; neither `repr` nor `str` shows it."""

    __slots__ = ("_material",)

    def __init__(self, material: bytes) -> None:
        """Hold 16 bytes of key material."""
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
        """Return the key as text, for the one place that shows, prints, saves or copies it."""
        return "-".join(self.groups())

    def __repr__(self) -> str:
        return "RecoveryKey(…)"


class RecoveryKeyFault(Enum):
    """What can be wrong with a recovery key as typed."""

    EMPTY = auto()
    CHARACTER = auto()
    """Something else than digits, spaces, dashes and line breaks."""
    GROUP = auto()
    """The digits of a group do not fit together: a typing error."""
    TOO_FEW = auto()
    TOO_MANY = auto()


class RecoveryKeyProblem(NamedTuple):
    """What is wrong with a recovery key as typed, and in which group."""

    fault: RecoveryKeyFault
    group: int = 0
    """1 to 8; 0 where no one group is meant."""


def new_recovery_key() -> RecoveryKey:
    """Return a new recovery key from the operating system's random source."""
    import os

    return RecoveryKey(os.urandom(GROUPS * _GROUP_BYTES))


def parse_recovery_key(text: str) -> RecoveryKey | RecoveryKeyProblem:
    """Return the recovery key that `text` says, or the first thing that is wrong with it.

    Spaces, dashes and line breaks may stand anywhere. A complete group is judged before it is said that some are
    missing, so that a typing error can be told while typing.
    """
    digits = re.sub(_SEPARATORS, "", text)
    if not digits:
        return RecoveryKeyProblem(RecoveryKeyFault.EMPTY)
    wrong = re.search(r"[^0-9]", digits)
    if wrong:
        return RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, min(wrong.start() // GROUP_LENGTH + 1, GROUPS))
    groups = [digits[start : start + GROUP_LENGTH] for start in range(0, len(digits), GROUP_LENGTH)]
    numbers = []
    for place, group in enumerate(groups[:GROUPS], start=1):
        number, rest = divmod(int(group), _FACTOR)
        if len(group) == GROUP_LENGTH and (rest or number >= 1 << 8 * _GROUP_BYTES):
            return RecoveryKeyProblem(RecoveryKeyFault.GROUP, place)
        numbers.append(number)
    if len(digits) < GROUPS * GROUP_LENGTH:
        return RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)
    if len(digits) > GROUPS * GROUP_LENGTH:
        return RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)
    return RecoveryKey(b"".join(number.to_bytes(_GROUP_BYTES, "big") for number in numbers))
