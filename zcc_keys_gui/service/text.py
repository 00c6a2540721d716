"""The texts of the use cases: details of history rows, and the sheet with a recovery key.

The program never parses details, and older rows keep their words.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from zcc_keys_gui.domain.recovery_key import RecoveryKey

KEY_DESCRIPTION = "{status}, {role}, {session_validity} seconds"
FIELD_CHANGED = "{label}: {before} → {after}"
FIELD_LABELS: Mapping[str, str] = {
    "name": "Name",
    "status": "Status",
    "role": "Role",
    "session_validity": "Session validity interval",
}
OLD_SECRET_WORKS_UNTIL = "Old secret works until {until:%Y-%m-%d %H:%M:%S} UTC"
EARLIER_SECRET_STOPPED = "The secret before that stopped"
ACCOUNT_ADDED = "This account: added"
ACCOUNT_REMOVED = "This account: removed"
PASSPHRASE_ADDED = "Passphrase: added"
PASSPHRASE_CHANGED = "Passphrase: changed"
PASSPHRASE_REMOVED = "Passphrase: removed"
RECOVERY_KEY_ADDED = "Recovery key: added"
RECOVERY_KEY_REPLACED = "Recovery key: replaced"
RECOVERY_KEY_REMOVED = "Recovery key: removed"
ADDED_FROM_BACKUP = "Added from the backup of {made:%Y-%m-%d %H:%M} UTC"
CHANGED_FROM_BACKUP = "Changed from the backup of {made:%Y-%m-%d %H:%M} UTC"
DELETED_BY_BACKUP = "Not in the backup of {made:%Y-%m-%d %H:%M} UTC"
REPLACED_FROM_BACKUP = (
    "Replaced from the backup of {made:%Y-%m-%d %H:%M} UTC: {added} added, {changed} changed, {deleted} deleted"
)
MERGED_FROM_BACKUP = (
    "Merged from the backup of {made:%Y-%m-%d %H:%M} UTC: {added} added, {changed} changed, {deleted} deleted"
)
_ONE_KEY_BACKED_UP = "1 key"
_KEYS_BACKED_UP = "{number} keys"
_RECOVERY_SHEET = """\
ZCC Keys recovery key

{groups}

This key unlocks the vault if nothing else does. Anyone who has this key and the vault's files can read the vault. \
Keep it where only you can get it, and not on the same computer as the vault.

To use it, start ZCC Keys. Choose the recovery key, and type the eight groups or paste this line:

    {key}

Vault: {folder}
Computer: {computer}
Made: {made:%Y-%m-%d %H:%M}
If you make a newer recovery key for this vault, this one no longer works.
"""


def keys_backed_up(number: int) -> str:
    """Return how many keys were backed up."""
    return _ONE_KEY_BACKED_UP if number == 1 else _KEYS_BACKED_UP.format(number=number)


def recovery_sheet(key: RecoveryKey, folder: Path, computer: str, made: datetime) -> str:
    """Return the text that is printed or saved with a recovery key: the key, its purpose, and how to use it.

    The groups are numbered, because the program names a group with a typing error by its number.
    """
    groups = "\n".join(f"    {number}   {group}" for number, group in enumerate(key.groups(), start=1))
    return _RECOVERY_SHEET.format(
        groups=groups, key=key.reveal(), folder=folder, computer=computer, made=made.astimezone()
    )
