"""The texts of the dialog that checks the vault."""

from collections.abc import Sequence

from zcc_keys_gui.domain.damage import CheckedBackup, Findings, Part
from zcc_keys_gui.ui.text.backups.damage import describe_readable
from zcc_keys_gui.ui.text.values import Plural, format_full_time, format_names, format_number, format_time

TITLE = "Check the vault"
CHECKING = "Reading every page of the vault and of its automatic backups…"
PROGRESS = "Progress of the check"
REPAIR = "&Repair…"

HEALTHY = "The vault is healthy. Pages: {pages}. API keys: {keys}. History entries: {history}."
EXCESS_BYTES = Plural(
    "Its file ends with {number} byte that the program did not write. It is harmless, and the next changes remove it.",
    "Its file ends with {number} bytes that the program did not write. They are harmless, and the next changes remove "
    "them.",
)
DAMAGED_PAGES = "Damaged pages: {damaged} of {pages}."
INCONSISTENT = "All pages can be read, but there are errors in these parts of the vault: {parts}."
PARTS = {
    Part.KEYS: "API keys",
    Part.HISTORY: "history",
    Part.INDEXES: "sorting and searching the list",
    Part.OTHER: "other data",
}

NO_AUTOMATIC_BACKUP = "There is no automatic backup yet. One is made after the first change of each day."
HEALTHY_BACKUPS = Plural(
    "The automatic backup from {time} is healthy.",
    "The {number} automatic backups are healthy. The newest is from {time}.",
)
DAMAGED_BACKUPS = "Damaged automatic backups: {times}."
BACKUPS_WITH_OLD_KEY = Plural(
    "The automatic backup from {time} was made before the vault was re-encrypted. Only the old key opens it, so it "
    "can't be checked. The next automatic backup replaces it.",
    "{number} automatic backups were made before the vault was re-encrypted. Only the old key opens them, so they "
    "can't be checked. The next automatic backup replaces them.",
)


def describe_findings(findings: Findings) -> str:
    """Say what a check of the vault found."""
    pages = format_number(findings.pages)
    if findings.is_healthy:
        healthy = HEALTHY.format(
            pages=pages, keys=format_number(findings.keys), history=format_number(findings.history)
        )
        return f"{healthy} {EXCESS_BYTES.of(findings.excess)}" if findings.excess else healthy
    if findings.readable is not None:
        damaged = format_number(findings.readable.bad_pages)
        pages = format_number(findings.readable.pages)
        return f"{DAMAGED_PAGES.format(damaged=damaged, pages=pages)} {describe_readable(findings.readable)}"
    return INCONSISTENT.format(parts=", ".join(text for part, text in PARTS.items() if part in findings.parts))


def describe_automatic_backups(findings: Findings) -> str:
    """Say whether the automatic backups are healthy."""
    if not findings.automatic_backups:
        return NO_AUTOMATIC_BACKUP
    with_old_key = [backup for backup in findings.automatic_backups if backup.is_healthy and backup.has_former_key]
    checked = [backup for backup in findings.automatic_backups if backup not in with_old_key]
    sentences = [_describe_checked(checked)] if checked else []
    if with_old_key:
        sentences.append(BACKUPS_WITH_OLD_KEY.of(len(with_old_key), time=format_time(with_old_key[0].made)))
    return " ".join(sentences)


def _describe_checked(backups: Sequence[CheckedBackup]) -> str:
    damaged = [format_full_time(backup.made) for backup in backups if not backup.is_healthy]
    if damaged:
        return DAMAGED_BACKUPS.format(times=format_names(damaged))
    return HEALTHY_BACKUPS.of(len(backups), time=format_time(backups[0].made))
