"""A backup that was read and checked, and can be restored to the open vault."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.backup import RestoreNotes
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.vault.backups import restoring
from zcc_keys_gui.vault.backups.staged_backup import StagedBackup
from zcc_keys_gui.vault.connections import VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.interruption import interruptible


class OpenVaultBackup:
    """A checked backup and the vault that it can be restored to; see `service.backups.OpenBackup`."""

    def __init__(
        self,
        staged: StagedBackup,
        database: Path,
        connections: VaultConnections,
        change_over: Callable[[VaultConnection], AbstractContextManager[None]],
    ) -> None:
        """Restore `staged` to the vault at `database` over `connections`; `change_over` begins a change of it."""
        self.about = staged.about
        self._staged = staged
        self._database = database
        self._connections = connections
        self._change_over = change_over
        self._lock = Lock()  # a plan that is no longer wanted may still be running
        self._compared_to: int | None = None

    def plan(self, options: RestoreOptions, canceled: Callable[[], bool]) -> RestorePlan:
        """Return what restoring would do; the vault is not changed.

        Raises `InterruptedError` after `canceled` returns True, and `VaultError`.
        """
        with self._connected(canceled) as db:
            db.execute("BEGIN")
            newest = self._compare(db)
            plan = restoring.plan(db, options)
            db.execute("COMMIT")
            self._compared_to = newest
            return plan

    def restore(
        self, options: RestoreOptions, notes: Callable[[RestorePlan], RestoreNotes], canceled: Callable[[], bool]
    ) -> RestorePlan:
        """Restore the backup completely or not at all, with history rows from `notes`; return what was done.

        Raises `InterruptedError` after `canceled` returns True, and `VaultError`.
        """
        with self._connected(canceled) as db, self._change_over(db):
            self._compare(db)
            plan = restoring.plan(db, options)
            restoring.merge(db, plan)
            restoring.write_notes(db, notes(plan))
        return plan

    def close(self) -> None:
        """Remove the checked copy. May be called in any thread."""
        self._staged.close()

    def _compare(self, db: sqlcipher.Connection) -> int:
        """Compare the histories, unless that was done since the vault's newest row; return the number of that row."""
        (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM main.history").fetchone()
        if newest != self._compared_to:
            restoring.compare(db)
        return int(newest)

    @contextmanager
    def _connected(self, canceled: Callable[[], bool]) -> Iterator[VaultConnection]:
        """Yield a separate connection to the vault, with the backup attached, that can be canceled."""
        with self._lock, vault_errors_for(self._database), self._connections.reading() as db:
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")
            with self._staged.attached_to(db), interruptible(db, canceled):
                yield db
