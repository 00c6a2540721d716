"""Everything the program says about damage of the vault, and about checks and copies."""

from zcc_keys_gui.domain.damage import CheckedBackup, Findings, HealthyBackup, Part, Readable, Recovered
from zcc_keys_gui.domain.errors import VaultFilesMissingError, VaultNeedsRepairError
from zcc_keys_gui.ui.text.values import counted, full_time_words, names_words, number_words, time_words

_PARTS = {
    Part.KEYS: "the keys",
    Part.HISTORY: "the history",
    Part.INDEXES: "the order and search of the list",
    Part.OTHER: "other parts",
}


def extent_words(error: VaultNeedsRepairError, readable: Readable | None) -> str:
    """Say how much is damaged, and what can still be read."""
    if readable is None:
        if isinstance(error, VaultFilesMissingError):
            return (
                "No new vault was made, since automatic copies of this one are there. If you want a new one instead, "
                "choose another folder, or delete the folder copies, and start the program again."
            )
        if error.path.name == "vault.json":
            return "It holds what opens the database; without it, nobody can say whether vault.db is sound."
        return "Without the key, nobody can say what is left."
    if not readable.pages:
        return "Nothing of vault.db is left to be read."
    if readable.bad_pages >= readable.pages:
        number = number_words(readable.pages)
        none = "The only page of vault.db can't" if number == "1" else f"None of the {number} pages of vault.db can"
        return f"{none} be read with this vault's key: it is damaged all over, or it is another vault's."
    if readable.bad_pages:
        extent = f"{number_words(readable.bad_pages)} of {counted(readable.pages, 'page')} of vault.db"
        extent += " is damaged." if readable.bad_pages == 1 else " are damaged."
    else:
        extent = f"All {counted(readable.pages, 'page')} that are left are sound."
    return f"{extent} {left_words(readable)}"


def left_words(readable: Readable) -> str:
    """Say how many keys and rows of the history can be read, and how many are lost."""
    there = f"{counted(readable.keys, 'API key')} and {_rows(readable.history)} can be read"
    if readable.keys_lost == 0 and readable.history_lost == 0:
        return f"{there}: nothing is lost."
    return f"{there}; {_lost_words(readable)}"


def copy_words(copy: HealthyBackup) -> str:
    """Say what the newest sound copy has, and what it has not."""
    words = f"The newest sound copy is from {_when(copy)} and has {counted(copy.keys, 'API key')}."
    if copy.newer:
        entries = [f"{entry.action.value} {entry.name}".strip() for entry in copy.newer]
        words += f" Not in it, as far as can be read: {names_words(entries)}."
    return words


def recovered_words(recovered: Recovered) -> str:
    """Say what was opened in place of the damaged vault, and where that is."""
    if recovered.backup_made is not None:
        return (
            f"The backup of {full_time_words(recovered.backup_made)} was restored: the vault has "
            f"{counted(recovered.keys, 'API key')} now. "
            f"The former files are kept in {recovered.quarantine} until you delete them."
        )
    aside = f"The damaged files are kept in {recovered.quarantine} until you delete them."
    if recovered.automatic_backup_made is not None:
        return (
            f"The vault is the copy of {full_time_words(recovered.automatic_backup_made)} now, with "
            f"{counted(recovered.keys, 'API key')}. {aside}"
        )
    lost = recovered.lost
    if lost is None or (lost.keys_lost == 0 and lost.history_lost == 0):
        return f"All of the vault could be read: {counted(recovered.keys, 'API key')}. {aside}"
    saved = f"{counted(recovered.keys, 'API key')} and {_rows(lost.history)} were saved"
    return f"{saved}; {_lost_words(lost)} {aside}"


def findings_words(findings: Findings) -> str:
    """Say what a check of the vault found."""
    if findings.is_healthy:
        words = f"All {counted(findings.pages, 'page')} are sound: {counted(findings.keys, 'API key')}, "
        words += f"{_rows(findings.history)}."
        if findings.excess:
            words += (
                f" {counted(findings.excess, 'byte')} that are not the program's follow the database in its file; "
                "they do no harm, and disappear with the next changes."
            )
        return words
    if findings.readable is not None:
        readable = findings.readable
        verb = "is" if readable.bad_pages == 1 else "are"
        bad = f"{number_words(readable.bad_pages)} of {counted(readable.pages, 'page')}"
        return f"{bad} {verb} damaged. {left_words(readable)}"
    parts = [words for part, words in _PARTS.items() if part in findings.parts]
    return f"All pages can be read, but something does not fit in {' and '.join(parts)}."


def copies_words(findings: Findings) -> str:
    """Say whether the automatic backups are healthy."""
    if not findings.automatic_backups:
        return "There is no automatic backup yet. One is made after the first change of each day."
    former = [copy for copy in findings.automatic_backups if copy.is_healthy and copy.has_former_key]
    checked = [copy for copy in findings.automatic_backups if copy not in former]
    return " ".join(filter(None, (_checked_copies_words(checked), _former_copies_words(former))))


def _checked_copies_words(copies: list[CheckedBackup]) -> str:
    if not copies:
        return ""
    bad = [copy for copy in copies if not copy.is_healthy]
    newest = time_words(copies[0].made)
    if bad:
        return f"Damaged automatic backups: {names_words([full_time_words(copy.made) for copy in bad])}."
    if len(copies) == 1:
        return f"The automatic backup is healthy; it is from {newest}."
    return f"The {number_words(len(copies))} automatic backups are healthy; the newest is from {newest}."


def _former_copies_words(copies: list[CheckedBackup]) -> str:
    if not copies:
        return ""
    if len(copies) == 1:
        made = time_words(copies[0].made)
        return (
            f"The automatic backup from {made} is from before the vault was re-encrypted. Only the former key opens "
            "it, so it can't be checked. The next automatic backup replaces it."
        )
    return (
        f"{number_words(len(copies))} automatic backups are from before the vault was re-encrypted. Only the former "
        "key opens them, so they can't be checked. The next automatic backup replaces them."
    )


def _lost_words(readable: Readable) -> str:
    also = "but" if readable.keys_lost == 0 and readable.history_lost else "and"
    return f"{_lost_keys_words(readable)}, {also} {_lost_history_words(readable.history_lost)}."


def _lost_keys_words(readable: Readable) -> str:
    named = f" ({names_words(list(readable.names_lost))})" if readable.names_lost else ""
    match readable.keys_lost:
        case None:
            return f"how many keys are lost can't be known{named}"
        case 0:
            return "no key is lost"
        case 1:
            return f"1 key is lost{named}"
        case number:
            return f"{number_words(number)} keys are lost{named}"


def _lost_history_words(lost: int | None) -> str:
    if lost is None:
        return "the history may have had more"
    if not lost:
        return "all of the history is there"
    return f"at least {_rows(lost)} {'is' if lost == 1 else 'are'} lost"


def _rows(number: int) -> str:
    return f"{counted(number, 'row')} of the history"


def _when(copy: HealthyBackup) -> str:
    return time_words(copy.made)
