"""What recovery needs from a vault after opening it. `store` imports this package, so the caller opens the vault."""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.listing import SqlKeyListing


class OpenedVault(Protocol):
    """An open vault; `store.VaultStore` is one."""

    keys: SqlKeyListing

    def change(self) -> AbstractContextManager[VaultChange]:
        """Begin a change of the vault."""


VaultT = TypeVar("VaultT", bound=OpenedVault)
