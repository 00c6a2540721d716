"""Giving a database another key, so that afterwards it is certain which key it has.

`PRAGMA rekey` writes every page into the write-ahead log, in one transaction. It reports no error: neither on a full
disk nor where the file cannot be written (https://github.com/sqlcipher/sqlcipher/issues/616). So there has to be enough
free space first, and fresh connections tell afterwards which key opens the database.
"""

import shutil
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import DiskFullError, NotReencryptedError
from zcc_keys_gui.vault.files.folder import log_bytes
from zcc_keys_gui.vault.keys import cipher
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect

_FRAME_HEADER = 24  # bytes before each page in the log (https://sqlite.org/fileformat2.html#walformat)
_INDEX_OF_FRAME = 8  # bytes of vault.db-shm, more or less
_ALSO_WRITTEN = 256 << 10  # bytes: vault.json, the change that notes the generation, what file systems round up


def empty_log(database: Path, key: bytes) -> None:
    """Move all of the log into the database as far as that can be done, which makes room. Raises `sqlcipher.Error`."""
    with closing(connect(database, key)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def refuse_without_room(database: Path) -> None:
    """Raise `DiskFullError` if the disk has not the free space that another key takes. Raises `OSError` too."""
    in_log = log_bytes(database)
    pages = (database.stat().st_size + in_log) // PAGE_BYTES + 1  # at most
    needed = pages * (PAGE_BYTES + _FRAME_HEADER + _INDEX_OF_FRAME) + _ALSO_WRITTEN
    missing = needed - shutil.disk_usage(database.parent).free - in_log  # which `empty_log` frees
    if missing > 0:
        raise DiskFullError(database, missing)


def rekey(database: Path, old: bytes, new: bytes) -> None:
    """Encrypt every page with the key `new`.

    Raises `DiskFullError`, `NotReencryptedError`, `sqlcipher.Error`, `OSError`; then the database has its key `old`, or
    nobody can tell because it cannot be read.
    """
    failure: sqlcipher.Error | None = None
    with closing(connect(database, old)) as db:
        try:
            cipher.rekey(db, new)
        except sqlcipher.Error as error:
            failure = error
    if opens(database, new) and not opens(database, old):
        return
    if failure is not None:
        raise failure
    refuse_without_room(database)
    raise NotReencryptedError(database)


def opens(database: Path, key: bytes) -> bool:
    """Say whether a key opens a database. Raises `sqlcipher.Error` where the database cannot be read at all."""
    with closing(connect(database, key)) as db:
        try:
            db.execute("SELECT generation FROM vault").fetchone()
        except sqlcipher.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlcipher.SQLITE_NOTADB:
                raise
            return False
    return True
