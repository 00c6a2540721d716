"""Opens backup files, which may come from anyone who knows the passphrase.

Nothing in such a file is trusted. The first page is decrypted and checked here before SQLite reads the file: it must
contain the tables of a backup and nothing else, so that no view, trigger, generated column or virtual table can run.
Reading is interrupted if it is canceled or takes too long.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupNotOpenedError,
    BackupTooNewError,
    BackupUnreadableError,
    NotABackupError,
)
from zcc_keys_gui.vault.backups import backup_format
from zcc_keys_gui.vault.backups.backup_format import APPLICATION_ID, FORMAT, KDF_ROUNDS, SchemaRow
from zcc_keys_gui.vault.backups.backup_rows import BackupRows
from zcc_keys_gui.vault.files.file_errors import primary_code
from zcc_keys_gui.vault.files.regular_file import NotAFileError, open_regular_file
from zcc_keys_gui.vault.interruption import interrupt_when
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, PAGE_BYTES, connect_without_log
from zcc_keys_gui.vault.keys.key_wrapping import composed
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, decrypt_page, derive_hmac_key
from zcc_keys_gui.vault.pages.table_rows import decode_rows

_UNENCRYPTED_HEADER = b"SQLite format 3\0"
_RESERVED_BYTES = 80  # of each page, by SQLCipher 4
_UTF_8 = 1
_MAX_SCHEMA_OBJECTS = 8
# Of processor time, so that a slow disk or a busy computer does not matter.
_MIN_TIME_LIMIT_SECONDS = 60.0  # plus 1 for each MiB of the file


@contextmanager
def opened_backup(path: Path, passphrase: str, canceled: Callable[[], bool] = lambda: False) -> Iterator[BackupRows]:
    """Open a backup for reading. The file is not changed, and no file is made next to it.

    Raises `BackupUnreadableError`, `NotABackupError`, `BackupNotOpenedError`, `BackupTooNewError`,
    `BackupDamagedError`, also for errors while the block reads, and `InterruptedError` after `canceled` returns True.
    """
    first_page, size = _read_first_page(path)
    key, content = _unlock(path, first_page, passphrase)
    format_number = _read_format_number(path, content, size)
    time_limit = time.thread_time() + _MIN_TIME_LIMIT_SECONDS + size / (1 << 20)
    with closing(_connect(path, key)) as db:
        interrupt_when(db, lambda: canceled() or time.thread_time() > time_limit)
        try:
            _check_schema(format_number, _read_schema(content))
            _check_schema(format_number, db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall())
            yield BackupRows(db, format_number)
        except (sqlcipher.Error, ValueError, TypeError, IndexError, OverflowError) as error:
            if canceled():
                raise InterruptedError from error
            if primary_code(error) in (sqlcipher.SQLITE_IOERR, sqlcipher.SQLITE_CANTOPEN):
                raise BackupUnreadableError(path) from error
            raise BackupDamagedError(path) from error


def _read_first_page(path: Path) -> tuple[bytes, int]:
    """Return the first page of a file, and the size of the file in bytes."""
    try:
        with open_regular_file(path) as file:
            first_page = file.read(PAGE_BYTES)
            size = file.seek(0, os.SEEK_END)
    except NotAFileError as error:
        raise NotABackupError(path) from error
    except OSError as error:
        raise BackupUnreadableError(path) from error
    if len(first_page) < PAGE_BYTES or first_page.startswith(_UNENCRYPTED_HEADER):
        raise NotABackupError(path)
    return first_page, size


def _unlock(path: Path, first_page: bytes, passphrase: str) -> tuple[bytes, bytes]:
    """Return the key and the content of the first page. Raises `BackupNotOpenedError`."""
    # The program composes letters before it derives a key. Another program may have used the passphrase as typed.
    for form in dict.fromkeys((composed(passphrase), passphrase)):
        text, salt = form.encode("utf-8", "surrogatepass"), first_page[:SALT_BYTES]
        key = hashlib.pbkdf2_hmac("sha512", text, salt, KDF_ROUNDS, KEY_BYTES)
        content = decrypt_page(key, derive_hmac_key(key, salt), 1, first_page)
        if content is not None:
            return key, content
    raise BackupNotOpenedError(path)


def _read_format_number(path: Path, content: bytes, size: int) -> int:
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


def _read_schema(content: bytes) -> list[SchemaRow]:
    """Return the schema on the first page, which has room for the schema of every backup."""
    objects = int.from_bytes(content[103:105])
    if objects > _MAX_SCHEMA_OBJECTS:
        raise ValueError("too many objects")
    rows: list[SchemaRow] = [(kind, name, table, sql) for _, (kind, name, table, _, sql) in decode_rows(1, content)]
    if len(rows) != objects:
        raise ValueError("an object outside of the first page")
    return rows


def _check_schema(format_number: int, rows: list[SchemaRow]) -> None:
    if not backup_format.is_exact_schema(format_number, rows):
        raise ValueError("other tables than those of a backup")


def _connect(path: Path, key: bytes) -> sqlcipher.Connection:
    try:
        db = connect_without_log(path, key)
    except sqlcipher.Error as error:
        raise BackupUnreadableError(path) from error
    for setting in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        db.execute(f"PRAGMA {setting}")
    return db
