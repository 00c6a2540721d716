"""A backup: one file, a SQLCipher 4 database with that library's default settings, under a passphrase of its own.

Any program that opens SQLCipher 4 databases can read it (PBKDF2-HMAC-SHA512 with 256,000 rounds, AES-256-CBC and
HMAC-SHA512 of every page: https://www.zetetic.net/sqlcipher/design/). It holds these tables and columns alone, whatever
a vault comes to hold: no protector, no search index, no key that signs sessions.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.backup import Backup, Content, StoredKey, is_raw_key
from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupNotOpenedError,
    BackupTooNewError,
    BackupUnreadableError,
    NotABackupError,
)
from zcc_keys_gui.domain.key_name import name_problem
from zcc_keys_gui.domain.session_validity import MAXIMUM, MINIMUM
from zcc_keys_gui.vault.cipher import PAGE_BYTES, uri
from zcc_keys_gui.vault.listing import entry_from, from_time, key_from, to_time
from zcc_keys_gui.vault.protectors import composed

APPLICATION_ID = 0x5A434342  # "ZCCB"
FORMAT = 1

_KEYS = "client_id, name, status, role, session_validity, created, secret_pending, verifier"
_HISTORY = "at, who, action, name, client_id, details"
_TABLES = """
CREATE TABLE {schema}.about (
    made INTEGER NOT NULL,             -- microseconds since 1970, UTC, as all times here
    program TEXT NOT NULL,             -- the version of ZCC Keys that made this file
    vault_id TEXT NOT NULL,
    keys INTEGER NOT NULL,
    history INTEGER NOT NULL,          -- how many rows
    digest TEXT NOT NULL               -- SHA-256 of the rows, each as a line of JSON, verifiers in hexadecimal
) STRICT;
CREATE TABLE {schema}.api_key (
    client_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    status TEXT NOT NULL,
    role TEXT NOT NULL,
    session_validity INTEGER NOT NULL, -- seconds
    created INTEGER NOT NULL,
    secret_pending INTEGER NOT NULL,
    verifier BLOB NOT NULL             -- SHA-256 of the client secret, which is not stored
) STRICT;
CREATE TABLE {schema}.history (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
"""
_STEPS_PER_LOOK = 20_000  # of SQLite's machine, between two looks at whether to go on
_PLAIN = b"SQLite format 3\0"


@dataclass(frozen=True)
class Summary:
    """What tells whether two places hold the same rows."""

    keys: int
    history: int
    digest: str


def fill(
    db: sqlcipher.Connection, path: Path, passphrase: str, made: datetime, program: str, cancelled: Callable[[], bool]
) -> Summary:
    """Make a backup of the vault that `db` has open, as it is at one moment, in the empty file at `path`.

    The file is not flushed yet. Raises `sqlcipher.Error`, also where `cancelled` comes to say so.
    """
    assert passphrase, "without one, the file would not be encrypted"
    assert not is_raw_key(passphrase), "it would be no passphrase"
    db.set_progress_handler(lambda: int(cancelled()), _STEPS_PER_LOOK)
    db.execute("ATTACH ? AS backup KEY ?", (f"{uri(path)}?mode=rw", composed(passphrase)))
    # Nobody sees the file before it is whole and flushed; so no journal has to lie beside it.
    db.execute("PRAGMA backup.journal_mode = OFF")
    db.execute("PRAGMA backup.synchronous = OFF")
    db.execute("BEGIN")
    for statement in _TABLES.format(schema="backup").split(";\n")[:-1]:
        db.execute(statement)
    db.execute(f"INSERT INTO backup.api_key ({_KEYS}) SELECT {_KEYS} FROM main.api_key ORDER BY client_id")
    db.execute(f"INSERT INTO backup.history (id, {_HISTORY}) SELECT id, {_HISTORY} FROM main.history ORDER BY id")
    summary = _summary(db, "main")
    db.execute(
        "INSERT INTO backup.about SELECT ?, ?, id, ?, ?, ? FROM main.vault",
        (from_time(made), program, summary.keys, summary.history, summary.digest),
    )
    db.execute(f"PRAGMA backup.application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA backup.user_version = {FORMAT}")
    db.execute("COMMIT")
    db.execute("DETACH backup")
    return summary


def read(path: Path, passphrase: str) -> Backup:
    """Return what a backup holds, after reading every page of it; the file is not changed, nor one made beside it.

    Raises `BackupUnreadableError`, `NotABackupError`, `BackupNotOpenedError`, `BackupTooNewError`,
    `BackupDamagedError`.
    """
    with _opened(path, _as_written(path, passphrase)) as db:
        made, program, vault_id, *_ = db.execute("SELECT * FROM about").fetchone()
        keys = db.execute(f"SELECT {_KEYS} FROM api_key ORDER BY client_id")
        history = db.execute(f"SELECT {_HISTORY} FROM history ORDER BY id")
        content = Content(tuple(map(_stored, keys)), tuple(map(entry_from, history)))
        return Backup(to_time(made), program, vault_id, content)


def verify(path: Path, passphrase: str, expected: Summary) -> None:
    """Read every page of a backup. Raises `BackupDamagedError` where it does not hold what was `expected`."""
    with _opened(path, composed(passphrase)) as db:
        if _summary(db, "main") != expected:
            raise BackupDamagedError(path)


def _as_written(path: Path, passphrase: str) -> str:
    """Return the passphrase in the form that opens a backup: another program may have taken it as it was typed."""
    if composed(passphrase) == passphrase:
        return passphrase
    try:
        with _opened(path, passphrase):
            return passphrase
    except BackupNotOpenedError:
        return composed(passphrase)


@contextmanager
def _opened(path: Path, passphrase: str) -> Iterator[sqlcipher.Connection]:
    """Yield a connection to a backup that is whole; what goes wrong while it is read is damage."""
    _refuse_other_files(path)
    try:
        db = sqlcipher.connect(f"{uri(path)}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except sqlcipher.Error as error:
        raise BackupUnreadableError(path) from error
    with closing(db):
        db.execute("PRAGMA cipher_log_level = NONE")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA key = '{}'".format(passphrase.replace("'", "''")))
        try:
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlcipher.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlcipher.SQLITE_NOTADB:
                raise BackupNotOpenedError(path) from error
            raise BackupDamagedError(path) from error
        try:
            _examine(db, path)
            yield db
        except (sqlcipher.Error, ValueError, TypeError, KeyError, OverflowError) as error:
            raise BackupDamagedError(path) from error


def _refuse_other_files(path: Path) -> None:
    try:
        if path.exists() and not path.is_file():
            raise NotABackupError(path)
        with path.open("rb") as file:
            beginning = file.read(PAGE_BYTES)
    except OSError as error:
        raise BackupUnreadableError(path) from error
    if len(beginning) < PAGE_BYTES or beginning.startswith(_PLAIN):
        raise NotABackupError(path)


def _examine(db: sqlcipher.Connection, path: Path) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise NotABackupError(path)
    if db.execute("PRAGMA user_version").fetchone()[0] > FORMAT:
        raise BackupTooNewError(path)
    sound = not db.execute("PRAGMA cipher_integrity_check").fetchall()
    if not sound or db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
        raise BackupDamagedError(path)
    *_, keys, history, digest = db.execute("SELECT * FROM about").fetchone()
    if _summary(db, "main") != Summary(keys, history, digest):
        raise BackupDamagedError(path)


def _summary(db: sqlcipher.Connection, schema: str) -> Summary:
    digest = hashlib.sha256()
    numbers = dict.fromkeys(("api_key", "history"), 0)
    for table, columns, order in (("api_key", _KEYS, "client_id"), ("history", _HISTORY, "id")):
        for row in db.execute(f"SELECT {columns} FROM {schema}.{table} ORDER BY {order}"):
            values = [value.hex() if isinstance(value, bytes) else value for value in row]
            digest.update(json.dumps(values).encode() + b"\n")
            numbers[table] += 1
    return Summary(numbers["api_key"], numbers["history"], digest.hexdigest())


def _stored(row: tuple[object, ...]) -> StoredKey:
    """Return a key of a backup. Raises `ValueError` where it does not keep a vault's rules."""
    key, verifier = key_from(row[:-1]), row[-1]
    if (
        str(UUID(key.client_id)) != key.client_id
        or name_problem(key.name) is not None
        or not MINIMUM <= key.fields.session_validity <= MAXIMUM
        or not isinstance(verifier, bytes)
        or len(verifier) != 32
    ):
        raise ValueError
    return StoredKey(key, verifier)
