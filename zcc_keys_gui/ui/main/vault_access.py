"""What the program passes to the windows so that they can open a vault. The package `vault` provides it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from zcc_keys_gui.domain.errors import VaultNeedsRepairError
from zcc_keys_gui.service.damage import NewVaultMaker, VaultRepair
from zcc_keys_gui.service.unlocking import Opener, WrongAttemptsStore
from zcc_keys_gui.ui.unlock.opening_attempt import KeyStore


class OpenerWithRepair(Opener, Protocol):
    """The functions that open the vault in a folder, or find out how it can be repaired."""

    def prepare_repair(self, error: VaultNeedsRepairError, account_name: Callable[[], str], /) -> VaultRepair:
        """Return what can be done about a vault that could not be opened because of `error`."""

    def from_backup(self, account_name: Callable[[], str], /) -> NewVaultMaker:
        """Return what makes a new vault from a backup."""


class Folder(Protocol):
    """The paths of the vault's files."""

    @property
    def path(self) -> Path:
        """The folder itself."""

    @property
    def protectors(self) -> Path:
        """The file that lists the ways to unlock the vault."""

    @property
    def quarantine(self) -> Path:
        """The folder for damaged vaults."""


class VaultAccess(NamedTuple):
    """The objects that are needed to open the vault in one folder."""

    folder: Folder
    opener: OpenerWithRepair
    attempts: WrongAttemptsStore
    key_store: KeyStore
    account_name: Callable[[], str]
    """Returns the account of the operating system, for the history."""
