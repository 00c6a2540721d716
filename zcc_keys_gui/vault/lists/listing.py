"""Answers the queries of a list a page at a time, each in the way that is fastest for it.

Measured with 100,000 keys: counting through the trigram index takes 2 ms, a page of few matches through that index and
a sort 2 ms, and a page of many matches along the index of the sort 8 ms (each row is looked up among the matches).
Texts of one or two letters are not in the trigram index. For them, reading every row in the order of the table and
sorting the matches takes 40 to 100 ms. (Along the index of a sort, which fetches rows from all over the file, it would
take up to 1,000 ms.) Those queries are called slow. `ids` answers each of them over a new connection, which takes 1 ms
to open and can be interrupted.
"""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.domain.sign_in import SignInQuery
from zcc_keys_gui.vault.connections import Reader, VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for

_MAX_QUICK_ROWS = 12_000  # read twice within a frame of 16 ms: once to count the matches, once to show them
_SLOW_CACHE_KIB = 250  # a scan reads each page once, so a larger cache helps little
_JSON_CHARACTERS_AT_ONCE = 20_000

QueryT = TypeVar("QueryT", bound=KeyQuery | HistoryQuery | SignInQuery)
RowT = TypeVar("RowT")


class Selection(NamedTuple):
    """Which rows match: the SQL after WHERE, and the values for its placeholders."""

    where: str
    values: tuple[Any, ...]


class SqlListing(ABC, Generic[QueryT, RowT]):
    """A list of rows from one table; see `service.store.Listing`."""

    table: str
    columns: str

    def __init__(self, path: Path, reader: Reader, connections: VaultConnections) -> None:
        """Answer quick queries over `reader`, and each slow one over a new connection."""
        self._path = path
        self._reader = reader
        self._connections = connections
        self._slow_db: VaultConnection | None = None
        self._slow_query_lock = Lock()

    @abstractmethod
    def _selection(self, query: QueryT, db: sqlcipher.Connection) -> Selection: ...

    @abstractmethod
    def _order(self, query: QueryT) -> str: ...

    @abstractmethod
    def _row(self, values: Sequence[Any]) -> RowT: ...

    @abstractmethod
    def is_slow(self, query: QueryT) -> bool:
        """Return whether the query has to read many rows."""

    def count(self, query: QueryT) -> int:
        """Return how many rows match."""
        with self._reading() as db:
            selection = self._selection(query, db)
            count = db.execute(f"SELECT count(*) FROM {self.table} WHERE {selection.where}", selection.values)
            return int(count.fetchone()[0])

    def page(self, query: QueryT, offset: int, limit: int) -> list[RowT]:
        """Return up to `limit` rows, starting with row `offset`."""
        with self._reading() as db:
            return self.page_of(self._ids(query, db, limit, offset))

    def ids(self, query: QueryT) -> "array[int]":
        """Return the number of every matching row, in order. Can be called in any thread, and answers one at a time.

        Raises `InterruptedError` after `interrupt`, and `VaultError`.
        """
        with vault_errors_for(self._path), self._slow_query_lock, self._connections.reading() as db:
            db.execute(f"PRAGMA cache_size = -{_SLOW_CACHE_KIB}")
            self._slow_db = db
            try:
                return self._ids(query, db)
            finally:
                self._slow_db = None

    def interrupt(self) -> None:
        """End an `ids` in another thread with `InterruptedError`."""
        slow_db = self._slow_db
        if slow_db is not None:
            slow_db.interrupt()

    def page_of(self, ids: Sequence[int]) -> list[RowT]:
        """Return the rows with these numbers, in this order; deleted rows are left out."""
        with self._reading() as db:
            found = db.execute(
                f"SELECT id, {self.columns} FROM {self.table} WHERE id IN ({','.join('?' * len(ids))})", tuple(ids)
            )
            rows = {values[0]: self._row(values[1:]) for values in found}
            return [rows[id_] for id_ in ids if id_ in rows]

    def rows(self, query: QueryT) -> Iterator[RowT]:
        """Yield every matching row, in order, over a new connection; in any thread. Raises `VaultError`."""
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
        with vault_errors_for(self._path), self._reader.connection() as db:
            yield db

    def _ids(self, query: QueryT, db: sqlcipher.Connection, limit: int = -1, offset: int = 0) -> "array[int]":
        # All numbers come as one row, because Python's lock is handed to other threads after each row.
        selection = self._selection(query, db)
        found = db.execute(
            f"SELECT json_group_array(id) FROM (SELECT id FROM {self._rows_for(query)} WHERE {selection.where}"
            f" ORDER BY {self._order(query)} LIMIT ? OFFSET ?)",
            (*selection.values, limit, offset),
        )
        return _numbers_in(found.fetchone()[0])

    def _rows_for(self, query: QueryT) -> str:
        """Return the table to read; SQLite chooses the index."""
        return self.table

    @staticmethod
    def _takes_long(rows: int) -> bool:
        """Return whether reading this many rows takes longer than a frame."""
        return rows > _MAX_QUICK_ROWS


def searchable(text: str) -> str:
    """Return the part of a text that can be searched for."""
    return text.replace("\0", "").strip()


def containing(text: str) -> str:
    """Return the pattern for LIKE, with a backslash for ESCAPE, that matches everything containing a text."""
    for special in "\\%_":
        text = text.replace(special, "\\" + special)
    return f"%{text}%"


def _numbers_in(text: str) -> "array[int]":
    """Return the numbers in a JSON array.

    They are parsed in parts: a million numbers as Python objects would take 40 MB, and Python's lock would be held for
    longer than a frame.
    """
    numbers = array("q")
    start, last = 1, len(text) - 1
    while start < last:
        end = text.find(",", start + _JSON_CHARACTERS_AT_ONCE, last)
        end = last if end < 0 else end
        numbers.extend(map(int, text[start:end].split(",")))
        start = end + 1
    return numbers
