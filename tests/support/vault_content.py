"""The keys and the history of a vault, for tests that compare vaults and backups."""

from dataclasses import dataclass

from zcc_keys_gui.domain.backup import StoredKey
from zcc_keys_gui.domain.history import HistoryEntry


@dataclass(frozen=True)
class Content:
    """The keys and the history of a vault or a backup."""

    keys: tuple[StoredKey, ...]
    history: tuple[HistoryEntry, ...]
    """The oldest first."""
