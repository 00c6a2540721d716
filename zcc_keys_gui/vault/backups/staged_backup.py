"""A checked copy of a backup, from which it is restored.

The content of a backup file is checked once, while it is copied into a database of the program's own next to the vault.
From then on only the copy is used, because the file may be on a disk that is unplugged, or may be changed. The copy is
encrypted with a random key that only this object has, so a copy that a killed program leaves behind cannot be read.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.backup import Backup
from zcc_keys_gui.domain.errors import BackupDamagedError
from zcc_keys_gui.vault.backups.backup_format import HISTORY, KEYS
from zcc_keys_gui.vault.backups.backup_reader import opened_backup
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, connect, uri

_CACHE_KIB = 16_000
_ROWS_PER_BATCH = 500
_KEY_COLUMNS = """
    name TEXT NOT NULL, status TEXT NOT NULL, role TEXT NOT NULL, session_validity INTEGER NOT NULL,
    created INTEGER NOT NULL, secret_pending INTEGER NOT NULL, verifier BLOB NOT NULL
"""
# The primary key of the history is the whole row, so that each row of the vault's history is found quickly in it.
_TABLES = f"""
CREATE TABLE api_key (client_id TEXT PRIMARY KEY, {_KEY_COLUMNS}) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_by_name ON api_key (name COLLATE NOCASE);
CREATE TABLE history (
    at INTEGER, who TEXT, action TEXT, name TEXT, client_id TEXT, details TEXT, status TEXT, id INTEGER,
    PRIMARY KEY (at, client_id, action, name, details, who, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE known (id INTEGER PRIMARY KEY) STRICT; -- history rows of the backup that the vault has as well
CREATE TABLE since (                                -- what only one of the two histories says about a key
    client_id TEXT PRIMARY KEY, changed_here INTEGER, secret_here INTEGER, deleted_here INTEGER, status_here TEXT,
    changed_there INTEGER, secret_there INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE outcome (kind INTEGER, client_id TEXT, {_KEY_COLUMNS}, PRIMARY KEY (kind, client_id)) STRICT,
    WITHOUT ROWID;                                  -- the keys that are changed (1), added (2) and deleted (3)
CREATE TABLE kept (                                 -- values of changed keys that are not in a backup
    client_id TEXT PRIMARY KEY, last_sign_in INTEGER, verifier BLOB, replaced_verifier BLOB, replaced_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE merged (                               -- rows of both histories
    at INTEGER, source INTEGER, id INTEGER, who TEXT, action TEXT, name TEXT, client_id TEXT, details TEXT, status TEXT,
    PRIMARY KEY (at, source, id)
) STRICT, WITHOUT ROWID;
"""


class StagedBackup:
    """The copy of one backup. It is removed when it is closed or garbage-collected."""

    def __init__(self, folder: VaultFolder) -> None:
        """Create an empty copy in the folder of the vault. Raises `VaultError`."""
        self._path = folder.path / f"{folder.staged_backup_prefix}{token_hex(8)}"
        self._key = os.urandom(KEY_BYTES)
        self.about: Backup
        with vault_errors_for(self._path):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def __del__(self) -> None:
        """Remove the copy."""
        self.close()

    def close(self) -> None:
        """Remove the copy. May be called in any thread.

        On Windows, a copy that another thread still reads stays until this object is garbage-collected.
        """
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    @contextmanager
    def attached_to(self, db: sqlcipher.Connection) -> Iterator[None]:
        """Let `db` read and write the copy as the database `backup`. Raises `sqlcipher.Error`."""
        db.execute("ATTACH ? AS backup KEY ?", (f"{uri(self._path)}?mode=rw", f"x'{self._key.hex()}'"))
        _configure(db, "backup.")
        yield

    def fill(
        self, source: Path, passphrase: str, canceled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> None:
        """Copy and check a backup. `progress` is called with the number of rows read and of all rows.

        Raises `BackupError`, `VaultError`, and `InterruptedError` after `canceled` returns True.
        """
        with opened_backup(source, passphrase, canceled) as backup, closing(self._connect()) as db:
            about, summary = backup.about, backup.about.summary
            all_rows, done = summary.keys + summary.history, 0
            for rows, table, columns in (
                (backup.key_rows(), "api_key", KEYS),
                (backup.history_rows(), "history", f"id, {HISTORY}"),
            ):
                for number in _insert(db, self._path, source, rows, table, columns):
                    done += number
                    progress(done, all_rows)
            with vault_errors_for(self._path):
                db.execute("COMMIT")
        self.about = Backup(about.made, about.program, about.vault_id, summary.keys, summary.history)

    def _connect(self) -> sqlcipher.Connection:
        with vault_errors_for(self._path):
            db = connect(self._path, self._key)
            _configure(db, "")
            db.executescript(_TABLES)
            db.execute("BEGIN")
            return db


def stage(
    folder: VaultFolder,
    source: Path,
    passphrase: str,
    canceled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> StagedBackup:
    """Return a checked copy, in the folder of the vault, of the backup at `source`; see `StagedBackup.fill`."""
    staged = StagedBackup(folder)
    try:
        staged.fill(source, passphrase, canceled, progress)
    except BaseException:
        staged.close()
        raise
    return staged


def _configure(db: sqlcipher.Connection, schema: str) -> None:
    db.execute(f"PRAGMA {schema}journal_mode = MEMORY")  # an incomplete copy is never used, so nothing need be durable
    db.execute(f"PRAGMA {schema}synchronous = OFF")
    db.execute(f"PRAGMA {schema}cache_size = -{_CACHE_KIB}")


def _insert(
    db: sqlcipher.Connection, path: Path, source: Path, rows: Iterable[tuple[Any, ...]], table: str, columns: str
) -> Iterator[int]:
    """Insert rows in batches; yield the number of rows in each."""
    placeholders = ", ".join("?" * len(columns.split(",")))
    rows = iter(rows)
    while batch := list(islice(rows, _ROWS_PER_BATCH)):
        try:
            with vault_errors_for(path):
                db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({placeholders})", batch)
        except sqlcipher.IntegrityError as error:  # two keys with the same name
            raise BackupDamagedError(source) from error
        yield len(batch)
