"""The results of a check of the vault and of its automatic backups."""

from datetime import UTC, datetime

from zcc_keys_gui.domain.damage import CheckedBackup, Findings, Part, Readable
from zcc_keys_gui.ui.text.backups.checking import NO_AUTOMATIC_BACKUP, describe_automatic_backups, describe_findings

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)


def test_says_what_a_check_found() -> None:
    readable = Readable(1_204, 2, 1_198, 0, 2_000, 0, ())
    assert describe_findings(Findings(1_204, 5, 9)) == (
        "The vault is healthy. Pages: 1,204. API keys: 5. History entries: 9."
    )
    assert "7 bytes that the program did not write" in describe_findings(Findings(1_204, 5, 9, excess=7))
    assert describe_findings(Findings(1_204, 5, 9, frozenset({Part.OTHER}), readable)).startswith(
        "Damaged pages: 2 of 1,204. API keys that can be read: 1,198."
    )
    assert describe_findings(Findings(1_204, 5, 9, frozenset({Part.INDEXES, Part.KEYS}))) == (
        "All pages can be read, but there are errors in these parts of the vault: API keys, sorting and searching the "
        "list."
    )


def test_says_whether_the_automatic_backups_are_healthy() -> None:
    healthy, damaged = CheckedBackup(NOON, is_healthy=True), CheckedBackup(NOON, is_healthy=False)
    assert describe_automatic_backups(Findings(1, 0, 0)) == NO_AUTOMATIC_BACKUP
    assert describe_automatic_backups(Findings(1, 0, 0, automatic_backups=(healthy,))) == (
        "The automatic backup from 12 Nov 2026 is healthy."
    )
    assert describe_automatic_backups(Findings(1, 0, 0, automatic_backups=(healthy, healthy))) == (
        "The 2 automatic backups are healthy. The newest is from 12 Nov 2026."
    )
    assert describe_automatic_backups(Findings(1, 0, 0, automatic_backups=(healthy, damaged))).startswith(
        "Damaged automatic backups: 2026-11-12 "
    )


def test_calls_a_backup_with_the_old_key_not_damaged() -> None:
    healthy = CheckedBackup(datetime(2026, 11, 12, 12, tzinfo=UTC), is_healthy=True)
    with_old_key = CheckedBackup(datetime(2026, 11, 11, 12, tzinfo=UTC), is_healthy=True, has_former_key=True)
    assert describe_automatic_backups(Findings(1, 0, 0, automatic_backups=(healthy, with_old_key))) == (
        "The automatic backup from 12 Nov 2026 is healthy. The automatic backup from 11 Nov 2026 was made before the "
        "vault was re-encrypted. Only the old key opens it, so it can't be checked. The next automatic backup "
        "replaces it."
    )
    assert describe_automatic_backups(Findings(1, 0, 0, automatic_backups=(with_old_key, with_old_key))).startswith(
        "2 automatic backups were made before"
    )
