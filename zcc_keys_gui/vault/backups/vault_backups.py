"""Writes backups of an open vault, and reads backups to restore."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui import __version__
from zcc_keys_gui.domain.errors import (
    BackupError,
    BackupReplacesVaultError,
    DiskFullError,
    FileNotWrittenError,
    VaultClosedError,
    VaultDamagedError,
    WriteFault,
)
from zcc_keys_gui.domain.file_errors import is_vault_file_name, reject_vault_file, write_errors_for
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.platform.files import saved_file
from zcc_keys_gui.vault.backups import backup_file
from zcc_keys_gui.vault.backups.open_backup import OpenVaultBackup
from zcc_keys_gui.vault.backups.staged_backup import stage
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.connections import VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import means_damage, primary_code, vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.rows import to_time

_WRITE_ERROR_CODES = (
    sqlcipher.SQLITE_CANTOPEN,
    sqlcipher.SQLITE_IOERR,
    sqlcipher.SQLITE_READONLY,
    sqlcipher.SQLITE_PERM,
    sqlcipher.SQLITE_BUSY,
    sqlcipher.SQLITE_LOCKED,
)


class VaultBackups:
    """The backups of an open vault; see `service.backups.BackupStore`."""

    def __init__(
        self,
        folder: VaultFolder,
        connections: VaultConnections,
        change: Callable[[], AbstractContextManager[VaultChange]],
        change_over: Callable[[VaultConnection], AbstractContextManager[None]],
        quarantine: Callable[[datetime, Callable[[], bool]], Path],
    ) -> None:
        """Work on the vault in `folder` over these `connections`.

        `change` begins a change of the vault, and `change_over` begins one over a given connection. `quarantine` copies
        the vault and returns the folder with the copy; it takes the time and a function that says whether to stop.
        """
        self._folder = folder
        self._connections = connections
        self._change = change
        self._change_over = change_over
        self._quarantine = quarantine

    def write_backup(self, path: Path, passphrase: str, made: datetime, canceled: Callable[[], bool]) -> int:
        """Write a backup to a file, which may exist; return how many keys are in it.

        The backup is written to a new file and verified by reopening it, before it replaces a former one. Raises
        `InterruptedError` after `canceled` returns True, `BackupReplacesVaultError`, `FileNotWrittenError`,
        `DiskFullError`, `VaultError`; then a former file is unchanged.
        """
        self._reject_own_files(path)
        with self._backup_errors_for(path), write_errors_for(path), _saved_backup(path) as new_file:
            with self._connections.reading() as db:
                summary = backup_file.fill(db, new_file, passphrase, made, __version__, canceled)
            backup_file.verify(new_file, passphrase, summary, canceled)
            if canceled():  # verifying derives a key, which cannot be interrupted and may take longer than the rest
                raise InterruptedError
            if self._connections.is_closed():
                raise VaultClosedError
        return summary.keys

    def open_backup(
        self, path: Path, passphrase: str, canceled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> OpenVaultBackup:
        """Read and check a backup; the file is not changed.

        `progress` is called with the number of rows read and of all rows. Raises `InterruptedError` after `canceled`
        returns True, `BackupError`, `VaultError`.
        """
        with self._connections.working():
            is_closed = self._connections.is_closed
            staged = stage(self._folder, path, passphrase, lambda: canceled() or is_closed(), progress)
        return OpenVaultBackup(staged, self._folder.database, self._connections, self._change_over)

    def quarantine(self, now: datetime, canceled: Callable[[], bool]) -> Path:
        """Copy the present vault; return the folder with the copy.

        Raises `InterruptedError` after `canceled` returns True, `VaultError`.
        """
        with vault_errors_for(self._folder.database):
            return self._quarantine(now, canceled)

    def note_backup(self, made: datetime, entry: HistoryEntry) -> None:
        """Record when the vault was last backed up. Raises `VaultError`."""
        with self._change() as change:
            change.note_backup(made)
            change.record(entry)

    def last_backup(self) -> datetime | None:
        """Return when the vault was last backed up. Raises `VaultError`."""
        made = self._read_value("last_backup")
        return None if made is None else to_time(int(made))

    def vault_id(self) -> str:
        """Return the ID of the vault. Raises `VaultError`."""
        return str(self._read_value("id"))

    def _read_value(self, column: str) -> str | int | None:
        with vault_errors_for(self._folder.database), self._connections.reading() as db:
            value: str | int | None = db.execute(f"SELECT {column} FROM vault").fetchone()[0]
            return value

    def _reject_own_files(self, path: Path) -> None:
        """Raise `BackupReplacesVaultError` if `path` is, or would become, one of the vault's own files."""
        folder, wanted = _resolve_links(self._folder.path), _resolve_links(path)
        if wanted.parent == folder and is_vault_file_name(wanted.name):
            raise BackupReplacesVaultError(path)
        for own_folder in (self._folder.automatic_backups, self._folder.quarantine):
            if wanted.is_relative_to(_resolve_links(own_folder)):
                raise BackupReplacesVaultError(path)
        for own_file in (self._folder.database, self._folder.protectors):
            with suppress(OSError, ValueError):  # writing the file reports why there can be none with this name
                if path.samefile(own_file):
                    raise BackupReplacesVaultError(path)

    @contextmanager
    def _backup_errors_for(self, path: Path) -> Iterator[None]:
        """Raise errors in this block as errors about the backup file, or about the vault if the vault is damaged."""
        try:
            yield
        except FileNotWrittenError as error:
            if error.fault is WriteFault.DISK_FULL:
                raise DiskFullError(path) from error
            raise
        except BackupError as error:  # what was read back is not what was written
            raise FileNotWrittenError(path) from error
        except sqlcipher.Error as error:
            code = primary_code(error)
            if code == sqlcipher.SQLITE_INTERRUPT:
                raise InterruptedError from None
            if means_damage(error):
                raise VaultDamagedError(self._folder.database) from error
            if code == sqlcipher.SQLITE_FULL:
                raise DiskFullError(path) from error
            if code in _WRITE_ERROR_CODES:
                raise FileNotWrittenError(path) from error
            raise


@contextmanager
def _saved_backup(path: Path) -> Iterator[Path]:
    """Yield a file to write to, which replaces `path` when the block ends. Raises `OSError`, `FileNotWrittenError`."""
    reject_vault_file(path)
    with saved_file(path, mode=0o600) as new_file:
        yield new_file


def _resolve_links(path: Path) -> Path:
    """Follow all links; before Python 3.13, `Path.resolve` raises `RuntimeError` for one that leads back to itself."""
    return Path(os.path.realpath(path))
