"""What is known of a vault that may be damaged, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path

from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestorePlan


@dataclass(frozen=True)
class HealthyBackup:
    """An automatic copy of which every page is as it was written."""

    made: datetime
    """In UTC."""
    keys: int
    newer: tuple[HistoryEntry, ...]
    """What the damaged vault's history tells of since then, as far as it can be read; the newest first."""


@dataclass(frozen=True)
class Readable:
    """What can be read of the database."""

    pages: int
    """How many pages there should be."""
    bad_pages: int
    keys: int
    keys_lost: int | None
    """None where it cannot be known."""
    history: int
    """Rows of the history."""
    history_lost: int | None
    """At least so many; None where it cannot be known."""
    names_lost: tuple[str, ...]
    """Keys of which the history tells, and that cannot be read."""


@dataclass(frozen=True)
class DamageReport:
    """What was found, and what can be done about it."""

    readable: Readable | None
    """None where nothing yields the key of the database."""
    automatic_backup: HealthyBackup | None
    """The newest that is sound; None where there is none, or nothing yields its key."""
    protectors_from: datetime | None
    """When the copy was made, in UTC, whose `vault.json` can take the place of the present one; None where none can."""
    with_database: bool = False
    """Whether that copy's `vault.db` would be put in place too, since there is none."""


@dataclass(frozen=True)
class NewVault:
    """What a new vault would have that is made of a backup."""

    vault_id: str | None
    """Of the present vault, whose protectors and readable keys the new one gets; None where nothing opens that."""
    readable: int
    """How many keys can be read of the present vault."""
    plan: RestorePlan
    """What the backup adds to them."""


@dataclass(frozen=True)
class Recovered:
    """How a vault came to be opened again."""

    quarantine: Path
    """The folder in which the former files are."""
    keys: int
    lost: Readable | None = None
    """What was read and lost; None where a copy or a backup took the place of the damaged vault."""
    automatic_backup_made: datetime | None = None
    """When that copy was made, in UTC."""
    backup_made: datetime | None = None
    """When that backup was made, in UTC."""


class Part(Enum):
    """A part of the vault in which something does not fit."""

    KEYS = auto()
    HISTORY = auto()
    INDEXES = auto()
    """What finds and orders keys; their rows have it all."""
    OTHER = auto()


@dataclass(frozen=True)
class CheckedBackup:
    """An automatic copy that was checked."""

    made: datetime
    """In UTC."""
    is_healthy: bool
    has_former_key: bool = False
    """Whether it is from before the vault was re-encrypted, so that only the former key opens it."""


@dataclass(frozen=True)
class Findings:
    """What a check of an open vault found."""

    pages: int
    keys: int
    history: int
    """Rows of the history."""
    parts: frozenset[Part] = frozenset()
    """Where something does not fit; empty where everything does."""
    readable: Readable | None = None
    """What can be read, where pages are damaged."""
    excess: int = 0
    """Bytes behind the database in its file, which are not its own and harmless."""
    automatic_backups: tuple[CheckedBackup, ...] = ()
    """The newest first; empty unless they were checked."""

    @property
    def is_healthy(self) -> bool:
        """Whether the vault is as it was written."""
        return not self.parts and self.readable is None
