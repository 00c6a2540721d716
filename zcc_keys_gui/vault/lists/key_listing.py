"""The list of API keys, in any order."""

import json
from collections.abc import Sequence
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.lists.listing import Selection, SqlListing, containing, searchable
from zcc_keys_gui.vault.rows import KEY_COLUMNS, key_from_row

_MIN_INDEXED_LETTERS = 3  # the index is made of trigrams
_MAX_SINGLE_POSITIONS = 8  # for more keys than this, one pass over all rows is faster than counting for each
_MAX_SORTED_MATCHES = 1_000  # sorting more matches than this takes longer than reading along the index of the sort


class SqlKeyListing(SqlListing[KeyQuery, ApiKey]):
    """The list of API keys; see `service.store.KeyListing`."""

    table = "api_key"
    columns = KEY_COLUMNS
    # Counting and each page need this number again; it is valid until another connection changes the vault.
    _last_matches: tuple[tuple[sqlcipher.Connection, str, int], int] | None = None

    def positions(self, query: KeyQuery, client_ids: Sequence[str]) -> list[int]:
        """Return the rows of the result that contain these keys, from top to bottom; other keys are omitted."""
        if len(client_ids) <= _MAX_SINGLE_POSITIONS:
            each = (self.position(query, client_id) for client_id in client_ids)
            return sorted(row for row in each if row is not None)
        with self._reading() as db:
            wanted = set(self.numbers(client_ids))
            return [row for row, id_ in enumerate(self._ids(query, db)) if id_ in wanted]

    def position(self, query: KeyQuery, client_id: str) -> int | None:
        """Return the row of the result that contains the key; None if the key does not match."""
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
        """Return the numbers of these keys, as `ids` returns them; deleted keys are left out."""
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
        """Return whether the query has to read many rows, or its order may change while the list is shown."""
        with self._reading():
            return query.sort is KeyColumn.LAST_SIGN_IN or (self._needs_scan(query) and self._takes_long(self._total()))

    def count(self, query: KeyQuery) -> int:
        """Return how many keys match."""
        with self._reading() as db:
            if query.status is None and query.role is None and not self._needs_scan(query):
                text = searchable(query.text)
                return self._matches(db, _fts5_phrase(text)) if text else self._total()
        return super().count(query)

    def _selection(self, query: KeyQuery, db: sqlcipher.Connection) -> Selection:
        # A leading + keeps SQLite from reading along the index of this column, so that it uses the index of the sort.
        conditions: list[str] = []
        values: list[str] = []
        for column, wanted in (("status", query.status), ("role", query.role)):
            if wanted is not None:
                conditions.append(f"+{column} = ?")
                values.append(wanted.value)
        text = searchable(query.text)
        if self._needs_scan(query):
            conditions.append(r"(name LIKE ? ESCAPE '\' OR client_id LIKE ? ESCAPE '\')")
            values += [containing(text)] * 2
        elif text:
            phrase = _fts5_phrase(text)
            plus = "" if self._matches(db, phrase) <= _MAX_SORTED_MATCHES else "+"
            conditions.append(f"{plus}id IN (SELECT rowid FROM api_key_text WHERE api_key_text MATCH ?)")
            values.append(phrase)
        return Selection(" AND ".join(conditions) or "TRUE", tuple(values))

    def _matches(self, db: sqlcipher.Connection, phrase: str) -> int:
        cache_key = (db, phrase, db.execute("PRAGMA data_version").fetchone()[0])
        last = self._last_matches  # read only once, because another thread may replace it
        if last is None or last[0] != cache_key:
            count = db.execute("SELECT count(*) FROM api_key_text WHERE api_key_text MATCH ?", (phrase,))
            self._last_matches = last = (cache_key, int(count.fetchone()[0]))
        return last[1]

    def _total(self) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT keys FROM vault").fetchone()[0])

    def _rows_for(self, query: KeyQuery) -> str:
        return "api_key NOT INDEXED" if self._needs_scan(query) else "api_key"

    def _order(self, query: KeyQuery) -> str:
        direction = "DESC" if query.descending else "ASC"
        return ", ".join(f"{column} {direction}" for column in _order_columns(query))

    def _needs_scan(self, query: KeyQuery) -> bool:
        return 0 < len(searchable(query.text)) < _MIN_INDEXED_LETTERS

    def _row(self, values: Sequence[Any]) -> ApiKey:
        return key_from_row(values)


def _order_columns(query: KeyQuery) -> tuple[str, ...]:
    """Return the columns of the index for this order; `id` makes the order of equal rows certain."""
    others = (column for column in ("status", "role") if column != query.sort.value)
    return (query.sort.value, *others, "id")


def _fts5_phrase(text: str) -> str:
    """Return the text as a phrase that FTS5 searches for literally."""
    return '"' + text.replace('"', '""') + '"'
