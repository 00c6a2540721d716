"""What the windows get of a vault that is open."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.queries import HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.service.store import Checks, KeyListing, Listing


@dataclass(frozen=True)
class OpenVault:
    """The use cases and lists of one vault."""

    folder: Path
    keys: Keys
    listing: KeyListing
    history: Listing[HistoryQuery, HistoryEntry]
    protection: Protection
    checks: Callable[[], Checks]
    """Looks for damage; it is made when it is first asked for."""
