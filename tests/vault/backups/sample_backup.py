"""A vault with keys in every state, its backup, and another program that reads the backup."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.support.vault_content import Content
from zcc_keys_gui.domain.backup import StoredKey
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.vault.backups.backup_reader import opened_backup
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.rows import HISTORY_COLUMNS, KEY_COLUMNS, history_entry_from_row, key_from_row
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "it's four random words"
NOW = datetime(2026, 11, 25, 9, 12, 33, 123456, UTC)
_STORED = Path(__file__).parents[2] / "data" / "schema-3"


def open_stored_vault(folder: Path) -> VaultStore:
    """Open a copy, in `folder`, of a vault that an earlier version made."""
    shutil.copytree(_STORED, folder)
    return VaultOpener(VaultFolder(folder)).open_with_passphrase(VAULT_PASSPHRASE)


def backups_of(store: VaultStore) -> Backups:
    """Return the backups of a vault; the time is always `NOW`."""
    return Backups(store.backups, lambda: r"CONTOSO\zoe", lambda: NOW)


def make_backup(store: VaultStore, path: Path) -> "BackupContent":
    """Write a backup, and read it."""
    backups_of(store).back_up(path, PASSPHRASE)
    return read_backup(path, PASSPHRASE)


@dataclass(frozen=True)
class BackupContent:
    """What is in a backup file."""

    path: Path = field(compare=False)
    made: datetime
    program: str
    vault_id: str
    content: Content


def read_backup(
    path: Path, passphrase: str = PASSPHRASE, canceled: Callable[[], bool] = lambda: False
) -> BackupContent:
    """Read a backup as the program does before it stages it."""
    with opened_backup(path, passphrase, canceled) as backup:
        keys = tuple(StoredKey(key_from_row(row[:-1]), row[-1]) for row in backup.key_rows())
        history = tuple(history_entry_from_row(row[1:]) for row in backup.history_rows())
        about = backup.about
    return BackupContent(path, about.made, about.program, about.vault_id, Content(keys, history))


def content_in(store: VaultStore) -> Content:
    """Return the keys and the history of a vault."""
    keys = store._db.execute(f"SELECT {KEY_COLUMNS}, verifier FROM api_key ORDER BY client_id")
    history = store._db.execute(f"SELECT {HISTORY_COLUMNS} FROM history ORDER BY id")
    return Content(
        tuple(StoredKey(key_from_row(row[:-1]), bytes(row[-1])) for row in keys),
        tuple(map(history_entry_from_row, history)),
    )


def restore_backup(
    store: VaultStore, backup: BackupContent, options: RestoreOptions
) -> tuple[RestorePlan, Path | None]:
    """Restore a backup to a vault; return what was done, and the quarantined vault."""
    backups = backups_of(store)
    with closing(backups.read(backup.path, PASSPHRASE)) as opened:
        return backups.restore(opened, options)


def read_with_apsw(path: Path, passphrase: str = PASSPHRASE) -> dict[str, Any]:
    """Read a backup with another program; return its content in the form of `tests.support.stored_vault.content_of`."""
    with closing(_open_with_apsw(path, passphrase)) as db:
        keys = db.execute(
            "SELECT client_id, name, status, role, session_validity, created, secret_pending, hex(verifier)"
            " FROM api_key ORDER BY client_id"
        )
        history = db.execute("SELECT at, who, action, client_id, name, details FROM history ORDER BY id")
        return {"keys": [list(row) for row in keys], "history": [list(row) for row in history]}


def tables_with_apsw(path: Path) -> set[str]:
    """Return the names of the tables that another program finds in a backup."""
    with closing(_open_with_apsw(path, PASSPHRASE)) as db:
        return {str(name) for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def _open_with_apsw(path: Path, passphrase: str) -> apsw.Connection:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    db.pragma("cipher", "sqlcipher")
    db.pragma("legacy", 4)
    db.pragma("key", passphrase)
    return db
