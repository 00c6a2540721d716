"""The history: which account did what to which key, and when."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import Status


class Action(StrEnum):
    """What a history row is about. The values are stored in vaults and backups, so they never change."""

    ADDED = "Added"
    EDITED = "Edited"
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    SECRET_REGENERATED = "Secret regenerated"
    OLD_SECRET_STOPPED = "Old secret stopped"
    SECRET_COPIED = "Secret taken"
    SECRET_NOT_COPIED = "Secret closed without copying"
    DELETED = "Deleted"
    # These rows are about the whole vault; their client ID and name are empty.
    PROTECTION_CHANGED = "Protection changed"
    REENCRYPTED = "Vault re-encrypted"
    BACKED_UP = "Backed up"
    RESTORED = "Restored"
    SALVAGED = "Salvaged"


@dataclass(frozen=True)
class HistoryEntry:
    """One row of the history. It contains no secret, and never changes once written."""

    when: datetime
    """In UTC."""
    account: str
    """The account of the operating system."""
    action: Action
    client_id: str
    """Empty if the row is about the whole vault."""
    name: str
    """The key's name after the action; empty if the row is about the whole vault."""
    details: str = ""
    """What changed, such as `Role: Read → Write`; the program never parses it."""
    status: Status | None = field(default=None, compare=False)
    """The key's status after the action; None in rows about the whole vault and in rows of older versions."""


class HistoryQuery(NamedTuple):
    """History rows in which any column contains `text`, ignoring the case of A to Z; the newest first."""

    text: str = ""
