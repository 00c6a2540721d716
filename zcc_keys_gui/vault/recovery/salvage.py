"""Reads every row on the healthy pages of a damaged vault.

Rows are read from the leaf pages directly, without the tree above them, so that a damaged page costs only its own rows.
Only the newest version of each page counts, so that no deleted key and no older secret comes back.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from zcc_keys_gui.domain.damage import Readable
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.keys.cipher import connect
from zcc_keys_gui.vault.pages.database_pages import DatabasePages, Page
from zcc_keys_gui.vault.pages.table_rows import Row, child_pages, decode_rows
from zcc_keys_gui.vault.rows import to_time

# The types of the columns show which table a row is from. SQLite stores NULL in the column of the row ID.
_KEY_TYPES = (type(None), str, str, str, str, int, int, int, bytes)
_HISTORY_TYPES = (type(None), int, str, str, str, str, str)
_HISTORY_STATUS_TYPES = ((), (str,), (type(None),))  # the status is missing before schema 5, and may be NULL since
_SCHEMA_TYPES = (str, str, str, int)
_VAULT_TYPES = (str, int, int)
_HISTORY_ACTION, _HISTORY_CLIENT_ID, _HISTORY_NAME = 3, 4, 5


@dataclass
class Salvaged:
    """The rows that could be read, by row ID."""

    pages: int = 0
    """How many pages there should be."""
    bad_pages: list[int] = field(default_factory=list)
    keys: dict[int, Row] = field(default_factory=dict)
    history: dict[int, Row] = field(default_factory=dict)
    vault: Row | None = None
    root_pages: dict[object, object] = field(default_factory=dict)
    """The first page of each table, by the name of the table."""
    child_pages: dict[int, list[int]] = field(default_factory=dict)
    """The pages below each inner page of a table."""

    @property
    def keys_lost(self) -> int | None:
        """How many keys cannot be read; None if that is unknown."""
        if self._is_complete("api_key"):
            return 0
        if self.vault is None or not isinstance(self.vault[2], int):
            return None
        return max(0, self.vault[2] - len(self.keys))

    @property
    def history_lost(self) -> int | None:
        """How many history rows cannot be read, at least; None if that is unknown."""
        if self._is_complete("history"):
            return 0
        # History rows are never deleted, so each missing number is a lost row. More rows may have followed.
        return (max(self.history) - len(self.history) or None) if self.history else None

    @property
    def names_lost(self) -> list[str]:
        """The names of keys that are in the history, but cannot be read."""
        readable = {row[1] for row in self.keys.values()}
        return sorted(
            str(row[_HISTORY_NAME])
            for client_id, row in self._last_history_rows().items()
            if client_id and client_id not in readable and row[_HISTORY_ACTION] != Action.DELETED.value
        )

    def summary(self) -> Readable:
        """Return how much could be read."""
        return Readable(
            self.pages,
            len(self.bad_pages),
            len(self.keys),
            self.keys_lost,
            len(self.history),
            self.history_lost,
            tuple(self.names_lost),
        )

    def history_entries(self) -> list[HistoryEntry]:
        """Return the history, the oldest entry first."""
        return [_history_entry(row) for _, row in sorted(self.history.items())]

    def add_page(self, page: Page) -> None:
        """Add the rows of a page, or count it as damaged."""
        if page.content is None:
            self.bad_pages.append(page.number)
            return
        if children := child_pages(page.number, page.content):
            self.child_pages[page.number] = children
        for row_id, row in decode_rows(page.number, page.content):
            self._add_row(row_id, row)

    def drop_deleted(self) -> None:
        """Leave out keys that the history says are deleted."""
        deleted = {
            client_id
            for client_id, row in self._last_history_rows().items()
            if row[_HISTORY_ACTION] == Action.DELETED.value
        }
        self.keys = {row_id: row for row_id, row in self.keys.items() if row[1] not in deleted}

    def _add_row(self, row_id: int, row: Row) -> None:
        types = tuple(type(value) for value in row)
        if types[: len(_KEY_TYPES)] == _KEY_TYPES:
            self.keys[row_id] = row[: len(_KEY_TYPES)]  # without the columns of the sign-in service
        elif types[:7] == _HISTORY_TYPES and types[7:] in _HISTORY_STATUS_TYPES:
            self.history[row_id] = (*row, None)[:8]
        elif types[:4] == _SCHEMA_TYPES and row[0] == "table":
            self.root_pages[row[1]] = row[3]
        elif types[:3] == _VAULT_TYPES and len(str(row[0])) == 36 and "-" in str(row[0]):
            self.vault = row

    def _is_complete(self, table: str) -> bool:
        """Return whether all pages of a table can be read."""
        to_check = [self.root_pages.get(table)]
        while to_check:
            number = to_check.pop()
            if not isinstance(number, int) or number in self.bad_pages:
                return False
            to_check += self.child_pages.get(number, [])
        return True

    def _last_history_rows(self) -> dict[object, Row]:
        """Return the last history row of each key, by client ID."""
        return {self.history[row_id][_HISTORY_CLIENT_ID]: self.history[row_id] for row_id in sorted(self.history)}


def salvage(database: Path, key: bytes, is_wanted: Callable[[], bool] = lambda: True) -> Salvaged:
    """Read the healthy pages of a database and its write-ahead log, without changing them.

    Raises `OSError`, and `InterruptedError` after `is_wanted` returns False.
    """
    pages = DatabasePages(database, key)
    found = Salvaged(pages.count, [1] if pages.is_salt_damaged else [])  # page 1 begins with the salt
    for page in pages:
        if not is_wanted():
            raise InterruptedError
        found.add_page(page)
    found.drop_deleted()
    return found


def write_salvaged(found: Salvaged, database: Path, key: bytes, vault_id: str, generation: int) -> int:
    """Make a database from the rows that were read, and flush it; return how many keys are in it.

    Raises `sqlcipher.Error`, `OSError`.
    """
    database.touch(mode=0o600)
    with closing(connect(database, key)) as db:
        schema.create(db, vault_id, generation)
        db.execute("BEGIN")
        db.executemany(
            "INSERT OR IGNORE INTO api_key (id, client_id, name, status, role, session_validity, created,"
            " secret_pending, verifier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(row_id, *row[1:]) for row_id, row in sorted(found.keys.items())],
        )
        db.executemany(
            "INSERT INTO history (at, who, action, client_id, name, details, status) SELECT at, who, action, client_id,"
            f" name, details, coalesce(status, {schema.STATUS_IN_TEXT}) FROM (SELECT ? AS at, ? AS who, ? AS action,"
            " ? AS client_id, ? AS name, ? AS details, ? AS status)",
            [row[1:] for _, row in sorted(found.history.items())],
        )
        db.execute("COMMIT")
        (keys,) = db.execute("SELECT count(*) FROM api_key").fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    flush(database)
    return int(keys)


def _history_entry(row: Row) -> HistoryEntry:
    _, at, account, action, client_id, name, details, _ = row
    assert isinstance(at, int)
    return HistoryEntry(to_time(at), str(account), Action(str(action)), str(client_id), str(name), str(details))
