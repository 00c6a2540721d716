"""The text that is printed or saved with a recovery key."""

from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.service.recovery_sheet import recovery_sheet

KEY = RecoveryKey(bytes(range(100, 116)))
SHEET = recovery_sheet(KEY, Path("C:/Users/zoe/ZCC Keys"), "PC-17", datetime(2026, 11, 25, 9, 12, tzinfo=UTC))


def test_it_names_purpose_use_vault_computer_and_time() -> None:
    lines = SHEET.splitlines()
    assert lines[0] == "ZCC Keys recovery key"
    assert f"Vault: {Path('C:/Users/zoe/ZCC Keys')}" in lines
    assert "Computer: PC-17" in lines
    made = datetime(2026, 11, 25, 9, 12, tzinfo=UTC).astimezone()
    assert f"Made: {made:%Y-%m-%d %H:%M}" in lines
    assert "start ZCC Keys" in SHEET
    assert "can read the vault" in SHEET


def test_groups_are_numbered_and_one_line_has_the_whole_key() -> None:
    for number, group in enumerate(KEY.groups(), start=1):
        assert f"    {number}   {group}\n" in SHEET
    (whole,) = [line.strip() for line in SHEET.splitlines() if line.count("-") == 7]
    found = parse_recovery_key(whole)
    assert isinstance(found, RecoveryKey)
    assert found.key_material() == KEY.key_material()


def test_the_whole_sheet_can_be_pasted_as_a_recovery_key() -> None:
    found = parse_recovery_key(SHEET)
    assert isinstance(found, RecoveryKey)
    assert found.key_material() == KEY.key_material()
