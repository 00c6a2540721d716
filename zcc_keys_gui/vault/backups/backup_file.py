"""Writes backups: each is one file with its own passphrase; see `backup_format`.

A backup contains no protector, no search index and no key that signs access tokens.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.backup import is_raw_key
from zcc_keys_gui.domain.errors import BackupDamagedError
from zcc_keys_gui.vault.backups.backup_format import (
    APPLICATION_ID,
    FORMAT,
    HISTORY,
    KEYS,
    Digest,
    Summary,
    create_statements,
)
from zcc_keys_gui.vault.backups.backup_reader import opened_backup
from zcc_keys_gui.vault.interruption import interrupt_when
from zcc_keys_gui.vault.keys.cipher import uri
from zcc_keys_gui.vault.keys.key_wrapping import composed
from zcc_keys_gui.vault.rows import to_microseconds


def fill(
    db: sqlcipher.Connection, path: Path, passphrase: str, made: datetime, program: str, canceled: Callable[[], bool]
) -> Summary:
    """Write a backup of the vault that `db` has open to the empty file at `path`. All of it is from one moment.

    The file is not flushed yet. Raises `sqlcipher.Error`, also after `canceled` returns True.
    """
    assert passphrase, "without a passphrase, the file would not be encrypted"
    assert not is_raw_key(passphrase), "SQLCipher would not derive a key from this passphrase"
    interrupt_when(db, canceled)
    db.execute("ATTACH ? AS backup KEY ?", (f"{uri(path)}?mode=rw", composed(passphrase)))
    # The file gets its name after it is complete and flushed, so it needs no journal.
    db.execute("PRAGMA backup.journal_mode = OFF")
    db.execute("PRAGMA backup.synchronous = OFF")
    db.execute("BEGIN")
    for statement in create_statements("backup"):
        db.execute(statement)
    digest = Digest()
    _copy(db, "api_key", KEYS, "client_id", digest.add_key)
    _copy(db, "history", f"id, {HISTORY}", "id", lambda row: digest.add_history(row[1:]))
    summary = digest.summary()
    db.execute(
        "INSERT INTO backup.about SELECT ?, ?, id, ?, ?, ? FROM main.vault",
        (to_microseconds(made), program, summary.keys, summary.history, summary.digest),
    )
    db.execute(f"PRAGMA backup.application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA backup.user_version = {FORMAT}")
    db.execute("COMMIT")
    db.execute("DETACH backup")
    return summary


def verify(path: Path, passphrase: str, expected: Summary, canceled: Callable[[], bool] = lambda: False) -> None:
    """Read every row of a backup once.

    Raises `BackupDamagedError` if the rows are not the `expected` ones, and `InterruptedError` after `canceled`
    returns True.
    """
    with opened_backup(path, passphrase, canceled) as backup:
        for rows in (backup.key_rows(), backup.history_rows()):
            for _ in rows:
                pass
        if backup.about.summary != expected:
            raise BackupDamagedError(path)


def _copy(
    db: sqlcipher.Connection, table: str, columns: str, order: str, add_to_digest: Callable[[tuple[object, ...]], None]
) -> None:
    """Copy a table into the backup and add each row to the digest, so that the vault is read only once."""

    def rows() -> Iterator[tuple[object, ...]]:
        for row in db.execute(f"SELECT {columns} FROM main.{table} ORDER BY {order}"):
            add_to_digest(row)
            yield row

    placeholders = ", ".join("?" * len(columns.split(",")))
    db.executemany(f"INSERT INTO backup.{table} ({columns}) VALUES ({placeholders})", rows())
