"""What the windows get of a vault that is open."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.service.store import Checks, KeyListing, Listing, SignIns

if TYPE_CHECKING:  # start-up does not pay for it
    from zcc_keys_gui.service.backups import Backups


class OpenVault(NamedTuple):
    """The use cases and lists of one vault."""

    folder: Path
    keys: Keys
    listing: KeyListing
    history: Listing[HistoryQuery, HistoryEntry]
    protection: Protection
    checks: Callable[[], Checks]
    """Looks for damage; it is made when it is first asked for."""
    backups: "Callable[[], Backups]"
    """Backs the vault up and restores it; likewise."""
    sign_ins: Callable[[], SignIns]
    """The sign-in log; likewise."""
