"""Reads backup files, which may come from anyone who knows the passphrase.

Nothing in such a file is trusted. The first page is decrypted and checked here before SQLite sees the file: it must
contain the tables of a backup and nothing else, so that no view, trigger, generated column or virtual table can run.
Every value is checked for type and size while it is read, in one pass. Cancelling, or too long a time, interrupts it.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import Role, Status, name_problem
from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupNotOpenedError,
    BackupTooNewError,
    BackupUnreadableError,
    NotABackupError,
)
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS, MIN_SESSION_SECONDS
from zcc_keys_gui.vault.backups import backup_format
from zcc_keys_gui.vault.backups.backup_format import APPLICATION_ID, FORMAT, KDF_ROUNDS, Digest, SchemaRow, Summary
from zcc_keys_gui.vault.files.file_errors import primary_code
from zcc_keys_gui.vault.files.regular_file import NotAFileError, open_regular_file
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, PAGE_BYTES, connect_without_log
from zcc_keys_gui.vault.keys.key_wrapping import composed
from zcc_keys_gui.vault.keys.protector_file import LATEST
from zcc_keys_gui.vault.recovery.pages import SALT, decrypted, mac_key
from zcc_keys_gui.vault.recovery.salvage import rows_on_page
from zcc_keys_gui.vault.rows import to_time
from zcc_keys_gui.vault.schema import STATUS_TOLD

Row = tuple[Any, ...]

_PLAIN = b"SQLite format 3\0"
_RESERVED_BYTES = 80  # of each page, by SQLCipher 4
_UTF_8 = 1
_MOST_OBJECTS = 8  # in the schema
_LONGEST_TEXT = 10_000  # bytes; real ones have less than 1,000
_LATEST = LATEST * 1_000_000  # microseconds
_LONGEST_NAME = 100  # characters of a version or an ID
_MOST_ROWS = {"keys": 10_000_000, "history": 100_000_000}
# Seconds of the processor, not of the clock: a slow disk and busy programs are no reason to give up.
_SHORTEST_TIME_LIMIT = 60.0  # plus one for each MiB of the file
_STEPS_PER_LOOK = 20_000  # instructions of SQLite between two looks at whether to go on
_STATUSES = frozenset(Status)
_ROLES = frozenset(Role)
_ACTIONS = frozenset(Action)


@dataclass(frozen=True)
class About:
    """What a backup says about itself."""

    made: datetime
    """In UTC."""
    program: str
    vault_id: str
    summary: Summary


class BackupReader:
    """An open backup. Its methods raise `ValueError` if the content is not what the program writes."""

    def __init__(self, db: sqlcipher.Connection, number: int) -> None:
        """Read a backup of format `number` over `db`."""
        self._db = db
        self._digest = Digest()
        self.number = number
        self.about = self._read_about()

    def key_rows(self) -> Iterator[Row]:
        """Yield the keys by client ID, with the columns `backup_format.KEYS`."""
        previous = ""
        order = "rowid" if self.number == 1 else "client_id"
        for *row, _ in self._rows("api_key", order, "ttttiiib"):
            _check_key(row)
            if row[0] <= previous or self._digest.keys == self.about.summary.keys:
                raise ValueError("a repeated or surplus key")
            previous = row[0]
            self._digest.add_key(row)
            yield tuple(row)

    def history_rows(self) -> Iterator[Row]:
        """Yield the history after all keys were read: the number of each row, then the columns `backup_format.HISTORY`.

        The end of it proves that the backup is complete. Format 1 tells the status of a key only in the details.
        """
        previous = 0
        for number, *row, status in self._history_rows():
            _check_history(row[:6], status)
            if number <= previous or self._digest.history == self.about.summary.history:
                raise ValueError("a repeated or surplus row of history")
            previous = number
            if self.number > 1:
                row[6] = status or None
            self._digest.add_history(row)
            yield number, *row[:6], status or None
        if self._digest.summary() != self.about.summary:
            raise ValueError("not all rows, or other ones")

    def _history_rows(self) -> Iterator[Row]:
        """Yield number, columns of the format, and status; an empty text is none."""
        if self.number == 1:
            return self._rows("history", "id", "iittttt", f"coalesce({STATUS_TOLD}, '')")
        return self._rows("history", "id", "iitttttn", "status")

    def _read_about(self) -> About:
        rows = list(islice(self._rows("about", "rowid", "ittiit"), 2))
        if len(rows) != 1:
            raise ValueError("no single row about the backup")
        made, program, vault_id, keys, history, digest, _ = rows[0]
        if not (0 <= keys <= _MOST_ROWS["keys"] and 0 <= history <= _MOST_ROWS["history"]):
            raise ValueError("too many rows")
        if max(len(program), len(vault_id)) > _LONGEST_NAME or not (program.isprintable() and vault_id.isprintable()):
            raise ValueError("no version or ID")
        return About(_time(made), program, vault_id, Summary(keys, history, digest))

    def _rows(self, table: str, order: str, kinds: str, more: str = "NULL IS NULL") -> Iterator[Row]:
        """Yield rows of a table whose values have these `kinds`, and after them what the expression `more` yields.

        i is an integer, t a text, n a text or NULL, which is read as an empty text, b a BLOB of 32 bytes. Other values,
        and texts that are too long, are not even loaded.
        """
        columns = [name for (name,) in self._db.execute("SELECT name FROM pragma_table_info(?)", (table,))]
        checked = ", ".join(_checked(column, kind) for column, kind in zip(columns, kinds, strict=True))
        rows = f"SELECT {order} AS place, {checked} FROM {table} NOT INDEXED"
        for row in self._db.execute(f"SELECT {', '.join(columns)}, {more} FROM ({rows}) ORDER BY place"):
            if None in row:
                raise ValueError("a value of another type, or too long")
            yield row


@contextmanager
def opened_backup(path: Path, passphrase: str, cancelled: Callable[[], bool] = lambda: False) -> Iterator[BackupReader]:
    """Open a backup for reading. The file is not changed, and no file is made next to it.

    Raises `BackupUnreadableError`, `NotABackupError`, `BackupNotOpenedError`, `BackupTooNewError`,
    `BackupDamagedError`, also for what goes wrong while the block reads, and `InterruptedError` after `cancelled`
    returns True.
    """
    first, size = _first_page(path)
    key, content = _unlocked(path, first, passphrase)
    number = _format_number(path, content, size)
    limit = time.thread_time() + _SHORTEST_TIME_LIMIT + size / (1 << 20)
    with closing(_connected(path, key)) as db:
        db.set_progress_handler(lambda: int(cancelled() or time.thread_time() > limit), _STEPS_PER_LOOK)
        try:
            _check_schema(number, _schema_on(content))
            _check_schema(number, db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall())
            yield BackupReader(db, number)
        except (sqlcipher.Error, ValueError, TypeError, IndexError, OverflowError) as error:
            if cancelled():
                raise InterruptedError from error
            if primary_code(error) in (sqlcipher.SQLITE_IOERR, sqlcipher.SQLITE_CANTOPEN):
                raise BackupUnreadableError(path) from error
            raise BackupDamagedError(path) from error


def _first_page(path: Path) -> tuple[bytes, int]:
    """Return the first page of a file, and the size of the file in bytes."""
    try:
        with open_regular_file(path) as file:
            first = file.read(PAGE_BYTES)
            size = file.seek(0, os.SEEK_END)
    except NotAFileError as error:
        raise NotABackupError(path) from error
    except OSError as error:
        raise BackupUnreadableError(path) from error
    if len(first) < PAGE_BYTES or first.startswith(_PLAIN):
        raise NotABackupError(path)
    return first, size


def _unlocked(path: Path, first: bytes, passphrase: str) -> tuple[bytes, bytes]:
    """Return the key and the content of the first page.

    Another program may have used the passphrase as it was typed.
    """
    for form in dict.fromkeys((composed(passphrase), passphrase)):
        text, salt = form.encode("utf-8", "surrogatepass"), first[:SALT]
        key = hashlib.pbkdf2_hmac("sha512", text, salt, KDF_ROUNDS, KEY_BYTES)
        content = decrypted(key, mac_key(key, salt), 1, first)
        if content is not None:
            return key, content
    raise BackupNotOpenedError(path)


def _format_number(path: Path, content: bytes, size: int) -> int:
    """Return the format of a backup whose first page has this content (https://sqlite.org/fileformat2.html)."""
    if int.from_bytes(content[68:72]) != APPLICATION_ID:
        raise NotABackupError(path)
    number = int.from_bytes(content[60:64])
    if number > FORMAT:
        raise BackupTooNewError(path)
    page_bytes, pages = int.from_bytes(content[16:18]), int.from_bytes(content[28:32])
    if (
        (page_bytes, pages * PAGE_BYTES, content[20]) != (PAGE_BYTES, size, _RESERVED_BYTES)
        or int.from_bytes(content[56:60]) != _UTF_8
        or number not in backup_format.TABLES
    ):
        raise BackupDamagedError(path)
    return number


def _schema_on(content: bytes) -> list[SchemaRow]:
    """Return the schema from the first page, which is large enough for that of every backup."""
    objects = int.from_bytes(content[103:105])
    if objects > _MOST_OBJECTS:
        raise ValueError("too many objects")
    rows: list[SchemaRow] = [(kind, name, table, sql) for _, (kind, name, table, _, sql) in rows_on_page(content, 100)]
    if len(rows) != objects:
        raise ValueError("an object outside of the first page")
    return rows


def _check_schema(number: int, rows: list[SchemaRow]) -> None:
    if not backup_format.schema_is_exact(number, rows):
        raise ValueError("other tables than those of a backup")


def _connected(path: Path, key: bytes) -> sqlcipher.Connection:
    try:
        db = connect_without_log(path, key)
    except sqlcipher.Error as error:
        raise BackupUnreadableError(path) from error
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        db.execute(f"PRAGMA {setting}")
    return db


def _checked(column: str, kind: str) -> str:
    """Return an expression that is NULL unless a column has a value of this kind; see `BackupReader._rows`."""
    condition = {
        "i": f"typeof({column}) = 'integer'",
        "t": f"typeof({column}) = 'text' AND octet_length({column}) <= {_LONGEST_TEXT}",
        "n": f"typeof({column}) IN ('text', 'null') AND coalesce(octet_length({column}), 0) <= {_LONGEST_TEXT}",
        "b": f"typeof({column}) = 'blob' AND octet_length({column}) = 32",
    }[kind]
    value = f"coalesce({column}, '')" if kind == "n" else column
    return f"CASE WHEN {condition} THEN {value} END AS {column}"


def _check_key(row: list[Any]) -> None:
    """Raise `ValueError` unless a vault would accept this key."""
    client_id, name, status, role, session_validity, created, secret_pending, _ = row
    _time(created)
    if (
        str(UUID(client_id)) != client_id
        or name_problem(name) is not None
        or status not in _STATUSES
        or role not in _ROLES
        or not MIN_SESSION_SECONDS <= session_validity <= MAX_SESSION_SECONDS
        or secret_pending not in (0, 1)
    ):
        raise ValueError("no key")


def _check_history(row: list[Any], status: str) -> None:
    if not 0 <= row[0] < _LATEST or row[2] not in _ACTIONS or (status and status not in _STATUSES):
        raise ValueError("no row of history")


def _time(microseconds: int) -> datetime:
    """Return a time. Raises `ValueError` for one that systems cannot show in local time."""
    if not 0 <= microseconds < _LATEST:
        raise ValueError("no time")
    return to_time(microseconds)
