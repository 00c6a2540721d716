"""Answers the lists' questions a page at a time, each in the way that is quick for it.

Measured with 100,000 keys (milliseconds): counting through the trigram index 2; a page of few matches through that
index and a sort 2; a page of many matches along the sort's own index, asking of each row whether it is among the
matches, 8. One and two letters are not in the trigram index: reading every row in the table's own order, and sorting
what matches, takes 40 to 100 (along a sort's index, which fetches the rows from all over the file, up to 1,000), so
those queries are called slow and are answered by `ids`, each over a connection of its own (1 ms) that can be
interrupted.
"""

import json
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.vault.connections import Reader, VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.rows import HISTORY_COLUMNS, KEY_COLUMNS, history_entry_from_row, key_from_row

if TYPE_CHECKING:  # start-up asks for keys alone
    from zcc_keys_gui.domain.sign_in import SignInQuery

_SHORTEST_INDEXED = 3  # letters: a trigram
_FEW_ROWS = 12_000  # so many are read twice within a frame, to count what matches and to show it
_FEW_POSITIONS = 8  # keys: that many are counted for one by one sooner than all rows are gone through
_FEW_MATCHES = 1_000  # so many are sorted sooner than the sort's index is walked
_SLOW_CACHE_KIB = 250  # a scan reads each page once: a larger cache gains little
_PIECE = 20_000  # characters of JSON that are read at a time

QueryT = TypeVar("QueryT", bound="KeyQuery | HistoryQuery | SignInQuery")
RowT = TypeVar("RowT")


class Selection(NamedTuple):
    """Which rows match, as SQL that follows WHERE, and what to fill in."""

    where: str
    values: tuple[Any, ...]


class SqlListing(ABC, Generic[QueryT, RowT]):
    """A list of rows from one table."""

    table: str
    columns: str

    def __init__(self, path: Path, reader: Reader, connections: VaultConnections) -> None:
        """Answer quick queries over `reader`, and slow ones over connections of their own."""
        self._path = path
        self._reader = reader
        self._connections = connections
        self._slow_db: VaultConnection | None = None
        self._slow_turn = Lock()

    @abstractmethod
    def _selection(self, query: QueryT, db: sqlcipher.Connection) -> Selection: ...

    @abstractmethod
    def _order(self, query: QueryT) -> str: ...

    @abstractmethod
    def _row(self, values: Sequence[Any]) -> RowT: ...

    @abstractmethod
    def is_slow(self, query: QueryT) -> bool:
        """Say whether only a scan of many rows answers the query."""

    def count(self, query: QueryT) -> int:
        """Return how many rows match."""
        with self._reading() as db:
            selection = self._selection(query, db)
            count = db.execute(f"SELECT count(*) FROM {self.table} WHERE {selection.where}", selection.values)
            return int(count.fetchone()[0])

    def page(self, query: QueryT, offset: int, limit: int) -> list[RowT]:
        """Return up to `limit` rows from row `offset` on."""
        with self._reading() as db:
            return self.page_of(self._ids(query, db, limit, offset))

    def ids(self, query: QueryT) -> "array[int]":
        """Return the number of every matching row, in order; in another thread, but in one at a time.

        Raises `InterruptedError` after `interrupt`, and `VaultError`.
        """
        with vault_errors_for(self._path), self._slow_turn, self._connections.reading() as db:
            db.execute(f"PRAGMA cache_size = -{_SLOW_CACHE_KIB}")
            self._slow_db = db
            try:
                return self._ids(query, db)
            finally:
                self._slow_db = None

    def interrupt(self) -> None:
        """Make an `ids` under way in another thread end at once with `InterruptedError`."""
        slow_db = self._slow_db
        if slow_db is not None:
            slow_db.interrupt()

    def page_of(self, ids: Sequence[int]) -> list[RowT]:
        """Return the rows with these numbers, in this order; rows that are gone are left out."""
        with self._reading() as db:
            found = db.execute(
                f"SELECT id, {self.columns} FROM {self.table} WHERE id IN ({','.join('?' * len(ids))})", tuple(ids)
            )
            rows = {values[0]: self._row(values[1:]) for values in found}
            return [rows[id_] for id_ in ids if id_ in rows]

    def rows(self, query: QueryT) -> Iterator[RowT]:
        """Yield every matching row, in order, over a connection of its own; in any thread. Raises `VaultError`."""
        with vault_errors_for(self._path), self._connections.reading() as db:
            selection = self._selection(query, db)
            yield from map(
                self._row,
                db.execute(
                    f"SELECT {self.columns} FROM {self._rows_for(query)} WHERE {selection.where}"
                    f" ORDER BY {self._order(query)}",
                    selection.values,
                ),
            )

    @contextmanager
    def _reading(self) -> Iterator[VaultConnection]:
        with vault_errors_for(self._path), self._reader.turn() as db:
            yield db

    def _ids(self, query: QueryT, db: sqlcipher.Connection, limit: int = -1, offset: int = 0) -> "array[int]":
        # All numbers as one row: each row on its own would hand Python's lock to another thread and wait for it again.
        selection = self._selection(query, db)
        found = db.execute(
            f"SELECT json_group_array(id) FROM (SELECT id FROM {self._rows_for(query)} WHERE {selection.where}"
            f" ORDER BY {self._order(query)} LIMIT ? OFFSET ?)",
            (*selection.values, limit, offset),
        )
        return _numbers_in(found.fetchone()[0])

    def _rows_for(self, query: QueryT) -> str:
        """Return what to read: the table, along whichever index SQLite finds best."""
        return self.table


class SqlKeyListing(SqlListing[KeyQuery, ApiKey]):
    """The list of keys, in any order."""

    table = "api_key"
    columns = KEY_COLUMNS
    # Counting and each page ask for it again; it is valid until another connection changes something.
    _last_matches: tuple[tuple[sqlcipher.Connection, str, int], int] | None = None

    def positions(self, query: KeyQuery, client_ids: Sequence[str]) -> list[int]:
        """Return which rows of the answer hold these keys, from top to bottom; keys that do not match are left out."""
        if len(client_ids) <= _FEW_POSITIONS:
            each = (self.position(query, client_id) for client_id in client_ids)
            return sorted(row for row in each if row is not None)
        with self._reading() as db:
            wanted = set(self.numbers(client_ids))
            return [row for row, id_ in enumerate(self._ids(query, db)) if id_ in wanted]

    def position(self, query: KeyQuery, client_id: str) -> int | None:
        """Return which row of the answer holds the key, or None where it does not match."""
        with self._reading() as db:
            selection = self._selection(query, db)
            order = ", ".join(_order_columns(query))
            key = db.execute(
                f"SELECT {order} FROM api_key WHERE client_id = ? AND {selection.where}", (client_id, *selection.values)
            ).fetchone()
            if key is None:
                return None
            before = ">" if query.descending else "<"
            placeholders = ", ".join("?" * len(key))
            count = db.execute(
                f"SELECT count(*) FROM api_key WHERE ({order}) {before} ({placeholders}) AND {selection.where}",
                (*key, *selection.values),
            )
            return int(count.fetchone()[0])

    def numbers(self, client_ids: Sequence[str]) -> list[int]:
        """Return the numbers of these keys, of which `ids` has those that match; keys that are gone are left out."""
        with self._reading() as db:
            found = db.execute(
                "SELECT id FROM api_key WHERE client_id IN (SELECT value FROM json_each(?))", (json.dumps(client_ids),)
            )
            return [number for (number,) in found]

    def client_ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return the client IDs of the keys with these numbers; in any thread.

        Raises `KeyNotFoundError`, `VaultError`.
        """
        with vault_errors_for(self._path), self._connections.reading() as db:
            found = db.execute(
                "SELECT id, client_id FROM api_key WHERE id IN (SELECT value FROM json_each(?))", (str(list(numbers)),)
            )
            client_ids: dict[int, str] = dict(found.fetchall())
        if len(client_ids) != len(numbers):
            raise KeyNotFoundError
        return client_ids

    def is_slow(self, query: KeyQuery) -> bool:
        """Say whether only a scan of many rows answers the query, or its order may change while somebody looks."""
        with self._reading():
            return query.sort is KeyColumn.LAST_SIGN_IN or (self._scans(query) and self._total() > _FEW_ROWS)

    def count(self, query: KeyQuery) -> int:
        """Return how many keys match."""
        with self._reading() as db:
            if query.status is None and query.role is None and not self._scans(query):
                text = searchable(query.text)
                return self._matches(db, _phrase(text)) if text else self._total()
        return super().count(query)

    def _selection(self, query: KeyQuery, db: sqlcipher.Connection) -> Selection:
        # A leading + keeps SQLite from going through what matches: it then walks the index that has the order.
        conditions: list[str] = []
        values: list[str] = []
        for column, wanted in (("status", query.status), ("role", query.role)):
            if wanted is not None:
                conditions.append(f"+{column} = ?")
                values.append(wanted.value)
        text = searchable(query.text)
        if self._scans(query):
            conditions.append(r"(name LIKE ? ESCAPE '\' OR client_id LIKE ? ESCAPE '\')")
            values += [containing(text)] * 2
        elif text:
            phrase = _phrase(text)
            few = self._matches(db, phrase) <= _FEW_MATCHES
            conditions.append(f"{'' if few else '+'}id IN (SELECT rowid FROM api_key_text WHERE api_key_text MATCH ?)")
            values.append(phrase)
        return Selection(" AND ".join(conditions) or "TRUE", tuple(values))

    def _matches(self, db: sqlcipher.Connection, phrase: str) -> int:
        asked = (db, phrase, db.execute("PRAGMA data_version").fetchone()[0])
        last = self._last_matches  # which the other thread may replace meanwhile
        if last is None or last[0] != asked:
            count = db.execute("SELECT count(*) FROM api_key_text WHERE api_key_text MATCH ?", (phrase,))
            self._last_matches = last = (asked, int(count.fetchone()[0]))
        return last[1]

    def _total(self) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT keys FROM vault").fetchone()[0])

    def _rows_for(self, query: KeyQuery) -> str:
        return "api_key NOT INDEXED" if self._scans(query) else "api_key"

    def _order(self, query: KeyQuery) -> str:
        direction = "DESC" if query.descending else "ASC"
        return ", ".join(f"{column} {direction}" for column in _order_columns(query))

    def _scans(self, query: KeyQuery) -> bool:
        return 0 < len(searchable(query.text)) < _SHORTEST_INDEXED

    def _row(self, values: Sequence[Any]) -> ApiKey:
        return key_from_row(values)


class SqlHistoryListing(SqlListing[HistoryQuery, HistoryEntry]):
    """The history, the newest first; a text is looked for in every column, the time as `2026-11-23 09:12:33`."""

    table = "history"
    columns = HISTORY_COLUMNS

    _SEARCHED = r"""
        who || char(10) || action || char(10) || name || char(10) || client_id || char(10) || details || char(10) ||
        strftime('%Y-%m-%d %H:%M:%S', at / 1000000, 'unixepoch', 'localtime') LIKE ? ESCAPE '\'
    """

    def is_slow(self, query: HistoryQuery) -> bool:
        """Say whether only a scan of many rows answers the query."""
        return self._scans(query) and self._total() > _FEW_ROWS

    def count(self, query: HistoryQuery) -> int:
        """Return how many rows match."""
        return super().count(query) if self._scans(query) else self._total()

    def _ids(self, query: HistoryQuery, db: sqlcipher.Connection, limit: int = -1, offset: int = 0) -> "array[int]":
        if self._scans(query):
            return super()._ids(query, db, limit, offset)
        # No row is ever deleted, so that their numbers are known without reading them.
        newest = self._newest(db) - offset
        return array("q", range(newest, max(0, newest - limit) if limit >= 0 else 0, -1))

    def _selection(self, query: HistoryQuery, db: sqlcipher.Connection) -> Selection:
        if self._scans(query):
            return Selection(self._SEARCHED, (containing(searchable(query.text)),))
        return Selection("TRUE", ())

    def _total(self) -> int:
        with self._reading() as db:
            return self._newest(db)

    @staticmethod
    def _newest(db: VaultConnection) -> int:
        return int(db.execute("SELECT coalesce(max(id), 0) FROM history").fetchone()[0])

    def _order(self, query: HistoryQuery) -> str:
        return "id DESC"

    def _scans(self, query: HistoryQuery) -> bool:
        return bool(searchable(query.text))

    def _row(self, values: Sequence[Any]) -> HistoryEntry:
        return history_entry_from_row(values)


def _order_columns(query: KeyQuery) -> tuple[str, ...]:
    """Return the columns of the index that has the order, and what tells two equal rows apart."""
    others = (column for column in ("status", "role") if column != query.sort.value)
    return (query.sort.value, *others, "id")


def searchable(text: str) -> str:
    """Return what of a text can be looked for."""
    return text.replace("\0", "").strip()


def _numbers_in(text: str) -> "array[int]":
    """Return the numbers in a JSON array.

    It is read a piece at a time: all of a million numbers as Python objects would take 40 MB, and hold Python's lock
    for longer than a frame.
    """
    numbers = array("q")
    start, last = 1, len(text) - 1
    while start < last:
        end = text.find(",", start + _PIECE, last)
        end = last if end < 0 else end
        numbers.extend(map(int, text[start:end].split(",")))
        start = end + 1
    return numbers


def _phrase(text: str) -> str:
    """Return the text as FTS5 takes it literally."""
    return '"' + text.replace('"', '""') + '"'


def containing(text: str) -> str:
    """Return the pattern of LIKE, with a backslash for ESCAPE, for what contains a text."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return f"%{text}%"
