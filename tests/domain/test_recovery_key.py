"""Recovery keys: a written one can be typed again, and a typing error is found in its group."""

from datetime import UTC, datetime
from pathlib import Path

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
from zcc_keys_gui.service.text import recovery_sheet

MATERIAL = st.binary(min_size=16, max_size=16)


def parsed(text: str) -> bytes:
    key = parse_recovery_key(text)
    assert isinstance(key, RecoveryKey), key
    return key.key_material()


@given(MATERIAL)
def test_a_shown_key_is_parsed(material: bytes) -> None:
    key = RecoveryKey(material)
    assert [len(group) for group in key.groups()] == [6] * 8
    assert parsed(key.reveal()) == material


@given(MATERIAL, st.sampled_from(["", " ", "\n", "\r\n", "\u2013", " - ", "\u00a0"]))
def test_groups_may_be_separated_in_any_way(material: bytes, separator: str) -> None:
    assert parsed(f" {separator.join(RecoveryKey(material).groups())}\n") == material


NUMBERED = ("{} {}", "    {}   {}", "{}. {}", "{}) {}", "{}:\t{}", "\u200b{}\u00a0{} ")


@given(MATERIAL, st.sampled_from(NUMBERED), st.sampled_from(["\n", "\r\n", " ", "\u2028", "\n\n"]))
def test_the_numbered_lines_of_the_saved_sheet_are_understood(material: bytes, form: str, separator: str) -> None:
    lines = [form.format(number, group) for number, group in enumerate(RecoveryKey(material).groups(), start=1)]
    assert parsed(separator.join(lines)) == material


@given(MATERIAL, st.sampled_from(["\n", "\r\n", " "]), st.text(max_size=20))
def test_the_complete_sheet_is_understood(material: bytes, separator: str, computer: str) -> None:
    made = datetime(2026, 11, 25, 9, 12, tzinfo=UTC)
    sheet = recovery_sheet(RecoveryKey(material), Path("C:/Users/zoe 123456"), computer, made)
    assert parsed(sheet.replace("\n", separator)) == material
    assert parsed("\ufeff" + sheet) == material


@given(MATERIAL)
def test_the_line_of_a_sheet_is_used_if_a_group_is_wrong(material: bytes) -> None:
    key = RecoveryKey(material)
    sheet = recovery_sheet(key, Path("vault"), "PC-17", datetime(2026, 11, 25, tzinfo=UTC))
    wrong = sheet.replace(f"3   {key.groups()[2]}", "3   000012")
    assert parsed(wrong) == material
    both = parse_recovery_key(wrong.replace(key.reveal(), ""))
    assert both == RecoveryKeyProblem(RecoveryKeyFault.GROUP, 3)


LINES = ["{}.{}", "#{} {}", "({}) {}", "| {} | {} |", ">> {}   {}", "{}) {}", "* {}: {}", "[{}] {}"]


@given(MATERIAL, st.sampled_from(LINES))
def test_numbered_lines_are_understood_in_lists_tables_and_mails(material: bytes, line: str) -> None:
    groups = RecoveryKey(material).groups()
    assert parsed("\n".join(line.format(place, group) for place, group in enumerate(groups, start=1))) == material


@given(MATERIAL, st.integers(1, 7), st.sampled_from([5, 7]))
def test_a_missing_or_extra_digit_in_a_sheet_names_the_group(material: bytes, place: int, length: int) -> None:
    key = RecoveryKey(material)
    sheet = recovery_sheet(key, Path("vault"), "PC-17", datetime(2026, 11, 25, tzinfo=UTC))
    group = key.groups()[place - 1]
    wrong = sheet.replace(key.reveal(), "").replace(f"{place}   {group}", f"{place}   {(group + '1')[:length]}")
    assert parse_recovery_key(wrong) == RecoveryKeyProblem(RecoveryKeyFault.GROUP, place)


QUOTED = ["({})", "<{}>", "{}.", "{},", "[{}]", '"{}"', "'{}'", "“{}”", "„{}“", "«{}»", "`{}`"]
AROUND = [*QUOTED, "{}\u200b", "\ufeff{}", "\u202a{}\u202c", "\u2060{}\u00ad", " {}\r\n"]


@given(MATERIAL, st.sampled_from(AROUND), st.sampled_from("-\u2010\u2011\u2013\u2014\u2212\ufe63\uff0d\u30fc"))
def test_characters_from_pasting_are_ignored(material: bytes, around: str, dash: str) -> None:
    assert parsed(around.format(RecoveryKey(material).reveal().replace("-", dash))) == material


@given(MATERIAL, st.sampled_from(["０", "٠", "۰", "०", "\U0001d7ce"]))
def test_digits_of_any_script_are_understood(material: bytes, zero: str) -> None:
    digits = str.maketrans({str(digit): chr(ord(zero) + digit) for digit in range(10)})
    assert parsed(RecoveryKey(material).reveal().translate(digits)) == material


@given(st.text(alphabet=st.sampled_from("0123456789 -\n\u200bo.:\"'1")))
def test_no_text_makes_the_parser_fail(text: str) -> None:
    parse_recovery_key(text)


@given(MATERIAL, st.integers(0, 47), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_in_its_group(material: bytes, place: int, more: int) -> None:
    digits = list("".join(RecoveryKey(material).groups()))
    digits[place] = str((int(digits[place]) + more) % 10)
    assert parse_recovery_key("".join(digits)) == RecoveryKeyProblem(RecoveryKeyFault.GROUP, place // 6 + 1)


@given(MATERIAL, st.integers(0, 7), st.integers(0, 4))
def test_two_swapped_digits_are_noticed_in_their_group(material: bytes, group: int, place: int) -> None:
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
        ("000011-٠٠٠٠٢٢", RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)),
        ("000011-0000²2", RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, 2)),
        ("00001-000022-00x033", RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, 3)),
        ("1 000011 2 000022 3 00oo33", RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, 3)),
        ("1 000011\n2 000022\n3 000034", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 3)),
        ("1 000011\n2 000022\n3 0000", RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)),
        ("Call me about the recovery key", RecoveryKeyProblem(RecoveryKeyFault.CHARACTER, 1)),
        ("000011-000012", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 2)),
        ("999999", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 1)),
        ("720896", RecoveryKeyProblem(RecoveryKeyFault.GROUP, 1)),  # 65,536 times 11
        ("720885", RecoveryKeyProblem(RecoveryKeyFault.TOO_FEW)),
        (" ".join(["000011"] * 9), RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)),
        ("000011" * 8 + "0", RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)),
        ("0" * 10_000_000, RecoveryKeyProblem(RecoveryKeyFault.TOO_MANY)),
    ],
)
def test_the_first_problem_is_named(text: str, problem: RecoveryKeyProblem) -> None:
    assert parse_recovery_key(text) == problem


def test_keys_are_random_and_hidden_in_their_repr() -> None:
    one, another = new_recovery_key(), new_recovery_key()
    assert one.key_material() != another.key_material()
    for shown in (repr(one), str(one), f"{one}"):
        assert shown == "RecoveryKey(…)"
