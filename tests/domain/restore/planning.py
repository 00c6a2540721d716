"""Plans restores of small vaults as the program does: SQLite compares them, and the domain decides."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.vault_content import Content
from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.backup import StoredKey
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.vault.backups import restoring, staged_backup
from zcc_keys_gui.vault.backups.backup_format import HISTORY, KEYS
from zcc_keys_gui.vault.rows import history_entry_from_row, key_from_row, to_microseconds

_KEY_PLACES = ", ".join("?" * 8)
_HISTORY_PLACES = ", ".join("?" * 8)


@dataclass(frozen=True)
class Planned:
    """A plan, and the keys and rows that it would change."""

    numbers: RestorePlan
    added: tuple[StoredKey, ...]
    changed: tuple[StoredKey, ...]
    deleted: tuple[ApiKey, ...]
    history: tuple[HistoryEntry, ...]

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The first renamed keys: their old and new names."""
        return self.numbers.first_renamed

    @property
    def changes_anything(self) -> bool:
        """Whether restoring would change anything."""
        return self.numbers.changes_anything

    @property
    def left_deleted(self) -> int:
        """Keys that stay deleted."""
        return self.numbers.left_deleted

    @property
    def left_disabled(self) -> int:
        """Keys that stay disabled."""
        return self.numbers.left_disabled

    @property
    def left_secrets(self) -> int:
        """Older secrets that stay invalid."""
        return self.numbers.left_secrets


def plan_restore(present: Content, backup: Content, options: RestoreOptions) -> Planned:
    """Return what a restore with these options would do to a vault with the content `present`."""
    with closing(sqlcipher.connect(":memory:", isolation_level=None)) as db:
        db.execute("ATTACH ':memory:' AS backup")
        db.executescript(
            staged_backup._TABLES.replace("CREATE TABLE ", "CREATE TABLE backup.").replace(
                "INDEX api_key_by_name", "INDEX backup.api_key_by_name"
            )
        )
        db.execute("CREATE TABLE main.api_key AS SELECT * FROM backup.api_key")
        db.execute("CREATE UNIQUE INDEX main.by_client_id ON api_key (client_id)")
        db.execute(f"CREATE TABLE main.history (id INTEGER PRIMARY KEY, {HISTORY})")
        for schema, content in (("main", present), ("backup", backup)):
            db.executemany(f"INSERT INTO {schema}.api_key ({KEYS}) VALUES ({_KEY_PLACES})", _keys(content))
            db.executemany(f"INSERT INTO {schema}.history (id, {HISTORY}) VALUES ({_HISTORY_PLACES})", _rows(content))
        restoring.compare(db)
        numbers = restoring.plan(db, options)
        added, changed, deleted = (tuple(_outcome(db, kind)) for kind in (2, 1, 3))
        missing = db.execute(
            f"SELECT {HISTORY} FROM backup.history WHERE id NOT IN (SELECT id FROM backup.known) ORDER BY id"
        )
        history = tuple(map(history_entry_from_row, missing))
    assert (len(added), len(changed), len(deleted)) == (numbers.added, numbers.changed, numbers.deleted)
    assert len(history) == numbers.history
    return Planned(numbers, added, changed, tuple(stored.key for stored in deleted), history)


def _outcome(db: sqlcipher.Connection, kind: int) -> Iterator[StoredKey]:
    for row in db.execute(f"SELECT {KEYS} FROM backup.outcome WHERE kind = ? ORDER BY client_id", (kind,)):
        yield StoredKey(key_from_row(row[:-1]), row[-1])


def _keys(content: Content) -> Iterator[tuple[Any, ...]]:
    return (restoring._outcome_values(stored) for stored in content.keys)


def _rows(content: Content) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(content.history, start=1):
        status = row.status and row.status.value
        yield (
            number,
            to_microseconds(row.when),
            row.account,
            row.action.value,
            row.name,
            row.client_id,
            row.details,
            status,
        )
