"""What can be done about a vault that cannot be opened as it was written; the vault provides it."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.damage import DamageReport, Recovered
from zcc_keys_gui.domain.errors import VaultNotWholeError
from zcc_keys_gui.service.store import Store


class Damage(Protocol):
    """One damaged vault. Every method but `forget` and `cancel` is slow and may be called in any one thread.

    They raise `VaultError`; then the damaged vault is as it was.
    """

    @property
    def error(self) -> VaultNotWholeError:
        """Why the vault could not be opened."""

    def examine(self) -> DamageReport:
        """Read what can be read; changes nothing. Raises `InterruptedError` after `cancel`."""

    def cancel(self) -> None:
        """Make an `examine` under way in another thread end soon."""

    def use_copy(self, made: datetime) -> tuple[Store, Recovered]:
        """Set the damaged vault aside, put the copy of this time in its place, and open that."""

    def salvage(self) -> tuple[Store, Recovered]:
        """Set the damaged vault aside, make a new one of what can be read, with the same protectors, and open it."""

    def put_back_protectors(self, made: datetime) -> Path:
        """Set the damaged files aside, and put back `vault.json` from the copy of this time.

        Where `vault.db` is missing, that is put back too. Returns where the damaged files are.
        """

    def forget(self) -> None:
        """Hold the key of the database no more."""
