"""Doing what a restore plan says, within one transaction of the open vault."""

import json
from typing import Protocol

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestorePlan
from zcc_keys_gui.vault.listing import from_time

_ROW = "at, who, action, client_id, name, details"
# An old secret goes on beside the very secret that it was replaced with, and beside no other.
_NOTE = """
    UPDATE api_key SET last_sign_in = :last_sign_in,
        replaced_verifier = CASE WHEN verifier = :verifier THEN :replaced_verifier END,
        replaced_until = CASE WHEN verifier = :verifier THEN :replaced_until END
    WHERE client_id = :client_id
"""
_NOTED = ("client_id", "last_sign_in", "verifier", "replaced_verifier", "replaced_until")


class Change(Protocol):
    """What restoring needs of a change in the making; see `VaultChange`."""

    def insert(self, key: ApiKey, verifier: bytes) -> None:
        """Add a key and the verifier of its secret."""

    def delete(self, client_id: str) -> None:
        """Delete the key. Raises `KeyNotFoundError`."""


def restore(change: Change, db: sqlcipher.Connection, plan: RestorePlan) -> None:
    """Add, change and delete the keys of the plan, and put its history rows among those that are there, by their time.

    Raises `sqlcipher.Error`, `KeyNotFoundError`; the caller then undoes everything.
    """
    noted = _noted(db, plan)
    for key in plan.deleted:
        change.delete(key.client_id)
    for stored in plan.changed:  # all are taken out first: two of them may swap their names
        change.delete(stored.key.client_id)
    for stored in (*plan.changed, *plan.added):
        change.insert(stored.key, stored.verifier)
    db.executemany(_NOTE, noted)
    if plan.history:
        _unite(db, plan.history)


def _noted(db: sqlcipher.Connection, plan: RestorePlan) -> list[dict[str, object]]:
    """Return what the backup does not tell of each key that is changed: of its last sign-in, and of its old secret."""
    changed = json.dumps([stored.key.client_id for stored in plan.changed])
    rows = db.execute(
        f"SELECT {', '.join(_NOTED)} FROM api_key WHERE client_id IN (SELECT value FROM json_each(?))", (changed,)
    )
    return [dict(zip(_NOTED, row, strict=True)) for row in rows]


def _unite(db: sqlcipher.Connection, rows: tuple[HistoryEntry, ...]) -> None:
    """Renumber all rows, in order of time. What forbids to change the history is away meanwhile."""
    triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'history'")
    guards = triggers.fetchall()
    for name, _ in guards:
        db.execute(f"DROP TRIGGER {name}")
    there = db.execute(f"SELECT {_ROW} FROM history ORDER BY id").fetchall()
    missing = [(from_time(row.when), row.who, row.action.value, row.client_id, row.name, row.details) for row in rows]
    db.execute("DELETE FROM history")
    united = sorted(missing + there, key=lambda row: int(row[0]))
    db.executemany(
        f"INSERT INTO history (id, {_ROW}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((number, *row) for number, row in enumerate(united, start=1)),
    )
    for _, sql in guards:
        db.execute(sql)
