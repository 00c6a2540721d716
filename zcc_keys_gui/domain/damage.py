"""The results of examining, checking and recovering a vault."""

from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestorePlan


class HealthyBackup(NamedTuple):
    """An automatic backup in which every page is healthy."""

    made: datetime
    """In UTC."""
    keys: int
    """The number of keys."""
    newer: tuple[HistoryEntry, ...]
    """The readable rows of the damaged vault's history since then; the newest first."""


class Readable(NamedTuple):
    """The parts of a database that can be read."""

    pages: int
    """How many pages there should be."""
    bad_pages: int
    keys: int
    keys_lost: int | None
    """None if the number is unknown."""
    history: int
    """The number of history rows."""
    history_lost: int | None
    """The least number of rows that are lost; None if the number is unknown."""
    names_lost: tuple[str, ...]
    """The names of keys that are in the history and that cannot be read."""


class DamageReport(NamedTuple):
    """What an examination found, and the ways to recover the vault."""

    readable: Readable | None
    """None if the key of the database is unavailable."""
    automatic_backup: HealthyBackup | None
    """The newest healthy one; None if there is none, or its key is unavailable."""
    protectors_from: datetime | None
    """The time, in UTC, of the automatic backup whose `vault.json` can replace the present one; None if none can."""
    with_database: bool = False
    """Whether that backup's `vault.db` would be restored too, because the vault has none."""


class NewVault(NamedTuple):
    """The content of a new vault that would be made from a backup."""

    vault_id: str | None
    """The id of the present vault, whose protectors and readable keys are kept; None if it cannot be unlocked."""
    readable: int
    """How many keys of the present vault can be read."""
    plan: RestorePlan
    """What the backup adds to them."""


class Recovered(NamedTuple):
    """How a damaged vault was recovered."""

    quarantine: Path
    """The folder that now contains the damaged files."""
    keys: int
    """The number of keys in the recovered vault."""
    lost: Readable | None = None
    """What was read and lost; None if a backup replaced the damaged vault."""
    automatic_backup_made: datetime | None = None
    """When the automatic backup was made that replaced the vault, in UTC; None if another way was used."""
    backup_made: datetime | None = None
    """When the backup was made that replaced the vault, in UTC; None if another way was used."""


class Part(Enum):
    """A part of the vault that can be inconsistent."""

    KEYS = auto()
    HISTORY = auto()
    INDEXES = auto()
    """What finds and orders keys; all their content is in the keys' rows too."""
    OTHER = auto()


class CheckedBackup(NamedTuple):
    """An automatic backup that was checked."""

    made: datetime
    """In UTC."""
    is_healthy: bool
    has_former_key: bool = False
    """Whether it was made before the vault was re-encrypted, so that only the former key opens it."""


class Findings(NamedTuple):
    """What a check of an open vault found."""

    pages: int
    keys: int
    history: int
    """The number of history rows."""
    parts: frozenset[Part] = frozenset()
    """The inconsistent parts."""
    readable: Readable | None = None
    """What can be read; None unless pages are damaged."""
    excess: int = 0
    """Bytes after the end of the database in its file, which are harmless."""
    automatic_backups: tuple[CheckedBackup, ...] = ()
    """The newest first; empty unless they were checked."""

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is damaged or inconsistent."""
        return not self.parts and self.readable is None
