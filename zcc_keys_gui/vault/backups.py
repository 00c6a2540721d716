"""The backups of an open vault: writing one, and restoring one."""

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui import __version__
from zcc_keys_gui.domain.backup import Backup, Content, StoredKey
from zcc_keys_gui.domain.errors import (
    BackupError,
    BackupPlaceError,
    DiskFullError,
    FileNotWrittenError,
    VaultDamagedError,
    WriteFault,
)
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestorePlan
from zcc_keys_gui.files import saved_file
from zcc_keys_gui.vault import backup_file
from zcc_keys_gui.vault.cipher import DatabaseKey, connect
from zcc_keys_gui.vault.faults import faults_at
from zcc_keys_gui.vault.folder import VaultFolder
from zcc_keys_gui.vault.listing import SqlHistoryListing, SqlKeyListing, entry_from, key_from, to_time
from zcc_keys_gui.vault.set_aside import set_vault_aside

if TYPE_CHECKING:
    from zcc_keys_gui.vault.store import VaultChange

_FULL = (errno.ENOSPC, errno.EDQUOT)


class VaultBackups:
    """The backups of an open vault; see `service.backups.BackupStore`."""

    def __init__(
        self, folder: VaultFolder, key: DatabaseKey, change: "Callable[[], AbstractContextManager[VaultChange]]"
    ) -> None:
        """Work on the vault in `folder`, whose database has this key; `change` begins a change of it."""
        self._folder = folder
        self._key = key
        self._change = change

    def write_backup(self, path: Path, passphrase: str, made: datetime, cancelled: Callable[[], bool]) -> int:
        """Write a backup to a file, in place of one that is there; return how many keys are in it.

        It is written to a new file, verified by reopening it, and put in place of the former one. Raises
        `InterruptedError` once `cancelled` says so, `BackupPlaceError`, `FileNotWrittenError`, `DiskFullError`,
        `VaultError`; then a file that was there still is.
        """
        self._refuse_own_files(path)
        with self._faults_of(path), saved_file(path, mode=0o600) as beside:
            with closing(connect(self._folder.database, self._key.material())) as db:
                summary = backup_file.fill(db, beside, passphrase, made, __version__, cancelled)
            backup_file.verify(beside, passphrase, summary)
            if cancelled():  # deriving a key takes longer than a small vault, and can't be interrupted
                raise InterruptedError
        return summary.keys

    def read_backup(self, path: Path, passphrase: str) -> Backup:
        """Return what a backup holds; the file is not changed. Raises `BackupError`."""
        return backup_file.read(path, passphrase)

    def content(self) -> Content:
        """Return the vault's keys and history, as they are at one moment. Raises `VaultError`."""
        with faults_at(self._folder.database), closing(connect(self._folder.database, self._key.material())) as db:
            db.execute("BEGIN")
            keys = db.execute(f"SELECT {SqlKeyListing.columns}, verifier FROM api_key ORDER BY client_id")
            history = db.execute(f"SELECT {SqlHistoryListing.columns} FROM history ORDER BY id")
            return Content(
                tuple(StoredKey(key_from(row[:-1]), bytes(row[-1])) for row in keys), tuple(map(entry_from, history))
            )

    def set_aside(self, now: datetime) -> Path:
        """Keep a copy of the vault as it is; return the folder that has it. Raises `VaultError`."""
        with faults_at(self._folder.database):
            return set_vault_aside(self._folder, self._key.material(), now)

    def restore(self, plan: RestorePlan, entries: list[HistoryEntry]) -> None:
        """Do what `plan` says and write the history rows `entries`, all or nothing. Raises `VaultError`."""
        with self._change() as change:
            change.restore(plan)
            for entry in entries:
                change.record(entry)

    def note_backup(self, made: datetime, entry: HistoryEntry) -> None:
        """Note when the vault was last backed up. Raises `VaultError`."""
        with self._change() as change:
            change.note_backup(made)
            change.record(entry)

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up. Raises `VaultError`."""
        made = self._fact("last_backup")
        return None if made is None else to_time(int(made))

    def vault_id(self) -> str:
        """Return the vault's id. Raises `VaultError`."""
        return str(self._fact("id"))

    def _fact(self, column: str) -> str | int | None:
        with faults_at(self._folder.database), closing(connect(self._folder.database, self._key.material())) as db:
            found: str | int | None = db.execute(f"SELECT {column} FROM vault").fetchone()[0]
            return found

    def _refuse_own_files(self, path: Path) -> None:
        """Raise `BackupPlaceError` for a file that is, or will be, one of the vault's, by whatever name."""
        folder, wanted = self._folder.path.resolve(), path.resolve()
        name = wanted.name.casefold()
        in_folder = wanted.parent == folder and (
            name.startswith("vault.") or name in (self._folder.attempts.name, "settings.ini")
        )
        if in_folder or any(
            wanted.is_relative_to(place.resolve()) for place in (self._folder.copies, self._folder.set_aside)
        ):
            raise BackupPlaceError(path)
        with self._faults_of(path):
            for own in (self._folder.database, self._folder.protectors):
                if path.exists() and path.samefile(own):
                    raise BackupPlaceError(path)

    @contextmanager
    def _faults_of(self, path: Path) -> Iterator[None]:
        """Raise what goes wrong as an error about the backup's file, or about the vault where that is damaged."""
        try:
            yield
        except (BackupPlaceError, InterruptedError):
            raise
        except FileNotWrittenError as error:
            if error.fault is WriteFault.DISK_FULL:
                raise DiskFullError(path) from error
            raise
        except BackupError as error:  # what was written is not what is read
            raise FileNotWrittenError(path) from error
        except OSError as error:
            raise (DiskFullError if error.errno in _FULL else FileNotWrittenError)(path) from error
        except sqlcipher.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlcipher.SQLITE_INTERRUPT:
                raise InterruptedError from None
            if code in (sqlcipher.SQLITE_CORRUPT, sqlcipher.SQLITE_NOTADB):
                raise VaultDamagedError(self._folder.database) from error
            if code == sqlcipher.SQLITE_FULL:
                raise DiskFullError(path) from error
            if code in (
                sqlcipher.SQLITE_CANTOPEN,
                sqlcipher.SQLITE_IOERR,
                sqlcipher.SQLITE_READONLY,
                sqlcipher.SQLITE_PERM,
                sqlcipher.SQLITE_BUSY,
                sqlcipher.SQLITE_LOCKED,
            ):
                raise FileNotWrittenError(path) from error
            raise
