"""Copies both files of an open vault, `vault.db` and `vault.json`, as they are at one moment."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.errors import VaultClosedError, VaultDamagedError
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.files.folder import VaultFolder, check_no_pipes, write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.cipher import connect

UNFINISHED = ".unfinished"
"""The name of a folder while files are copied into it. A folder of this name can always be deleted."""
_PAGES_PER_STEP = 1_000  # 4 MB are copied before the next check whether to stop
_FOLDER_NAME = "%Y-%m-%dT%H%M%SZ"


def folder_name(time: datetime) -> str:
    """Return the name of a folder with the files of a vault as they were at a time, in UTC and to the second."""
    return time.astimezone(UTC).strftime(_FOLDER_NAME)


def parse_folder_name(name: str) -> datetime:
    """Return the time that `folder_name` made this name from. Raises `ValueError` for any other name."""
    return datetime.strptime(name, _FOLDER_NAME).replace(tzinfo=UTC)


def copy_vault(
    source: VaultFolder, target: Path, connections: VaultConnections, canceled: Callable[[], bool] = lambda: False
) -> None:
    """Copy both files of a vault into the empty folder `target`, verify them, and flush them.

    Raises `InterruptedError` after `canceled` returns True, `VaultDamagedError`, `VaultClosedError`,
    `sqlcipher.Error`, `OSError`.
    """
    copy = VaultFolder(target)
    copy.database.touch(mode=0o600)

    def stop_if_unwanted(*_: int) -> None:
        if connections.is_closed():
            raise VaultClosedError
        if canceled():
            raise InterruptedError

    with connections.working():  # meanwhile, the vault keeps its key
        key = connections.key_material()
        protectors = read_regular_file(source.protectors, protector_file.MAX_FILE_BYTES)
        with connections.reading() as db, closing(connect(copy.database, key)) as into:
            db.execute("BEGIN")
            db.execute("SELECT * FROM vault").fetchone()  # the state at this moment is copied
            db.backup(into, pages=_PAGES_PER_STEP, progress=stop_if_unwanted)  # includes the write-ahead log
            # Without this, SQLite makes vault.db-shm, and on a full disk it reports a failure of the disk instead.
            into.execute("PRAGMA locking_mode = EXCLUSIVE")
            schema.note_that_no_log_is_missing(into)
        verify_database(copy.database, key)
        stop_if_unwanted()
        write_durably(copy.protectors, protectors)
        flush(copy.database)


def verify_database(database: Path, key: bytes) -> None:
    """Read every page of a database that is not being written.

    Raises `VaultDamagedError`, `sqlcipher.Error`, `OSError`.
    """
    check_no_pipes(database)
    with closing(connect(database, key, read_only=True)) as db:
        damaged_pages = db.execute("PRAGMA cipher_integrity_check").fetchone()
        if damaged_pages or db.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise VaultDamagedError(database)
