"""Writes backups: each is one file under a passphrase of its own; see `backup_format`.

It contains no protector, no search index and no key that signs sessions.
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
from zcc_keys_gui.vault.keys.cipher import uri
from zcc_keys_gui.vault.keys.key_wrapping import composed
from zcc_keys_gui.vault.rows import to_microseconds

_STEPS_PER_LOOK = 20_000  # of SQLite's machine, between two looks at whether to go on


def fill(
    db: sqlcipher.Connection, path: Path, passphrase: str, made: datetime, program: str, cancelled: Callable[[], bool]
) -> Summary:
    """Make a backup of the vault that `db` has open, as it is at one moment, in the empty file at `path`.

    The file is not flushed yet. Raises `sqlcipher.Error`, also where `cancelled` comes to say so.
    """
    assert passphrase, "without one, the file would not be encrypted"
    assert not is_raw_key(passphrase), "it would be no passphrase"
    db.set_progress_handler(lambda: int(cancelled()), _STEPS_PER_LOOK)
    db.execute("ATTACH ? AS backup KEY ?", (f"{uri(path)}?mode=rw", composed(passphrase)))
    # Nobody sees the file before it is whole and flushed; so no journal has to lie beside it.
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


def verify(path: Path, passphrase: str, expected: Summary, cancelled: Callable[[], bool] = lambda: False) -> None:
    """Read every row of a backup, once.

    Raises `BackupDamagedError` if they are not the `expected` ones, and `InterruptedError` after `cancelled` returns
    True.
    """
    with opened_backup(path, passphrase, cancelled) as backup:
        for rows in (backup.key_rows(), backup.history_rows()):
            for _ in rows:
                pass
        if backup.about.summary != expected:
            raise BackupDamagedError(path)


def _copy(
    db: sqlcipher.Connection, table: str, columns: str, order: str, count: Callable[[tuple[object, ...]], None]
) -> None:
    """Copy a table into the backup and pass each row to `count`, so that the vault is read only once."""

    def counted() -> Iterator[tuple[object, ...]]:
        for row in db.execute(f"SELECT {columns} FROM main.{table} ORDER BY {order}"):
            count(row)
            yield row

    places = ", ".join("?" * len(columns.split(",")))
    db.executemany(f"INSERT INTO backup.{table} ({columns}) VALUES ({places})", counted())
