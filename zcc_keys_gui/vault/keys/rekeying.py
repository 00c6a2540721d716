"""Encrypts a database with another key, so that afterwards it is certain which key it has.

`PRAGMA rekey` writes every page into the write-ahead log, in one transaction. It reports no error if the disk is full
or the file cannot be written (https://github.com/sqlcipher/sqlcipher/issues/616). So the free space is checked first,
and new connections find out afterwards which key opens the database.
"""

import shutil
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import DiskFullError, NotReencryptedError
from zcc_keys_gui.vault.files.file_errors import primary_code
from zcc_keys_gui.vault.files.folder import log_size_bytes
from zcc_keys_gui.vault.keys import cipher
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect

_FRAME_HEADER_BYTES = 24  # before each page in the log (https://sqlite.org/fileformat2.html#walformat)
_INDEX_BYTES_PER_FRAME = 8  # approximately, in vault.db-shm
_OTHER_BYTES = 256 << 10  # vault.json, the change that records the generation, and what file systems round up


def empty_log(database: Path, key: bytes) -> None:
    """Move as much of the write-ahead log into the database as possible, to free space. Raises `sqlcipher.Error`."""
    with closing(connect(database, key)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def check_free_space(database: Path) -> None:
    """Raise `DiskFullError` if the disk lacks the space that `rekey` needs. Raises `OSError` too."""
    log_size = log_size_bytes(database)
    max_pages = (database.stat().st_size + log_size) // PAGE_BYTES + 1
    needed = max_pages * (PAGE_BYTES + _FRAME_HEADER_BYTES + _INDEX_BYTES_PER_FRAME) + _OTHER_BYTES
    missing = needed - shutil.disk_usage(database.parent).free - log_size  # `empty_log` frees the log
    if missing > 0:
        raise DiskFullError(database, missing)


def rekey(database: Path, old: bytes, new: bytes) -> None:
    """Encrypt every page with the key `new`.

    Raises `DiskFullError`, `NotReencryptedError`, `sqlcipher.Error`, `OSError`. Then the database still has the key
    `old`, or it cannot be read to find out.
    """
    failure: sqlcipher.Error | None = None
    with closing(connect(database, old)) as db:
        try:
            cipher.rekey(db, new)
        except sqlcipher.Error as error:
            failure = error
    if can_open(database, new) and not can_open(database, old):
        return
    if failure is not None:
        raise failure
    check_free_space(database)
    raise NotReencryptedError(database)


def can_open(database: Path, key: bytes) -> bool:
    """Return whether a key opens a database. Raises `sqlcipher.Error` if the database cannot be read at all."""
    with closing(connect(database, key)) as db:
        try:
            db.execute("SELECT generation FROM vault").fetchone()
        except sqlcipher.DatabaseError as error:
            if primary_code(error) != sqlcipher.SQLITE_NOTADB:
                raise
            return False
    return True
