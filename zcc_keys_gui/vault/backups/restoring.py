"""Plans what restoring a backup does to a vault, and does it, with only a few rows in memory at a time.

Everything runs over one connection: the vault is its `main` database, and a `StagedBackup` is attached as `backup`.
SQLite compares the two histories. `domain.restore_plan` decides about each key that differs.

In the statements, "here" is the vault and "there" is the backup.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import Status
from zcc_keys_gui.domain.backup import RestoreNotes, StoredKey
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.restore_plan import (
    NEW_SECRET,
    RENAMED_SHOWN,
    Decision,
    RestoreOptions,
    RestorePlan,
    Since,
    UniqueNames,
    decide,
)
from zcc_keys_gui.vault.backups.backup_format import HISTORY, KEYS
from zcc_keys_gui.vault.rows import key_from_row, key_values, to_microseconds, to_time

_CHANGED, _ADDED, _DELETED = 1, 2, 3  # values of `outcome.kind`; names are assigned in this order
_ROWS_PER_BATCH = 500
_SAME = " AND ".join(f"there.{column} = here.{column}" for column in HISTORY.split(", ") if column != "status")
_SECRET = ", ".join(f"'{action.value}'" for action in sorted(NEW_SECRET))

# History rows of the backup that the vault has as well. `CROSS JOIN` lets SQLite read the vault's history once, and
# find each row by the primary key of the backup's history.
_KNOWN = f"""
    INSERT OR IGNORE INTO backup.known
    SELECT there.id FROM main.history AS here CROSS JOIN backup.history AS there ON {_SAME}
"""
# What only the vault's history says about each key, and then what only the backup's history says.
_SINCE_HERE = f"""
    INSERT INTO backup.since (client_id, changed_here, secret_here, deleted_here, status_here)
    SELECT client_id, at, iif(action IN ({_SECRET}), at, NULL), action = '{Action.DELETED.value}', status
    FROM main.history AS here
    WHERE client_id <> '' AND NOT EXISTS (SELECT 1 FROM backup.history AS there WHERE {_SAME}) ORDER BY id
    ON CONFLICT (client_id) DO UPDATE SET
        changed_here = max(changed_here, excluded.changed_here),
        secret_here = coalesce(max(secret_here, excluded.secret_here), secret_here, excluded.secret_here),
        deleted_here = max(deleted_here, excluded.deleted_here),
        status_here = coalesce(excluded.status_here, status_here)
"""
_SINCE_THERE = f"""
    INSERT INTO backup.since (client_id, changed_there, secret_there)
    SELECT client_id, at, iif(action IN ({_SECRET}), at, NULL)
    FROM backup.history AS there
    WHERE client_id <> '' AND NOT EXISTS (SELECT 1 FROM backup.known WHERE known.id = there.id)
    ON CONFLICT (client_id) DO UPDATE SET
        changed_there = coalesce(max(changed_there, excluded.changed_there), excluded.changed_there),
        secret_there = coalesce(max(secret_there, excluded.secret_there), secret_there, excluded.secret_there)
"""
_KEY_COLUMNS = KEYS.split(", ")
_SINCE_COLUMNS = ("changed_here", "secret_here", "deleted_here", "status_here", "changed_there", "secret_there")
# Each key of the backup that is missing in the vault or differs there, with what the histories say about it.
_DIFFERING = f"""
    SELECT {", ".join(f"there.{column}" for column in _KEY_COLUMNS)},
        {", ".join(f"here.{column}" for column in _KEY_COLUMNS)}, {", ".join(_SINCE_COLUMNS)}
    FROM backup.api_key AS there
    LEFT JOIN main.api_key AS here ON here.client_id = there.client_id
    LEFT JOIN backup.since ON since.client_id = there.client_id
    WHERE here.client_id IS NULL OR {" OR ".join(f"here.{column} <> there.{column}" for column in _KEY_COLUMNS[1:])}
        OR here.name <> there.name COLLATE BINARY
    ORDER BY there.client_id
"""
_NOT_IN_BACKUP = "NOT EXISTS (SELECT 1 FROM backup.api_key AS there WHERE there.client_id = here.client_id)"
# Names of keys that the restore neither changes nor deletes.
_UNCHANGED_NAMES = """
    SELECT lower(name) FROM main.api_key AS here WHERE NOT EXISTS
        (SELECT 1 FROM backup.outcome WHERE kind IN (1, 3) AND outcome.client_id = here.client_id)
"""
# Values of changed keys that are not in a backup.
_OLD_SECRETS = """
    INSERT INTO backup.kept SELECT client_id, last_sign_in, verifier, replaced_verifier, replaced_until
    FROM main.api_key WHERE client_id IN (SELECT client_id FROM backup.outcome WHERE kind = 1)
"""
# The grace period of an old secret continues only if the key keeps the secret that replaced it.
_KEEP_OLD_SECRETS = """
    UPDATE main.api_key SET last_sign_in = kept.last_sign_in,
        replaced_verifier = iif(api_key.verifier = kept.verifier, kept.replaced_verifier, NULL),
        replaced_until = iif(api_key.verifier = kept.verifier, kept.replaced_until, NULL)
    FROM backup.kept WHERE kept.client_id = api_key.client_id
"""


def compare(db: sqlcipher.Connection) -> None:
    """Compare the histories of the vault and the backup; `plan` needs the result. Raises `sqlcipher.Error`."""
    for statement in ("DELETE FROM backup.known", "DELETE FROM backup.since", _KNOWN, _SINCE_HERE, _SINCE_THERE):
        db.execute(statement)


def plan(db: sqlcipher.Connection, options: RestoreOptions) -> RestorePlan:
    """Return what restoring would do; call `compare` first. The vault is not changed. Raises `sqlcipher.Error`."""
    db.execute("DELETE FROM backup.outcome")
    left_unchanged = _store_outcomes(db, options)
    if options.replace:
        columns = ", ".join(_KEY_COLUMNS)
        db.execute(
            f"INSERT INTO backup.outcome (kind, {columns})"
            f" SELECT {_DELETED}, {columns} FROM main.api_key AS here WHERE {_NOT_IN_BACKUP}"
        )
    renamed, first_renamed = _make_names_unique(db)
    (rows,) = db.execute(
        "SELECT (SELECT count(*) FROM backup.history) - (SELECT count(*) FROM backup.known)"
    ).fetchone()
    added, changed, deleted = (_count_outcomes(db, kind) for kind in (_ADDED, _CHANGED, _DELETED))
    return left_unchanged._replace(
        added=added,
        changed=changed,
        deleted=deleted,
        renamed=renamed,
        first_renamed=first_renamed,
        history=rows,
    )


def merge(db: sqlcipher.Connection, planned: RestorePlan) -> None:
    """Make the changes that `plan` has found, in the transaction of the caller. Raises `sqlcipher.Error`."""
    db.execute("DELETE FROM backup.kept")
    db.execute(_OLD_SECRETS)
    # All keys are deleted before any is inserted, because two of them may swap their names.
    outdated = "SELECT client_id FROM backup.outcome WHERE kind IN (1, 3)"
    db.execute(f"DELETE FROM main.api_key WHERE client_id IN ({outdated})")
    db.execute(
        f"INSERT INTO main.api_key ({KEYS}) SELECT {KEYS} FROM backup.outcome WHERE kind IN (1, 2)"
        " ORDER BY kind, client_id"
    )
    db.execute(_KEEP_OLD_SECRETS)
    if planned.history:
        _merge_histories(db)


def write_notes(db: sqlcipher.Connection, notes: RestoreNotes) -> None:
    """Write the history rows about the restore. Raises `sqlcipher.Error`."""
    for kind, action, details in (
        (_ADDED, Action.RESTORED, notes.added),
        (_CHANGED, Action.RESTORED, notes.changed),
        (_DELETED, Action.DELETED, notes.deleted),
    ):
        db.execute(
            f"INSERT INTO main.history ({HISTORY}) SELECT ?, ?, ?, name, client_id, ?, status FROM backup.outcome"
            " WHERE kind = ? ORDER BY client_id",
            (to_microseconds(notes.when), notes.account, action.value, details, kind),
        )
    db.execute(
        f"INSERT INTO main.history ({HISTORY}) VALUES (?, ?, ?, '', '', ?, NULL)",
        (to_microseconds(notes.when), notes.account, Action.RESTORED.value, notes.whole),
    )


def _store_outcomes(db: sqlcipher.Connection, options: RestoreOptions) -> RestorePlan:
    """Store the outcome for each key that differs; return how many keys are left unchanged."""
    left_deleted = left_disabled = left_secrets = 0
    batch: list[tuple[Any, ...]] = []
    for now, decision in _make_decisions(db, options):
        left_deleted += decision.left_deleted
        left_disabled += decision.left_disabled
        left_secrets += decision.left_secret
        if decision.key is not None and decision.key != now:
            batch.append((_ADDED if now is None else _CHANGED, *_outcome_values(decision.key)))
        if len(batch) == _ROWS_PER_BATCH:
            _store_outcome(db, batch)
            batch = []
    _store_outcome(db, batch)
    return RestorePlan(left_deleted=left_deleted, left_disabled=left_disabled, left_secrets=left_secrets)


def _make_decisions(db: sqlcipher.Connection, options: RestoreOptions) -> Iterator[tuple[StoredKey | None, Decision]]:
    width = len(_KEY_COLUMNS)
    for row in db.execute(_DIFFERING):
        old, now = (
            _stored_key_from_row(row[:width]),
            None if row[width] is None else _stored_key_from_row(row[width : 2 * width]),
        )
        changed_here, secret_here, deleted_here, status_here, changed_there, secret_there = row[2 * width :]
        here = Since(
            _optional_time(changed_here),
            _optional_time(secret_here),
            bool(deleted_here),
            status_here and Status(status_here),
        )
        there = Since(_optional_time(changed_there), _optional_time(secret_there))
        yield now, decide(old, now, here, there, options)


def _store_outcome(db: sqlcipher.Connection, rows: list[tuple[Any, ...]]) -> None:
    placeholders = ", ".join("?" * (1 + len(_KEY_COLUMNS)))
    db.executemany(f"INSERT INTO backup.outcome (kind, {KEYS}) VALUES ({placeholders})", rows)


def _make_names_unique(db: sqlcipher.Connection) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Add numbers to names that another key has; return how many keys are renamed, and the first of them."""
    kept = {name for (name,) in db.execute(_UNCHANGED_NAMES)}
    outcome = "FROM backup.outcome WHERE kind IN (1, 2)"
    names = UniqueNames(kept, kept | {name for (name,) in db.execute(f"SELECT lower(name) {outcome}")})
    first: list[tuple[str, str]] = []
    changes: list[tuple[str, int, str]] = []
    for kind, client_id, name in db.execute(f"SELECT kind, client_id, name {outcome} ORDER BY kind, client_id"):
        own = names.make_unique(name)
        if own != name:
            changes.append((own, kind, client_id))
            if len(first) < RENAMED_SHOWN:
                first.append((name, own))
    db.executemany("UPDATE backup.outcome SET name = ? WHERE kind = ? AND client_id = ?", changes)
    return len(changes), tuple(first)


def _merge_histories(db: sqlcipher.Connection) -> None:
    """Insert the backup's history rows into the vault's by time; the rows after the first of them get new numbers."""
    missing = "NOT EXISTS (SELECT 1 FROM backup.known WHERE known.id = history.id)"
    (first,) = db.execute(f"SELECT min(at) FROM backup.history WHERE {missing}").fetchone()
    (number,) = db.execute("SELECT coalesce(min(id), 0) FROM main.history WHERE at >= ?", (first,)).fetchone()
    db.execute("DELETE FROM backup.merged")
    columns = f"at, source, id, {HISTORY.removeprefix('at, ')}"
    values = f"id, {HISTORY.removeprefix('at, ')}"
    db.execute(f"INSERT INTO backup.merged ({columns}) SELECT at, 0, {values} FROM backup.history WHERE {missing}")
    # The triggers that forbid changes of the history are removed while it is merged.
    triggers = db.execute(
        "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = 'history'"
    ).fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER main.{name}")
    if number:
        rows = f"SELECT at, 1, {values} FROM main.history WHERE id >= ?"
        db.execute(f"INSERT INTO backup.merged ({columns}) {rows}", (number,))
        db.execute("DELETE FROM main.history WHERE id >= ?", (number,))
    db.execute(f"INSERT INTO main.history ({HISTORY}) SELECT {HISTORY} FROM backup.merged ORDER BY at, source, id")
    for _, sql in triggers:
        db.execute(sql)


def _count_outcomes(db: sqlcipher.Connection, kind: int) -> int:
    return int(db.execute("SELECT count(*) FROM backup.outcome WHERE kind = ?", (kind,)).fetchone()[0])


def _stored_key_from_row(row: tuple[Any, ...]) -> StoredKey:
    return StoredKey(key_from_row(row[:-1]), row[-1])


def _outcome_values(stored: StoredKey) -> tuple[Any, ...]:
    """Return the values of the columns `KEYS`."""
    return stored.key.client_id, *key_values(stored.key), stored.verifier


def _optional_time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else to_time(microseconds)
