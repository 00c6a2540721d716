"""The ways to recover a damaged vault; the vault package implements them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.backup import Backup
from zcc_keys_gui.domain.damage import DamageReport, NewVault, Recovered
from zcc_keys_gui.domain.errors import VaultNeedsRepairError
from zcc_keys_gui.service.store import Store


class BackupForNewVault(Protocol):
    """A checked backup from which a vault can be made. Its methods are slow, and may be called in any one thread."""

    about: Backup

    def plan(self, canceled: Callable[[], bool]) -> NewVault:
        """Return what the new vault would contain, without changing anything.

        Raises `InterruptedError` after `canceled` returns True, and `VaultError`.
        """

    def make(self, passphrase: str | None) -> tuple[Store, Recovered]:
        """Quarantine the present files, replace them with the new vault, and open it.

        The protectors of the present vault unlock the new one. If it has none, the passphrase does, or without one this
        account. Raises `VaultError`, `KeystoreUnavailableError`; then nothing has changed, or the next start finishes
        the change.
        """

    def close(self) -> None:
        """Delete the backup from memory. May be called in any thread, also while another one uses it."""


class NewVaultMaker(Protocol):
    """The maker of a new vault from a backup, used if the present vault cannot be opened.

    The new vault also gets the readable keys of the present one.
    """

    def read(
        self, path: Path, passphrase: str, canceled: Callable[[], bool], progress: Callable[[int, int], None]
    ) -> BackupForNewVault:
        """Read and check a backup without changing anything. `progress` gets the rows read, and the rows in all.

        Slow, in any one thread. Raises `InterruptedError` after `canceled` returns True, `BackupError`, `VaultError`.
        """


class VaultRepair(Protocol):
    """The repair of one damaged vault.

    Every method except `forget` and `cancel` is slow and may be called in any one thread. The slow ones raise
    `VaultError`; then the damaged vault is unchanged.
    """

    @property
    def error(self) -> VaultNeedsRepairError:
        """Why the vault could not be opened."""

    def examine(self) -> DamageReport:
        """Read everything readable, without changing anything. Raises `InterruptedError` after `cancel`."""

    def cancel(self) -> None:
        """End an `examine` in another thread soon."""

    def restore_automatic_backup(self, made: datetime) -> tuple[Store, Recovered]:
        """Quarantine the damaged vault, replace it with the automatic backup of this time, and open that."""

    def salvage(self) -> tuple[Store, Recovered]:
        """Quarantine the damaged vault, make a new one from its readable parts and its protectors, and open it."""

    def restore_protectors(self, made: datetime) -> Path:
        """Quarantine the damaged files, and restore `vault.json` from the automatic backup of this time.

        If `vault.db` is missing, it is restored too. Returns the quarantine folder.
        """

    @property
    def from_backup(self) -> NewVaultMaker:
        """Makes a new vault from a backup."""

    def forget(self) -> None:
        """Delete the database key from memory."""
