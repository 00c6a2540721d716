"""The details of history rows in words."""

from datetime import UTC, datetime

from zcc_keys_gui.service import text

MADE = datetime(2026, 11, 12, 9, 12, tzinfo=UTC)


def test_one_backed_up_key_is_singular() -> None:
    assert [text.keys_backed_up(number) for number in (0, 1, 2)] == ["0 keys", "1 key", "2 keys"]


def test_the_details_of_a_restore_name_the_backup_and_the_numbers() -> None:
    merged = text.MERGED_FROM_BACKUP.format(made=MADE, added=1, changed=2, deleted=0)
    assert merged == "Merged from the backup of 2026-11-12 09:12 UTC: 1 added, 2 changed, 0 deleted"
    assert text.ADDED_FROM_BACKUP.format(made=MADE) == "Added from the backup of 2026-11-12 09:12 UTC"


def test_the_status_in_the_details_has_the_form_that_migrations_parse() -> None:
    changed = text.FIELD_CHANGED.format(label=text.FIELD_LABELS["status"], before="Enabled", after="Disabled")
    assert changed == "Status: Enabled → Disabled"
    described = text.KEY_DESCRIPTION.format(status="Disabled", role="Read", session_validity=60)
    assert described == "Disabled, Read, 60 seconds"
