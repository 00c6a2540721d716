"""The backups of an open vault: writing one, and restoring one."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui import __version__
from zcc_keys_gui.domain.backup import RestoreNotes
from zcc_keys_gui.domain.errors import (
    BackupError,
    BackupPlaceError,
    DiskFullError,
    FileNotWrittenError,
    VaultClosedError,
    VaultDamagedError,
    WriteFault,
)
from zcc_keys_gui.domain.file_errors import reject_vault_file, write_errors_for
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.platform.files import saved_file
from zcc_keys_gui.vault.backups import backup_file, restoring
from zcc_keys_gui.vault.backups.staged_backup import StagedBackup, interruptible, stage
from zcc_keys_gui.vault.connections import VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import primary_code, vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.recovery.quarantine import quarantine_open_vault
from zcc_keys_gui.vault.rows import to_time

if TYPE_CHECKING:
    from zcc_keys_gui.vault.change import VaultChange

_FULL = (errno.ENOSPC, errno.EDQUOT)


class VaultBackups:
    """The backups of an open vault; see `service.backups.BackupStore`."""

    def __init__(
        self,
        folder: VaultFolder,
        connections: VaultConnections,
        change: "Callable[[], AbstractContextManager[VaultChange]]",
        change_over: Callable[[VaultConnection], AbstractContextManager[None]],
    ) -> None:
        """Work on the vault in `folder`, over these `connections`.

        `change` begins a change of it, and `change_over` one over a connection of its own.
        """
        self._folder = folder
        self._connections = connections
        self._change = change
        self._change_over = change_over

    def write_backup(self, path: Path, passphrase: str, made: datetime, cancelled: Callable[[], bool]) -> int:
        """Write a backup to a file, in place of one that is there; return how many keys are in it.

        It is written to a new file, verified by reopening it, and put in place of the former one. Raises
        `InterruptedError` once `cancelled` says so, `BackupPlaceError`, `FileNotWrittenError`, `DiskFullError`,
        `VaultError`; then a file that was there still is.
        """
        self._refuse_own_files(path)
        with self._faults_of(path), write_errors_for(path), _saved_backup(path) as beside:
            with self._connections.reading() as db:
                summary = backup_file.fill(db, beside, passphrase, made, __version__, cancelled)
            backup_file.verify(beside, passphrase, summary, cancelled)
            if cancelled():  # deriving a key takes longer than a small vault, and can't be interrupted
                raise InterruptedError
            if self._connections.is_closed():
                raise VaultClosedError
        return summary.keys

    def open_backup(
        self, path: Path, passphrase: str, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> "OpenVaultBackup":
        """Read and check a backup; the file is not changed. `progress` is told rows read, and of how many.

        Raises `InterruptedError` after `cancelled` returns True, `BackupError`, `VaultError`.
        """
        with self._connections.working():
            is_over = self._connections.is_closed
            staged = stage(self._folder, path, passphrase, lambda: cancelled() or is_over(), progress)
        return OpenVaultBackup(staged, self._folder.database, self._connections, self._change_over)

    def quarantine(self, now: datetime, cancelled: Callable[[], bool]) -> Path:
        """Keep a copy of the vault as it is; return the folder that has it.

        Raises `InterruptedError` after `cancelled` returns True, `VaultError`.
        """
        with vault_errors_for(self._folder.database):
            return quarantine_open_vault(self._folder, self._connections, now, cancelled)

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
        with vault_errors_for(self._folder.database), self._connections.reading() as db:
            found: str | int | None = db.execute(f"SELECT {column} FROM vault").fetchone()[0]
            return found

    def _refuse_own_files(self, path: Path) -> None:
        """Raise `BackupPlaceError` for a file that is, or will be, one of the vault's, by whatever name."""
        folder, wanted = _resolved(self._folder.path), _resolved(path)
        name = wanted.name.casefold().removesuffix(".new")
        in_folder = wanted.parent == folder and (
            name.startswith("vault.") or name in (self._folder.attempts.name, "settings.ini")
        )
        if in_folder or any(
            wanted.is_relative_to(_resolved(place))
            for place in (self._folder.automatic_backups, self._folder.quarantine)
        ):
            raise BackupPlaceError(path)
        for own in (self._folder.database, self._folder.protectors):
            with suppress(OSError, ValueError):  # writing it tells why that name is impossible
                if path.samefile(own):
                    raise BackupPlaceError(path)

    @contextmanager
    def _faults_of(self, path: Path) -> Iterator[None]:
        """Raise what goes wrong as an error about the backup's file, or about the vault where that is damaged."""
        try:
            yield
        except InterruptedError:
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
            code = primary_code(error)
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


@contextmanager
def _saved_backup(path: Path) -> Iterator[Path]:
    """Yield a file to write to, which replaces `path` when the block ends. Raises `OSError`, `FileNotWrittenError`."""
    reject_vault_file(path)
    with saved_file(path, mode=0o600) as new_file:
        yield new_file


def _resolved(path: Path) -> Path:
    """Follow all links; before Python 3.13, `Path.resolve` raises `RuntimeError` for one that leads back to itself."""
    return Path(os.path.realpath(path))


class OpenVaultBackup:
    """A backup that was read and checked, and can be restored to the vault; see `service.backups.OpenBackup`."""

    def __init__(
        self,
        staged: StagedBackup,
        database: Path,
        connections: VaultConnections,
        change_over: Callable[[VaultConnection], AbstractContextManager[None]],
    ) -> None:
        """Restore `staged` to the vault at `database`, over `connections`; `change_over` begins a change of it."""
        self.about = staged.about
        self._staged = staged
        self._database = database
        self._connections = connections
        self._change_over = change_over
        self._one_at_a_time = Lock()  # a plan that is no longer wanted may still run
        self._compared_to: int | None = None

    def plan(self, options: RestoreOptions, cancelled: Callable[[], bool]) -> RestorePlan:
        """Return what restoring would do; the vault is not changed.

        Raises `InterruptedError` after `cancelled` returns True, and `VaultError`.
        """
        with self._beside(cancelled) as db:
            db.execute("BEGIN")
            newest = self._compare(db)
            found = restoring.plan(db, options)
            db.execute("COMMIT")
            self._compared_to = newest
            return found

    def restore(
        self, options: RestoreOptions, notes: Callable[[RestorePlan], RestoreNotes], cancelled: Callable[[], bool]
    ) -> RestorePlan:
        """Restore a backup, all or nothing, with history rows as `notes` says; return what was done.

        Raises `InterruptedError` after `cancelled` returns True, and `VaultError`.
        """
        with self._beside(cancelled) as db, self._change_over(db):
            self._compare(db)
            found = restoring.plan(db, options)
            restoring.merge(db, found)
            restoring.write_notes(db, notes(found))
        return found

    def close(self) -> None:
        """Remove the checked copy. In any thread."""
        self._staged.close()

    def _compare(self, db: sqlcipher.Connection) -> int:
        """Compare the histories, unless that was done since the vault got its newest row; return that row's number."""
        (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM main.history").fetchone()
        if newest != self._compared_to:
            restoring.compare(db)
        return int(newest)

    @contextmanager
    def _beside(self, cancelled: Callable[[], bool]) -> Iterator[VaultConnection]:
        """Yield a connection of its own to the vault, with the backup attached, that can be cancelled."""
        with self._one_at_a_time, vault_errors_for(self._database), self._connections.reading() as db:
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")
            with self._staged.attached_to(db), interruptible(db, cancelled):
                yield db
