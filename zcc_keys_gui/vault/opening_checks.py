"""The checks before a vault is opened, over a connection that changes nothing.

They reject a database that belongs to another vault, an older or a newer one, and a write-ahead log that is lost,
damaged, or from another time. SQLite itself notices none of this.
"""

import os
from contextlib import closing, suppress

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import VaultDamagedError, VaultFileMissingError, VaultMismatchError, VaultTooNewError
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, check_no_pipes
from zcc_keys_gui.vault.files.regular_file import exists, is_file, open_regular_file
from zcc_keys_gui.vault.files.saved_changes import SavedChanges
from zcc_keys_gui.vault.files.write_ahead_log import is_blank, is_log_damaged
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect, connect_without_log
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet


def check_database(folder: VaultFolder, protectors: ProtectorSet, key: bytes) -> int:
    """Check that the database belongs to the vault of `protectors`; return the number of its schema.

    Raises `VaultDamagedError` also for a wrong key, `VaultFileMissingError`, `VaultMismatchError`, `VaultTooNewError`
    and other `VaultError`s.
    """
    path = folder.database
    with vault_errors_for(path):
        _check_file(folder)
        with closing(connect(path, key, read_only=True)) as db:
            if db.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
                raise VaultDamagedError(path)
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            if version > schema.SCHEMA:
                raise VaultTooNewError(path)
            if version < 1:  # no version of the program has created such a database
                raise VaultDamagedError(path)
            counts_changes = version >= schema.FIRST_WITH_CHANGES
            columns = "id, generation, changes, log_from" if counts_changes else "id, generation"
            vault_id, generation, *counts = db.execute(f"SELECT {columns} FROM vault").fetchone()
            generations = {each.generation for each in (protectors, protectors.next) if each is not None}
            if vault_id != protectors.vault_id or generation not in generations:
                raise VaultMismatchError(path)
            if counts:
                _check_log(folder, db, key, *counts)
    return version


def _check_file(folder: VaultFolder) -> None:
    path = folder.database
    if not is_file(path):
        raise (VaultDamagedError if path.exists() else VaultFileMissingError)(path)
    check_no_pipes(path)
    with open_regular_file(path) as file:  # SQLite does not report a missing permission
        size = file.seek(0, os.SEEK_END)
    if size < PAGE_BYTES:  # SQLite opens an empty file as an empty database
        raise VaultDamagedError(path)


def _check_log(folder: VaultFolder, db: sqlcipher.Connection, key: bytes, changes: int, log_from: int | None) -> None:
    """Check the write-ahead log; `changes` and `log_from` are what the database says with this log."""
    saved = SavedChanges(folder.saved_changes).read()
    log = folder.write_ahead_log
    if not exists(log) or log.stat().st_size == 0 or is_blank(log):
        if log_from is not None and (saved is None or changes < saved):
            raise VaultFileMissingError(log)  # otherwise, SQLite moved all of it into the database and deleted it
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        if folder.database.stat().st_size < pages * PAGE_BYTES:  # SQLite may notice the missing end only later
            raise VaultDamagedError(folder.database)
        return
    _, frames_read, _ = db.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    if is_log_damaged(log, max(frames_read, 0), max_changes_after=0 if saved is None else 1):
        raise VaultDamagedError(log)
    _check_log_belongs(folder, key, changes, log_from)
    if saved is not None and changes < saved:
        raise VaultDamagedError(log)


def _check_log_belongs(folder: VaultFolder, key: bytes, changes: int, log_from: int | None) -> None:
    """Check that the database without its log is from a time at which this log had begun and had not ended."""
    with (
        # This fails if moving the log into the database was interrupted; SQLite then moves it again.
        suppress(sqlcipher.Error),
        closing(connect_without_log(folder.database, key)) as without_log,
    ):
        changes_in_file, log_from_in_file = without_log.execute("SELECT changes, log_from FROM vault").fetchone()
        is_older_log = None not in (log_from, log_from_in_file) and log_from_in_file > log_from
        if is_older_log or not (log_from or 0) <= changes_in_file <= changes:
            raise VaultMismatchError(folder.write_ahead_log)
