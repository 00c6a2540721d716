"""What is printed or saved of a recovery key."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import FileNotWrittenError
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.service.recovery_sheet import recovery_sheet, save_recovery_sheet

KEY = RecoveryKey(bytes(range(100, 116)))
SHEET = recovery_sheet(KEY, Path("C:/Users/zoe/ZCC Keys"), "PC-17", datetime(2026, 11, 25, 9, 12, tzinfo=UTC))


def test_it_says_what_it_is_for_how_it_is_used_of_which_vault_and_from_when() -> None:
    lines = SHEET.splitlines()
    assert lines[0] == "ZCC Keys recovery key"
    assert f"Vault: {Path('C:/Users/zoe/ZCC Keys')}" in lines
    assert "Computer: PC-17" in lines
    made = datetime(2026, 11, 25, 9, 12, tzinfo=UTC).astimezone()
    assert f"Made: {made:%Y-%m-%d %H:%M}" in lines
    assert "start ZCC Keys" in SHEET
    assert "can read the vault" in SHEET


def test_the_groups_are_numbered_and_the_whole_key_can_be_copied_from_one_line() -> None:
    for number, group in enumerate(KEY.groups(), start=1):
        assert f"    {number}   {group}\n" in SHEET
    (whole,) = [line.strip() for line in SHEET.splitlines() if line.count("-") == 7]
    found = parse_recovery_key(whole)
    assert isinstance(found, RecoveryKey)
    assert found.key_material() == KEY.key_material()


def test_it_is_saved_for_editors_of_this_system(tmp_path: Path) -> None:
    path = tmp_path / "ZCC Keys recovery key.txt"
    save_recovery_sheet(path, SHEET)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfZCC Keys recovery key" + os.linesep.encode())
    assert path.read_text(encoding="utf-8-sig") == SHEET
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_place_where_it_cannot_be_saved_is_told_without_the_key(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError) as told:
        save_recovery_sheet(tmp_path / "gone" / "key.txt", SHEET)
    assert not [group for group in KEY.groups() if group in str(told.value)]
