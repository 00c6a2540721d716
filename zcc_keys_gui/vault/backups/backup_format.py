"""The format of a backup file: its tables and columns, and the digest of its rows.

A backup is a SQLCipher 4 database with the default settings, so any program that opens such databases can read it:
PBKDF2-HMAC-SHA512 with 256,000 rounds, AES-256-CBC, and HMAC-SHA512 of every page
(https://www.zetetic.net/sqlcipher/design/).
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple

APPLICATION_ID = 0x5A434342  # "ZCCB"
FORMAT = 2
KDF_ROUNDS = 256_000
KEYS = "client_id, name, status, role, session_validity, created, secret_pending, verifier"
HISTORY = "at, who, action, name, client_id, details, status"

TABLES: dict[int, str] = {  # by format
    1: """
CREATE TABLE about (
    made INTEGER NOT NULL,             -- microseconds since 1970, UTC, like all times here
    program TEXT NOT NULL,             -- the version of ZCC Keys that made this file
    vault_id TEXT NOT NULL,
    keys INTEGER NOT NULL,
    history INTEGER NOT NULL,          -- number of rows
    digest TEXT NOT NULL               -- SHA-256 of the rows, each as a line of JSON, verifiers in hexadecimal
) STRICT;
CREATE TABLE api_key (
    client_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    status TEXT NOT NULL,
    role TEXT NOT NULL,
    session_validity INTEGER NOT NULL, -- seconds
    created INTEGER NOT NULL,
    secret_pending INTEGER NOT NULL,
    verifier BLOB NOT NULL             -- SHA-256 of the client secret, which is not stored
) STRICT;
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
"""
}
# Format 2 has the status of keys in the history. It has no index, so that reading all rows reads every page.
TABLES[2] = (
    TABLES[1]
    .replace(" UNIQUE COLLATE NOCASE", "")
    .replace("is not stored\n) STRICT", "is not stored\n) STRICT, WITHOUT ROWID")
    .replace(
        "    details TEXT NOT NULL\n", "    details TEXT NOT NULL,\n    status TEXT -- of the key after the action\n"
    )
)
_INDEXES = {1: ("sqlite_autoindex_api_key_1", "sqlite_autoindex_api_key_2")}

# The result is that of `json.dumps`, which takes three times as long for a million rows.
_ENCODED: dict[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: str,
    bytes: lambda value: f'"{value.hex()}"',
    type(None): lambda _: "null",
}

SchemaRow = tuple[object, ...]
"""Type, name, table and statement of an object in `sqlite_schema`."""


class Summary(NamedTuple):
    """A summary of a backup's rows: two files with equal summaries contain the same rows."""

    keys: int
    history: int
    digest: str


class Digest:
    """The computation of a summary.

    Add the rows with the columns of their format: first the keys by client ID, then the history.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.keys = 0
        self.history = 0

    def add_key(self, row: Sequence[object]) -> None:
        """Add a row with the columns `KEYS`."""
        self._add(row)
        self.keys += 1

    def add_history(self, row: Sequence[object]) -> None:
        """Add a row with the columns `HISTORY`; in format 1, without the status."""
        self._add(row)
        self.history += 1

    def summary(self) -> Summary:
        """Return the summary of the rows that were added."""
        return Summary(self.keys, self.history, self._hash.hexdigest())

    def _add(self, row: Sequence[object]) -> None:
        self._hash.update(f"[{', '.join([_ENCODED[type(value)](value) for value in row])}]\n".encode())


def create_statements(schema: str) -> list[str]:
    """Return the statements that create the tables of the present format in the database attached as `schema`."""
    statements = TABLES[FORMAT].split(";\n")[:-1]
    return [statement.replace("CREATE TABLE ", f"CREATE TABLE {schema}.", 1) for statement in statements]


def is_exact_schema(format_number: int, rows: Sequence[SchemaRow]) -> bool:
    """Return whether a schema consists of the tables of format `format_number`, their own indexes, and nothing else."""
    found = sorted((str(kind), str(name), str(table), _normalize(sql)) for kind, name, table, sql in rows)
    return found == _expected_schema(format_number)


def _expected_schema(format_number: int) -> list[tuple[str, str, str, str]]:
    rows = [("index", index, "api_key", "") for index in _INDEXES.get(format_number, ())]
    for statement in TABLES[format_number].split(";\n")[:-1]:
        table = statement.split()[2]
        rows.append(("table", table, table, _normalize(statement)))
    return sorted(rows)


def _normalize(statement: object) -> str:
    """Return a statement without comments and repeated blanks.

    A `--` within quotes hides nothing from this check, because no expected statement contains a quote.
    """
    return " ".join(re.sub(r"--[^\n]*", "", str(statement or "")).split())
