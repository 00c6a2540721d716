"""What can be done about a vault that cannot be opened as it was written; the vault provides it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.backup import Backup
from zcc_keys_gui.domain.damage import DamageReport, NewVault, Recovered
from zcc_keys_gui.domain.errors import VaultNeedsRepairError
from zcc_keys_gui.service.store import Store


class BackupForNewVault(Protocol):
    """A backup that was read and checked, and of which a vault can be made. Its methods are slow, in any one thread."""

    about: Backup

    def plan(self, cancelled: Callable[[], bool]) -> NewVault:
        """Say what the new vault would have; nothing is changed.

        Raises `InterruptedError` after `cancelled` returns True, and `VaultError`.
        """

    def make(self, passphrase: str | None) -> tuple[Store, Recovered]:
        """Set the present files aside, put the new vault in their place, and open it.

        What opened the present vault opens the new one, or else the passphrase, or without one this account. Raises
        `VaultError`, `KeystoreUnavailableError`; then everything is as it was, or the next start finishes it.
        """

    def close(self) -> None:
        """Forget what is in it; may be called in any thread, also while another one uses it."""


class FromBackup(Protocol):
    """Makes a new vault of a backup if the present one cannot be opened.

    The new vault also has what can be read of the present one.
    """

    def read(
        self, path: Path, passphrase: str, cancelled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> BackupForNewVault:
        """Read and check a backup; nothing is changed. `progress` is told rows read, and of how many.

        Slow, in any one thread. Raises `InterruptedError` after `cancelled` returns True, `BackupError`, `VaultError`.
        """


class Damage(Protocol):
    """One damaged vault. Every method but `forget` and `cancel` is slow and may be called in any one thread.

    They raise `VaultError`; then the damaged vault is as it was.
    """

    @property
    def error(self) -> VaultNeedsRepairError:
        """Why the vault could not be opened."""

    def examine(self) -> DamageReport:
        """Read what can be read; changes nothing. Raises `InterruptedError` after `cancel`."""

    def cancel(self) -> None:
        """Make an `examine` under way in another thread end soon."""

    def restore_automatic_backup(self, made: datetime) -> tuple[Store, Recovered]:
        """Set the damaged vault aside, put the copy of this time in its place, and open that."""

    def salvage(self) -> tuple[Store, Recovered]:
        """Set the damaged vault aside, make a new one of what can be read, with the same protectors, and open it."""

    def restore_protectors(self, made: datetime) -> Path:
        """Set the damaged files aside, and put back `vault.json` from the copy of this time.

        Where `vault.db` is missing, that is put back too. Returns where the damaged files are.
        """

    @property
    def from_backup(self) -> FromBackup:
        """Makes a new vault of a backup in its place."""

    def forget(self) -> None:
        """Hold the key of the database no more."""
