"""Converts between rows of the database and the objects of `domain`."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.domain.history import Action, HistoryEntry

KEY_COLUMNS = "client_id, name, status, role, session_validity, created, secret_pending, last_sign_in, replaced_until"
HISTORY_COLUMNS = "at, who, action, name, client_id, details, status"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A look-up takes a quarter of the time of calling the enum, and a page has 256 rows.
_STATUS = {status.value: status for status in Status}
_ROLE = {role.value: role for role in Role}


def key_from_row(values: Sequence[Any]) -> ApiKey:
    """Return the key in a row of `KEY_COLUMNS`; the last two columns may be missing."""
    client_id, name, status, role, session_validity, created, secret_pending, *sign_in_times = values
    fields = KeyFields(name, _STATUS[status], _ROLE[role], session_validity)
    times = (to_time(time) if time else None for time in sign_in_times)
    return ApiKey(client_id, fields, to_time(created), bool(secret_pending), *times)


def key_values(key: ApiKey) -> tuple[str | int, ...]:
    """Return the values of a key for its columns from `name` to `secret_pending`, in the order of `KEY_COLUMNS`."""
    fields = key.fields
    return (
        fields.name,
        fields.status.value,
        fields.role.value,
        fields.session_validity,
        to_microseconds(key.created),
        int(key.secret_pending),
    )


def history_entry_from_row(values: Sequence[Any]) -> HistoryEntry:
    """Return the history entry in a row of `HISTORY_COLUMNS`."""
    at, account, action, name, client_id, details, status = values
    return HistoryEntry(to_time(at), account, Action(action), client_id, name, details, status and _STATUS[status])


def history_values(entry: HistoryEntry) -> tuple[str | int | None, ...]:
    """Return the values of a history entry, in the order of `HISTORY_COLUMNS`."""
    return (
        to_microseconds(entry.when),
        entry.account,
        entry.action.value,
        entry.name,
        entry.client_id,
        entry.details,
        entry.status and entry.status.value,
    )


def to_time(microseconds: int) -> datetime:
    """Return the time, in UTC, that is this many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def to_microseconds(time: datetime) -> int:
    """Return how many microseconds after 1970 a time is; it must have a time zone."""
    return (time - _EPOCH) // timedelta(microseconds=1)
