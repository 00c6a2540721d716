"""Turns errors of SQLCipher and of the operating system into the program's own errors."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import (
    DiskFullError,
    VaultDamagedError,
    VaultError,
    VaultInUseError,
    VaultNotAFileError,
    VaultReadOnlyError,
    VaultUnreachableError,
)
from zcc_keys_gui.platform.files import is_unreadable_in_use
from zcc_keys_gui.vault.files.regular_file import NotAFileError

# SQLite's result codes (https://sqlite.org/rescode.html).
_SQLITE_ERRORS: dict[int, type[VaultError]] = {
    sqlcipher.SQLITE_BUSY: VaultInUseError,
    sqlcipher.SQLITE_LOCKED: VaultInUseError,
    sqlcipher.SQLITE_PERM: VaultReadOnlyError,
    sqlcipher.SQLITE_READONLY: VaultReadOnlyError,
    sqlcipher.SQLITE_FULL: DiskFullError,
    sqlcipher.SQLITE_IOERR: VaultUnreachableError,
    sqlcipher.SQLITE_CANTOPEN: VaultUnreachableError,
    sqlcipher.SQLITE_CORRUPT: VaultDamagedError,
    sqlcipher.SQLITE_NOTADB: VaultDamagedError,
}
# The texts of `sqlite3_errstr` for these codes.
_CODES_OF_TEXTS = {
    "database is locked": sqlcipher.SQLITE_BUSY,
    "database table is locked": sqlcipher.SQLITE_LOCKED,
    "access permission denied": sqlcipher.SQLITE_PERM,
    "attempt to write a readonly database": sqlcipher.SQLITE_READONLY,
    "database or disk is full": sqlcipher.SQLITE_FULL,
    "disk I/O error": sqlcipher.SQLITE_IOERR,
    "unable to open database file": sqlcipher.SQLITE_CANTOPEN,
    "database disk image is malformed": sqlcipher.SQLITE_CORRUPT,
    "file is not a database": sqlcipher.SQLITE_NOTADB,
}
_SHARED_MEMORY_BYTES = 1 << 15  # vault.db-shm grows by this; if the disk is full, SQLite reports a disk I/O error
_OS_ERRORS: dict[int | None, type[VaultError]] = {
    errno.EACCES: VaultReadOnlyError,
    errno.EPERM: VaultReadOnlyError,
    errno.EROFS: VaultReadOnlyError,
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
}


@contextmanager
def vault_errors_for(path: Path) -> Iterator[None]:
    """Raise errors of the environment in this block as a `VaultError` about `path`; bugs are raised unchanged."""
    try:
        yield
    except sqlcipher.Error as error:
        code = primary_code(error)
        if code == sqlcipher.SQLITE_INTERRUPT:
            raise InterruptedError from error
        kind = _SQLITE_ERRORS.get(code)
        if kind is VaultUnreachableError and _is_full(path):
            kind = DiskFullError
        if kind is None:
            raise
        raise kind(path) from error
    except NotAFileError as error:
        raise VaultNotAFileError(Path(error.filename or path)) from error
    except InterruptedError:  # the caller asked for the interruption
        raise
    except OSError as error:
        if error.errno == errno.EACCES and is_unreadable_in_use(Path(error.filename or path)):
            raise VaultInUseError(path) from error
        raise _OS_ERRORS.get(error.errno, VaultUnreachableError)(path) from error


def primary_code(error: BaseException) -> int:
    """Return SQLite's primary result code of an error, or 0.

    It is the low byte of the code; errors of `Connection.backup` have it only as text.
    """
    code = getattr(error, "sqlite_errorcode", None)
    return int(code) & 0xFF if code else _CODES_OF_TEXTS.get(str(error), 0)


def means_damage(error: BaseException) -> bool:
    """Return whether SQLite raised an error because the database is damaged, or has another key."""
    return primary_code(error) in (sqlcipher.SQLITE_CORRUPT, sqlcipher.SQLITE_NOTADB)


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _SHARED_MEMORY_BYTES
    except OSError:
        return False
