"""The texts about a damaged vault, and about how it was repaired."""

from datetime import datetime

from zcc_keys_gui.domain.damage import HealthyBackup, Readable, Recovered
from zcc_keys_gui.domain.errors import VaultFilesMissingError, VaultNeedsRepairError
from zcc_keys_gui.ui.text.values import PROGRAM, Plural, format_full_time, format_names, format_number, format_time

TITLE = f"{PROGRAM}: damaged vault"
EXAMINING = "Checking what can be read…"
WORKING = "Working on the vault"
QUARANTINE = (
    "Whatever you choose, the damaged files are kept until you delete them. They are quarantined in a new folder in:\n"
    "{folder}"
)

FILES_MISSING = (
    "No new vault was created, because automatic backups of this one exist. To create a new vault instead, choose "
    "another folder, or delete the folder named copies, and start the program again."
)
PROTECTORS_DAMAGED = "This file contains the ways to unlock the vault. Without it, the program can't check vault.db."
KEY_MISSING = "Without its key, the program can't check what can be read."
NOTHING_READABLE = "Nothing can be read from vault.db."
NO_PAGE_READABLE = (
    "No page of vault.db can be read with the key of this vault. The whole file is damaged, or it is from another "
    "vault."
)
DAMAGED_PAGES = "Damaged pages of vault.db: {damaged} of {pages}."
REMAINING_PAGES = Plural("The one remaining page is healthy.", "All {number} remaining pages are healthy.")

READABLE = "API keys that can be read: {keys}. History entries that can be read: {history}."
NOTHING_LOST = "Nothing is lost."
NO_KEY_LOST = "No key is lost."
KEYS_LOST = Plural("{number} key is lost.", "{number} keys are lost.")
NAMED_KEYS_LOST = Plural("{number} key is lost: {names}.", "{number} keys are lost: {names}.")
UNKNOWN_KEYS_LOST = "The program can't tell how many keys are lost."
UNKNOWN_NAMED_KEYS_LOST = "The program can't tell how many keys are lost. At least these are lost: {names}."
HISTORY_COMPLETE = "The history is complete."
HISTORY_MAYBE_LOST = "Some of the history may be lost."
HISTORY_LOST = Plural("At least {number} history entry is lost.", "At least {number} history entries are lost.")

AUTOMATIC_BACKUP = Plural(
    "The newest healthy automatic backup is from {time} and contains {number} API key.",
    "The newest healthy automatic backup is from {time} and contains {number} API keys.",
)
NOT_IN_BACKUP = "It does not contain these later changes, and perhaps others: {changes}."
CHANGE = "{action} {name}"
SALVAGE_IS_BETTER = (
    "Every key of the damaged vault can be read. Save what can be read, because that keeps your latest changes too."
)
NO_AUTOMATIC_BACKUP = "There is no healthy automatic backup."
BOTH_FILES_IN_BACKUP = (
    "Both files can be put back from the automatic backup from {time}. Then you can unlock the vault in the same way "
    "as at that time."
)
PROTECTORS_IN_BACKUP = (
    "vault.json can be put back from the automatic backup from {time}. Then you can unlock the vault in the same way "
    "as at that time."
)

OPEN_BACKUP = Plural(
    "&Open the automatic backup from {time}: {number} API key",
    "&Open the automatic backup from {time}: {number} API keys",
)
PUT_BACK_BOTH = "&Put back both files from {time}"
PUT_BACK_PROTECTORS = "&Put back vault.json from {time}"
SALVAGE = Plural("&Save what can be read: {number} API key", "&Save what can be read: {number} API keys")

BACKUP_RESTORED = Plural(
    "The backup from {time} was restored. The vault now contains {number} API key. The previous files are quarantined "
    "in {folder} until you delete them.",
    "The backup from {time} was restored. The vault now contains {number} API keys. The previous files are quarantined "
    "in {folder} until you delete them.",
)
AUTOMATIC_BACKUP_RESTORED = Plural(
    "The automatic backup from {time} was restored. The vault now contains {number} API key.",
    "The automatic backup from {time} was restored. The vault now contains {number} API keys.",
)
EVERYTHING_SAVED = Plural(
    "Everything in the damaged vault was saved. The vault contains {number} API key.",
    "Everything in the damaged vault was saved. The vault contains {number} API keys.",
)
SAVED = "API keys that were saved: {keys}. History entries that were saved: {history}."
QUARANTINED = "The damaged files are quarantined in {folder} until you delete them."


def describe_damage(error: VaultNeedsRepairError, readable: Readable | None) -> str:
    """Say how much is damaged, and what can be read."""
    if readable is None:
        if isinstance(error, VaultFilesMissingError):
            return FILES_MISSING
        return PROTECTORS_DAMAGED if error.path.name == "vault.json" else KEY_MISSING
    if not readable.pages:
        return NOTHING_READABLE
    if readable.bad_pages >= readable.pages:
        return NO_PAGE_READABLE
    if readable.bad_pages:
        damaged, pages = format_number(readable.bad_pages), format_number(readable.pages)
        extent = DAMAGED_PAGES.format(damaged=damaged, pages=pages)
    else:
        extent = REMAINING_PAGES.of(readable.pages)
    return f"{extent} {describe_readable(readable)}"


def describe_readable(readable: Readable) -> str:
    """Say how many keys and history entries can be read, and how many are lost."""
    numbers = READABLE.format(keys=format_number(readable.keys), history=format_number(readable.history))
    return f"{numbers} {_describe_loss(readable)}"


def describe_automatic_backup(backup: HealthyBackup) -> str:
    """Say what the newest healthy automatic backup contains, and which later changes it does not contain."""
    contents = AUTOMATIC_BACKUP.of(backup.keys, time=format_time(backup.made))
    if not backup.newer:
        return contents
    changes = [CHANGE.format(action=entry.action.value, name=entry.name).strip() for entry in backup.newer]
    return f"{contents} {NOT_IN_BACKUP.format(changes=format_names(changes))}"


def describe_protectors(made: datetime, *, with_database: bool) -> str:
    """Say that an automatic backup has the missing files; the button that puts them back is `put_back_label`."""
    text = BOTH_FILES_IN_BACKUP if with_database else PROTECTORS_IN_BACKUP
    return text.format(time=format_time(made))


def put_back_label(made: datetime, *, with_database: bool) -> str:
    """Return the text of the button that puts the missing files back."""
    text = PUT_BACK_BOTH if with_database else PUT_BACK_PROTECTORS
    return text.format(time=format_time(made))


def describe_recovery(recovered: Recovered) -> str:
    """Say what was opened instead of the damaged vault, and which folder contains the damaged files."""
    quarantined = QUARANTINED.format(folder=recovered.quarantine)
    if recovered.backup_made is not None:
        made = format_full_time(recovered.backup_made)
        return BACKUP_RESTORED.of(recovered.keys, time=made, folder=recovered.quarantine)
    if recovered.automatic_backup_made is not None:
        made = format_full_time(recovered.automatic_backup_made)
        return f"{AUTOMATIC_BACKUP_RESTORED.of(recovered.keys, time=made)} {quarantined}"
    lost = recovered.lost
    if lost is None or _is_nothing_lost(lost):
        return f"{EVERYTHING_SAVED.of(recovered.keys)} {quarantined}"
    saved = SAVED.format(keys=format_number(recovered.keys), history=format_number(lost.history))
    return f"{saved} {_describe_loss(lost)} {quarantined}"


def _is_nothing_lost(readable: Readable) -> bool:
    return readable.keys_lost == 0 and readable.history_lost == 0


def _describe_loss(readable: Readable) -> str:
    if _is_nothing_lost(readable):
        return NOTHING_LOST
    return f"{_describe_lost_keys(readable)} {_describe_lost_history(readable.history_lost)}"


def _describe_lost_keys(readable: Readable) -> str:
    names = format_names(readable.names_lost)
    match readable.keys_lost:
        case None:
            return UNKNOWN_NAMED_KEYS_LOST.format(names=names) if names else UNKNOWN_KEYS_LOST
        case 0:
            return NO_KEY_LOST
        case number:
            return NAMED_KEYS_LOST.of(number, names=names) if names else KEYS_LOST.of(number)


def _describe_lost_history(lost: int | None) -> str:
    if lost is None:
        return HISTORY_MAYBE_LOST
    return HISTORY_LOST.of(lost) if lost else HISTORY_COMPLETE
