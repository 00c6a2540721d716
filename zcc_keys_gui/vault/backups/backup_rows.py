"""Reads the rows of an open backup, and checks type, size and meaning of every value."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import Role, Status, find_name_problem
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS, MIN_SESSION_SECONDS
from zcc_keys_gui.vault.backups.backup_format import Digest, Summary
from zcc_keys_gui.vault.keys.protector_file import MAX_TIME_SECONDS
from zcc_keys_gui.vault.rows import to_time
from zcc_keys_gui.vault.schema import STATUS_IN_TEXT

Row = tuple[Any, ...]

_MAX_TEXT_BYTES = 10_000  # real texts have less than 1,000
_MAX_TIME = MAX_TIME_SECONDS * 1_000_000  # microseconds
_MAX_ID_LENGTH = 100  # characters of a version or an ID
_MAX_ROWS = {"keys": 10_000_000, "history": 100_000_000}
_STATUSES = frozenset(Status)
_ROLES = frozenset(Role)
_ACTIONS = frozenset(Action)


class About(NamedTuple):
    """What a backup says about itself."""

    made: datetime
    """In UTC."""
    program: str
    """The version of the program that made it."""
    vault_id: str
    summary: Summary


class BackupRows:
    """The rows of an open backup. The methods raise `ValueError` if the content is not what the program writes."""

    def __init__(self, db: sqlcipher.Connection, format_number: int) -> None:
        """Read a backup of this format over `db`."""
        self._db = db
        self._format = format_number
        self._digest = Digest()
        self.about = self._read_about()

    def key_rows(self) -> Iterator[Row]:
        """Yield the keys by client ID, with the columns `backup_format.KEYS`."""
        previous = ""
        order = "rowid" if self._format == 1 else "client_id"
        for *row, _ in self._rows("api_key", order, "ttttiiib"):
            _check_key(row)
            if row[0] <= previous or self._digest.keys == self.about.summary.keys:
                raise ValueError("a repeated or surplus key")
            previous = row[0]
            self._digest.add_key(row)
            yield tuple(row)

    def history_rows(self) -> Iterator[Row]:
        """Yield the number of each history row, then the columns `backup_format.HISTORY`, after all keys were read.

        The last row proves that the backup is complete. In format 1, the status of a key is only in the details.
        """
        previous = 0
        for number, *row, status in self._raw_history_rows():
            _check_history(row[:6], status)
            if number <= previous or self._digest.history == self.about.summary.history:
                raise ValueError("a repeated or surplus row of history")
            previous = number
            if self._format > 1:
                row[6] = status or None
            self._digest.add_history(row)
            yield number, *row[:6], status or None
        if self._digest.summary() != self.about.summary:
            raise ValueError("missing or changed rows")

    def _raw_history_rows(self) -> Iterator[Row]:
        """Yield number, columns of the format, and status; an empty text means that there is no status."""
        if self._format == 1:
            return self._rows("history", "id", "iittttt", f"coalesce({STATUS_IN_TEXT}, '')")
        return self._rows("history", "id", "iitttttn", "status")

    def _read_about(self) -> About:
        rows = list(islice(self._rows("about", "rowid", "ittiit"), 2))
        if len(rows) != 1:
            raise ValueError("no single row about the backup")
        made, program, vault_id, keys, history, digest, _ = rows[0]
        if not (0 <= keys <= _MAX_ROWS["keys"] and 0 <= history <= _MAX_ROWS["history"]):
            raise ValueError("too many rows")
        if max(len(program), len(vault_id)) > _MAX_ID_LENGTH or not (program.isprintable() and vault_id.isprintable()):
            raise ValueError("no version or ID")
        return About(_parse_time(made), program, vault_id, Summary(keys, history, digest))

    def _rows(self, table: str, order: str, types: str, more: str = "NULL IS NULL") -> Iterator[Row]:
        """Yield rows of a table whose values have these `types`, each followed by the value of the expression `more`.

        i is an integer, t a text, b a BLOB of 32 bytes, n a text or NULL, which is read as an empty text. Values of
        other types, and texts that are too long, are never loaded.
        """
        columns = [name for (name,) in self._db.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        checked = ", ".join(_checked_expression(column, kind) for column, kind in zip(columns, types, strict=True))
        rows = f"SELECT {order} AS place, {checked} FROM {table} NOT INDEXED"
        for row in self._db.execute(f"SELECT {', '.join(columns)}, {more} FROM ({rows}) ORDER BY place"):
            if None in row:
                raise ValueError("a value of another type, or too long")
            yield row


def _checked_expression(column: str, kind: str) -> str:
    """Return an expression that is NULL unless a column has a value of this type; see `BackupRows._rows`."""
    condition = {
        "i": f"typeof({column}) = 'integer'",
        "t": f"typeof({column}) = 'text' AND octet_length({column}) <= {_MAX_TEXT_BYTES}",
        "n": f"typeof({column}) IN ('text', 'null') AND coalesce(octet_length({column}), 0) <= {_MAX_TEXT_BYTES}",
        "b": f"typeof({column}) = 'blob' AND octet_length({column}) = 32",
    }[kind]
    value = f"coalesce({column}, '')" if kind == "n" else column
    return f"CASE WHEN {condition} THEN {value} END AS {column}"


def _check_key(row: list[Any]) -> None:
    """Raise `ValueError` unless a vault would accept this key."""
    client_id, name, status, role, session_validity, created, secret_pending, _ = row
    _parse_time(created)
    if (
        str(UUID(client_id)) != client_id
        or find_name_problem(name) is not None
        or status not in _STATUSES
        or role not in _ROLES
        or not MIN_SESSION_SECONDS <= session_validity <= MAX_SESSION_SECONDS
        or secret_pending not in (0, 1)
    ):
        raise ValueError("not a key")


def _check_history(row: list[Any], status: str) -> None:
    if not 0 <= row[0] < _MAX_TIME or row[2] not in _ACTIONS or (status and status not in _STATUSES):
        raise ValueError("not a history row")


def _parse_time(microseconds: int) -> datetime:
    """Return a time. Raises `ValueError` for one that systems cannot show in local time."""
    if not 0 <= microseconds < _MAX_TIME:
        raise ValueError("not a time")
    return to_time(microseconds)
