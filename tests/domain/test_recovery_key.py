"""The recovery key's form: what is written down can be typed again, and what was typed wrong is noticed where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.recovery_key import (
    RecoveryKey,
    RecoveryKeyFault,
    RecoveryKeyProblem,
    new_recovery_key,
    parse_recovery_key,
)

MATERIAL = st.binary(min_size=16, max_size=16)


def parsed(text: str) -> bytes:
    key = parse_recovery_key(text)
    assert isinstance(key, RecoveryKey), key
    return key.key_material()


@given(MATERIAL)
def test_what_is_shown_is_understood(material: bytes) -> None:
    key = RecoveryKey(material)
    assert [len(group) for group in key.groups()] == [6] * 8
    assert parsed(key.reveal()) == material


@given(MATERIAL, st.sampled_from(["", " ", "\n", "\r\n", "\u2013", " - ", "\u00a0"]))
def test_groups_may_be_separated_in_any_way(material: bytes, separator: str) -> None:
    assert parsed(f" {separator.join(RecoveryKey(material).groups())}\n") == material


@given(MATERIAL, st.integers(0, 47), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_in_its_group(material: bytes, place: int, more: int) -> None:
    digits = list("".join(RecoveryKey(material).groups()))
    digits[place] = str((int(digits[place]) + more) % 10)
    assert parse_recovery_key("".join(digits)) == RecoveryKeyProblem(RecoveryKeyFault.GROUP, place // 6 + 1)


@given(MATERIAL, st.integers(0, 7), st.integers(0, 4))
def test_two_neighbours_swapped_are_noticed_in_their_group(material: bytes, group: int, place: int) -> None:
    digits = list("".join(RecoveryKey(material).groups()))
    first = group * 6 + place
    digits[first], digits[first + 1] = digits[first + 1], digits[first]
    if digits[first] != digits[first + 1]:
        assert parse_recovery_key("".join(digits)) == RecoveryKeyProblem(RecoveryKeyFault.GROUP, group + 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", RecoveryKeyProblem(RecoveryKeyFault.EMPTY)),
        (" -\n", RecoveryKeyProblem(RecoveryKeyFault.EMPTY)),
        ("000011-00002", RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)),
        ("000011-000o22", RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, 2)),
        ("000011-٠٠٠٠٢٢", RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, 2)),
        ("000011-000012", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 2)),
        ("999999", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 1)),
        ("720896", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 1)),  # 65,536 times 11
        ("720885", RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)),
        ("000011" * 8 + "0", RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)),
        ("0" * 10_000_000, RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: RecoveryKeyProblem) -> None:
    assert parse_recovery_key(text) == problem


def test_each_is_random_and_none_shows_itself() -> None:
    one, another = new_recovery_key(), new_recovery_key()
    assert one.key_material() != another.key_material()
    for shown in (repr(one), str(one), f"{one}"):
        assert shown == "RecoveryKey(…)"
