"""The history, newest first."""

from array import array
from collections.abc import Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.vault.connections import VaultConnection
from zcc_keys_gui.vault.lists.listing import Selection, SqlListing, containing, searchable
from zcc_keys_gui.vault.rows import HISTORY_COLUMNS, history_entry_from_row


class SqlHistoryListing(SqlListing[HistoryQuery, HistoryEntry]):
    """The history, newest first. A search looks in every column, and finds times such as `2026-11-23 09:12:33`."""

    table = "history"
    columns = HISTORY_COLUMNS

    _SEARCHED = r"""
        who || char(10) || action || char(10) || name || char(10) || client_id || char(10) || details || char(10) ||
        strftime('%Y-%m-%d %H:%M:%S', at / 1000000, 'unixepoch', 'localtime') LIKE ? ESCAPE '\'
    """

    def is_slow(self, query: HistoryQuery) -> bool:
        """Return whether the query has to read many rows."""
        return self._needs_scan(query) and self._takes_long(self._total())

    def count(self, query: HistoryQuery) -> int:
        """Return how many rows match."""
        return super().count(query) if self._needs_scan(query) else self._total()

    def _ids(self, query: HistoryQuery, db: sqlcipher.Connection, limit: int = -1, offset: int = 0) -> "array[int]":
        if self._needs_scan(query):
            return super()._ids(query, db, limit, offset)
        # No row is ever deleted, so the numbers are known without reading any row.
        newest = self._newest(db) - offset
        return array("q", range(newest, max(0, newest - limit) if limit >= 0 else 0, -1))

    def _selection(self, query: HistoryQuery, db: sqlcipher.Connection) -> Selection:
        if self._needs_scan(query):
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

    def _needs_scan(self, query: HistoryQuery) -> bool:
        return bool(searchable(query.text))

    def _row(self, values: Sequence[Any]) -> HistoryEntry:
        return history_entry_from_row(values)
