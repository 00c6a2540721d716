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
from zcc_keys_gui.vault.files.folder import log_of
from zcc_keys_gui.vault.files.regular_file import is_there

KEY_BYTES = 32
PAGE_BYTES = 4096
"""Of a page on the disk, SQLCipher 4's default."""
_OLDEST_SQLITE = (3, 51, 3)  # earlier ones can corrupt a database in WAL mode (https://sqlite.org/wal.html)
_BUSY_SECONDS = 2.0
_WITHOUT_LOG = "mode=ro&immutable=1"  # also looks for no log (https://sqlite.org/uri.html)
# SQLite keeps small pieces of memory for a connection (lookaside, https://sqlite.org/malloc.html), of up to 128 bytes,
# and does not wipe them. This takes all of them, and writes them full with the names of columns. The end is missing: a
# whole statement would read the database, and this one is only parsed, and refused.
_FILL = "SELECT" + 100 * f' 0 AS "{120 * "0"}",'


class DatabaseKey:
    """The key of an open database, held in one place, so that it can be replaced and forgotten; `repr` hides it."""

    def __init__(self, material: bytes) -> None:
        """Hold 32 bytes."""
        self._material = material
        self._lock = Lock()

    def material(self) -> bytes:
        """Return the key, 32 bytes. Raises `VaultClosedError` after `forget`."""
        if not self._material:
            raise VaultClosedError
        return self._material

    def replace(self, material: bytes) -> None:
        """Hold another key, and leave none of the former in memory. Raises `VaultClosedError` after `forget`."""
        with self._lock:
            self.material()
            self._material = material
        overwrite_freed_keys(KEY_BYTES)

    def forget(self) -> None:
        """Hold no key any more, and leave none in memory."""
        with self._lock:
            self._material = b""
        overwrite_freed_keys(KEY_BYTES)


def connect(
    path: Path, key: bytes, *, read_only: bool = False, factory: type[Any] = sqlcipher.Connection
) -> sqlcipher.Connection:
    """Open the database at `path` with `key` (32 bytes); an empty file will do.

    A missing one is not made: it may be that of a vault which somebody moved away. Nothing is read yet: a wrong key
    shows at the first statement. The connection commits each statement by itself outside BEGIN and COMMIT. It is made
    by `factory`. Raises `sqlcipher.Error`.
    """
    return _connected(path, key, _mode(path, read_only), factory)


def connect_without_log(path: Path, key: bytes) -> sqlcipher.Connection:
    """Open the database at `path` for reading, as it is without its write-ahead log. Raises `sqlcipher.Error`."""
    return _connected(path, key, _WITHOUT_LOG)


def _connected(path: Path, key: bytes, mode: str, factory: type[Any] = sqlcipher.Connection) -> sqlcipher.Connection:
    assert len(key) == KEY_BYTES
    assert sqlcipher.sqlite_version_info >= _OLDEST_SQLITE, sqlcipher.sqlite_version
    db = sqlcipher.connect(
        f"{uri(path)}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_SECONDS,
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
    # Not `execute`, which keeps statements for the next time. SQLite and Python give back the memory in which the text
    # was without wiping it; the same work with another text takes the same memory again, and writes over the key. (With
    # cipher_memory_security SQLite wipes all its memory; then a save takes 1.8 times as long, and opening 3.6 times.)
    for name, passed in ((pragma, key), ("x" * len(pragma), bytes(KEY_BYTES))):  # SQLite passes over unknown pragmas
        db.executescript(f"PRAGMA {name} = \"x'{passed.hex()}'\"")
    with suppress(sqlcipher.OperationalError):
        db.executescript(_FILL)


def _mode(path: Path, read_only: bool) -> str:
    if not read_only:
        return "mode=rw"
    # Reading in WAL mode leaves two files behind; where the WAL holds nothing, there is a way that leaves none.
    return "mode=ro" if is_there(log_of(path)) else _WITHOUT_LOG


def uri(path: Path) -> str:
    """Return a path as SQLite takes it in whatever system; `?mode=…` can follow."""
    # Every separator by its number: SQLite then sees no server in it, and takes a path of any system as it is, also
    # \\server\share and \\?\C: (https://sqlite.org/uri.html).
    return "file:" + quote(os.fsencode(path.absolute()), safe="")
