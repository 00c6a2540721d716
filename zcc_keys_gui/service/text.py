"""The details of history rows, in words. The program never parses them; older rows keep their words."""

from collections.abc import Mapping

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


def keys_backed_up(number: int) -> str:
    """Return how many keys were backed up."""
    return _ONE_KEY_BACKED_UP if number == 1 else _KEYS_BACKED_UP.format(number=number)
