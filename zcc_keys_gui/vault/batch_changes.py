"""Changes many keys with one statement, and writes their history rows with another.

The keys are given by their numbers, `api_key.id`. Ascending numbers are about four times as fast as others, because the
pages of the table are then read in order.
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
    """Set the status of these keys; return how many had the other status.

    Each of those gets a history row, `entry`; see `delete`. Raises `KeyNotFoundError`, `sqlcipher.Error`.
    """
    values = _values(numbers, entry, status)
    ((found,),) = db.execute(f"SELECT count(*) FROM api_key WHERE {_CHOSEN}", values).fetchall()
    if found != len(numbers):
        raise KeyNotFoundError
    db.execute(f"{_RECORD} AND status <> :status", values)
    changed = db.execute(f"UPDATE api_key SET status = :status WHERE {_CHOSEN} AND status <> :status", values)
    return int(changed.rowcount)


def delete(db: sqlcipher.Connection, numbers: Sequence[int], entry: HistoryEntry) -> None:
    """Delete these keys.

    Each gets a history row, `entry`, with its own client ID and name. In the details, `{status}`, `{role}` and
    `{session_validity}` are replaced with the values of the key. Raises `KeyNotFoundError`, `sqlcipher.Error`.
    """
    values = _values(numbers, entry, None)
    db.execute(_RECORD, values)
    if db.execute(f"DELETE FROM api_key WHERE {_CHOSEN}", values).rowcount != len(numbers):
        raise KeyNotFoundError


def _values(numbers: Sequence[int], entry: HistoryEntry, status: Status | None) -> dict[str, object]:
    return {
        "numbers": str(list(numbers)),  # this is valid JSON
        "at": to_microseconds(entry.when),
        "who": entry.account,
        "action": entry.action.value,
        "details": entry.details,
        "status": status and status.value,
    }
