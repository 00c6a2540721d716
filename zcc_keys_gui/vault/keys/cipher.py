"""Connections to a SQLCipher database that is opened with a raw 256-bit key."""

import os
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import VaultClosedError
from zcc_keys_gui.platform.memory import overwrite_freed_keys
from zcc_keys_gui.vault.files.folder import log_path
from zcc_keys_gui.vault.files.regular_file import exists

KEY_BYTES = 32
PAGE_BYTES = 4096
"""The size of a page on the disk; SQLCipher 4's default."""
_MIN_SQLITE = (3, 51, 3)  # earlier versions can corrupt a database in WAL mode (https://sqlite.org/wal.html)
_BUSY_TIMEOUT_SECONDS = 2.0
_WITHOUT_LOG = "mode=ro&immutable=1"  # SQLite then ignores the log (https://sqlite.org/uri.html)
# SQLite keeps small blocks of memory for a connection (lookaside, https://sqlite.org/malloc.html), of up to 128 bytes,
# and does not wipe them. Parsing this statement allocates all of these blocks and fills them with the names of columns.
# The statement is incomplete on purpose, so that it is only parsed and does not read the database.
_FILL_LOOKASIDE = "SELECT" + 100 * f' 0 AS "{120 * "0"}",'


class DatabaseKey:
    """The key of an open database, in one object, so that it can be replaced and wiped; `repr` does not show it."""

    def __init__(self, material: bytes) -> None:
        """Hold a key of 32 bytes."""
        self._material = material
        self._lock = Lock()

    def material(self) -> bytes:
        """Return the key, 32 bytes. Raises `VaultClosedError` after `forget`."""
        if not self._material:
            raise VaultClosedError
        return self._material

    def replace(self, material: bytes) -> None:
        """Hold another key, and wipe the old one from memory. Raises `VaultClosedError` after `forget`."""
        with self._lock:
            self.material()
            self._material = material
        overwrite_freed_keys(KEY_BYTES)

    def forget(self) -> None:
        """Drop the key, and wipe it from memory."""
        with self._lock:
            self._material = b""
        overwrite_freed_keys(KEY_BYTES)


def connect(
    path: Path, key: bytes, *, read_only: bool = False, factory: type[Any] = sqlcipher.Connection
) -> sqlcipher.Connection:
    """Open the database at `path` with `key` (32 bytes). The file may be empty, but it must exist.

    A missing database is never created, because its vault may have been moved. Nothing is read yet: a wrong key raises
    an error only at the first statement. Outside BEGIN and COMMIT, the connection commits each statement. Raises
    `sqlcipher.Error`.
    """
    return _connect_in_mode(path, key, _choose_mode(path, read_only), factory)


def connect_without_log(path: Path, key: bytes) -> sqlcipher.Connection:
    """Open the database at `path` for reading, and ignore its write-ahead log. Raises `sqlcipher.Error`."""
    return _connect_in_mode(path, key, _WITHOUT_LOG)


def _connect_in_mode(
    path: Path, key: bytes, mode: str, factory: type[Any] = sqlcipher.Connection
) -> sqlcipher.Connection:
    assert len(key) == KEY_BYTES
    assert sqlcipher.sqlite_version_info >= _MIN_SQLITE, sqlcipher.sqlite_version
    db = sqlcipher.connect(
        f"{uri(path)}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_TIMEOUT_SECONDS,
        factory=factory,
    )
    db.execute("PRAGMA cipher_log_level = NONE")
    _pass_key(db, "key", key)
    db.execute("PRAGMA foreign_keys = ON")
    return db


def rekey(db: sqlcipher.Connection, key: bytes) -> None:
    """Encrypt the whole database with another key (32 bytes), in one transaction. Raises `sqlcipher.Error`."""
    assert len(key) == KEY_BYTES
    _pass_key(db, "rekey", key)


def _pass_key(db: sqlcipher.Connection, pragma: str, key: bytes) -> None:
    # `execute` would cache the statement. SQLite and Python free the memory of the text without wiping it, but the same
    # work with another text gets the same memory and overwrites the key. (SQLCipher's cipher_memory_security wipes all
    # memory, but with it a save takes 1.8 times as long, and opening 3.6 times.)
    for name, passed in ((pragma, key), ("x" * len(pragma), bytes(KEY_BYTES))):  # SQLite ignores unknown pragmas
        db.executescript(f"PRAGMA {name} = \"x'{passed.hex()}'\"")
    with suppress(sqlcipher.OperationalError):
        db.executescript(_FILL_LOOKASIDE)


def _choose_mode(path: Path, read_only: bool) -> str:
    if not read_only:
        return "mode=rw"
    # Reading in WAL mode creates two files. If there is no log, they can be avoided.
    return "mode=ro" if exists(log_path(path)) else _WITHOUT_LOG


def uri(path: Path) -> str:
    """Return the URI of a path for SQLite, on any operating system; the caller can append `?mode=…`."""
    # Separators are escaped as well, so that SQLite finds no server name in the URI and uses any path unchanged, even
    # \\server\share and \\?\C: (https://sqlite.org/uri.html).
    return "file:" + quote(os.fsencode(path.absolute()), safe="")
