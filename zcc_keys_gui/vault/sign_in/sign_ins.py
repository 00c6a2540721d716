"""The sign-in log in the vault, and the access of the sign-in service to the vault."""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.sign_in import MAX_LOG_ROWS, MAX_UNAUTHENTICATED_ROWS, Outcome, SignIn, SignInQuery
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.connections import Reader, VaultConnections
from zcc_keys_gui.vault.lists.listing import Selection, SqlListing, containing, searchable
from zcc_keys_gui.vault.rows import to_microseconds, to_time

_COLUMNS = (
    *("at", "client_id", "name", "client", "outcome", "reason", "times"),
    *("method", "path", "status", "is_authenticated"),
)
# One statement inserts all rows, because Python's lock is handed to other threads after each statement.
_INSERT = f"""
    INSERT INTO sign_in ({", ".join(_COLUMNS)})
    SELECT {", ".join(f"value ->> {number}" for number in range(len(_COLUMNS)))} FROM json_each(?)
"""
_NOTE_LAST = """
    UPDATE api_key SET last_sign_in = seen.at
    FROM (SELECT value ->> 1 AS client_id, max(value ->> 0) AS at FROM json_each(?) GROUP BY 1) AS seen
    WHERE api_key.client_id = seen.client_id AND seen.at > api_key.last_sign_in
"""
_DELETE_OLDEST = """
    DELETE FROM sign_in WHERE id IN
    (SELECT id FROM sign_in WHERE is_authenticated = ? ORDER BY id DESC LIMIT -1 OFFSET ?)
"""


class SqlSignIns(SqlListing[SignInQuery, SignIn]):
    """The sign-in log, newest row first. A search looks in every column."""

    table = "sign_in"
    columns = ", ".join(_COLUMNS)

    _SEARCHED = r"""
        (name || char(10) || client_id || char(10) || client || char(10) || outcome || char(10) || reason || char(10) ||
        method || ' ' || path || char(10) || status || char(10) ||
        strftime('%Y-%m-%d %H:%M:%S', at / 1000000, 'unixepoch', 'localtime') LIKE ? ESCAPE '\')
    """

    def __init__(
        self,
        path: Path,
        reader: Reader,
        connections: VaultConnections,
        change: Callable[[], AbstractContextManager[VaultChange]],
    ) -> None:
        """Read the log of the database at `path`, and write rows within `change`."""
        super().__init__(path, reader, connections)
        self._change = change

    def record(self, rows: Sequence[SignIn]) -> None:
        """Write rows, delete the oldest rows beyond the limits of the log, and note when each key was last used.

        Can be called in any thread. Raises `VaultError`.
        """
        with self._change() as change:
            record(change.db, rows)

    def access(self) -> str:
        """Return what `VaultKeyReader` needs, as JSON. It contains the key of the database, so keep it secret.

        The first call creates the key that signs access tokens. Raises `VaultError`.
        """
        with self._reading() as db:
            has_signing_key = db.execute("SELECT signing_key FROM vault").fetchone()[0] is not None
        if not has_signing_key:
            with self._change() as change:
                change.db.execute("UPDATE vault SET signing_key = randomblob(32)")
        return json.dumps({"key": self._connections.key_material().hex(), "database": str(self._path)})

    def is_slow(self, query: SignInQuery) -> bool:
        """Return True: rows are added at any time, so only their numbers show which ones were found."""
        return True

    def _selection(self, query: SignInQuery, db: sqlcipher.Connection) -> Selection:
        conditions = []
        values = []
        if query.outcome is not None:
            conditions.append("outcome = ?")
            values.append(query.outcome.value)
        if text := searchable(query.text):
            conditions.append(self._SEARCHED)
            values.append(containing(text))
        return Selection(" AND ".join(conditions) or "TRUE", tuple(values))

    def _order(self, query: SignInQuery) -> str:
        return "id DESC"

    def _row(self, values: Sequence[Any]) -> SignIn:
        at, client_id, name, client, outcome, reason, times, method, path, status, is_authenticated = values
        return SignIn(
            to_time(at),
            *(client_id, name, client, Outcome(outcome), reason, times),
            *(method, path, status, bool(is_authenticated)),
        )


def record(db: sqlcipher.Connection, rows: Iterable[SignIn]) -> None:
    """Write rows, delete the oldest rows beyond the limits, and note when each key was last used."""
    written = [
        (
            *(to_microseconds(row.when), row.client_id, row.name, row.client, row.outcome.value, row.reason, row.times),
            *(row.method, row.path, row.status, int(row.is_authenticated)),
        )
        for row in rows
    ]
    db.execute(_INSERT, (json.dumps(written),))
    db.execute(_DELETE_OLDEST, (1, MAX_LOG_ROWS))
    db.execute(_DELETE_OLDEST, (0, MAX_UNAUTHENTICATED_ROWS))
    signed_in = [row for row in written if row[4] == Outcome.SIGNED_IN.value]
    if signed_in:
        db.execute(_NOTE_LAST, (json.dumps(signed_in),))
