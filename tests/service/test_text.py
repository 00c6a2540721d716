"""The details of history rows, and the sheet with a recovery key."""

from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.service import text
from zcc_keys_gui.service.text import recovery_sheet

KEY = RecoveryKey(bytes(range(100, 116)))
SHEET = recovery_sheet(KEY, Path("C:/Users/zoe/ZCC Keys"), "PC-17", datetime(2026, 11, 25, 9, 12, tzinfo=UTC))
MADE = datetime(2026, 11, 12, 9, 12, tzinfo=UTC)


def test_one_backed_up_key_is_singular() -> None:
    assert [text.keys_backed_up(number) for number in (0, 1, 2)] == ["0 keys", "1 key", "2 keys"]


def test_the_details_of_a_restore_have_time_and_numbers() -> None:
    merged = text.MERGED_FROM_BACKUP.format(made=MADE, added=1, changed=2, deleted=0)
    assert merged == "Merged from the backup of 2026-11-12 09:12 UTC: 1 added, 2 changed, 0 deleted"
    assert text.ADDED_FROM_BACKUP.format(made=MADE) == "Added from the backup of 2026-11-12 09:12 UTC"


def test_the_status_in_details_keeps_its_form_for_migrations() -> None:
    changed = text.FIELD_CHANGED.format(label=text.FIELD_LABELS["status"], before="Enabled", after="Disabled")
    assert changed == "Status: Enabled → Disabled"
    described = text.KEY_DESCRIPTION.format(status="Disabled", role="Read", session_validity=60)
    assert described == "Disabled, Read, 60 seconds"


# --- the sheet with a recovery key ---


def test_it_names_purpose_use_vault_computer_and_time() -> None:
    lines = SHEET.splitlines()
    assert lines[0] == "ZCC Keys recovery key"
    assert f"Vault: {Path('C:/Users/zoe/ZCC Keys')}" in lines
    assert "Computer: PC-17" in lines
    made = datetime(2026, 11, 25, 9, 12, tzinfo=UTC).astimezone()
    assert f"Made: {made:%Y-%m-%d %H:%M}" in lines
    assert "start ZCC Keys" in SHEET
    assert "can read the vault" in SHEET


def test_groups_are_numbered_and_one_line_has_the_full_key() -> None:
    for number, group in enumerate(KEY.groups(), start=1):
        assert f"    {number}   {group}\n" in SHEET
    (key_line,) = [line.strip() for line in SHEET.splitlines() if line.count("-") == 7]
    found = parse_recovery_key(key_line)
    assert isinstance(found, RecoveryKey)
    assert found.key_material() == KEY.key_material()


def test_the_complete_sheet_can_be_pasted_as_a_recovery_key() -> None:
    found = parse_recovery_key(SHEET)
    assert isinstance(found, RecoveryKey)
    assert found.key_material() == KEY.key_material()
