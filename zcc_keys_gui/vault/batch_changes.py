"""Changes of many keys: one statement changes them, and one writes their history rows.

The keys are given by their numbers, `api_key.id`. Ascending numbers are about four times as fast as others: the pages
of the table are then read one after the other.
"""

from collections.abc import Sequence

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import Status
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.vault.rows import to_microseconds

_CHOSEN = "id IN (SELECT value FROM json_each(:numbers))"
_RECORD = f"""
    INSERT INTO history (at, who, action, client_id, name, details, status)
    SELECT :at, :who, :action, client_id, name, replace(replace(replace(:details,
        '{{status}}', status), '{{role}}', role), '{{session_validity}}', session_validity), coalesce(:status, status)
    FROM api_key WHERE {_CHOSEN}
"""


def set_status(db: sqlcipher.Connection, numbers: Sequence[int], status: Status, entry: HistoryEntry) -> int:
    """Give these keys a status, with a history row for each that had the other one; return how many had.

    `entry` is the row of each; see `delete`. Raises `KeyNotFoundError`, `sqlcipher.Error`.
    """
    values = _values(numbers, entry, status)
    ((found,),) = db.execute(f"SELECT count(*) FROM api_key WHERE {_CHOSEN}", values).fetchall()
    if found != len(numbers):
        raise KeyNotFoundError
    db.execute(f"{_RECORD} AND status <> :status", values)
    changed = db.execute(f"UPDATE api_key SET status = :status WHERE {_CHOSEN} AND status <> :status", values)
    return int(changed.rowcount)


def delete(db: sqlcipher.Connection, numbers: Sequence[int], entry: HistoryEntry) -> None:
    """Delete these keys, each with a history row.

    `entry` is the row of each, but for client ID and name; `{status}`, `{role}` and `{session_validity}` in its details
    become those of the key. Raises `KeyNotFoundError`, `sqlcipher.Error`.
    """
    values = _values(numbers, entry, None)
    db.execute(_RECORD, values)
    if db.execute(f"DELETE FROM api_key WHERE {_CHOSEN}", values).rowcount != len(numbers):
        raise KeyNotFoundError


def _values(numbers: Sequence[int], entry: HistoryEntry, status: Status | None) -> dict[str, object]:
    return {
        "numbers": str(list(numbers)),  # which is JSON
        "at": to_microseconds(entry.when),
        "who": entry.account,
        "action": entry.action.value,
        "details": entry.details,
        "status": status and status.value,
    }
