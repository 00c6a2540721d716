"""What was done, when, by whom, to which key."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from zcc_keys_gui.domain.api_key import Status


class Action(StrEnum):
    """What a history row tells of."""

    ADDED = "Added"
    EDITED = "Edited"
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    SECRET_REGENERATED = "Secret regenerated"
    OLD_SECRET_STOPPED = "Old secret stopped"
    SECRET_TAKEN = "Secret taken"
    SECRET_NOT_COPIED = "Secret closed without copying"
    DELETED = "Deleted"
    # Of the vault as a whole; client ID and name are empty.
    PROTECTION_CHANGED = "Protection changed"
    REENCRYPTED = "Vault re-encrypted"
    BACKED_UP = "Backed up"
    RESTORED = "Restored"
    SALVAGED = "Salvaged"


@dataclass(frozen=True)
class HistoryEntry:
    """One row of the history; it holds no secret, and is never changed once written."""

    when: datetime
    """With time zone UTC."""
    who: str
    """The account of the operating system."""
    action: Action
    client_id: str
    """Empty where the vault as a whole is meant."""
    name: str
    """The key's name after the action; empty where the vault as a whole is meant."""
    details: str = ""
    """What changed, such as `Role: Read → Write`; only for people to read."""
    status: Status | None = field(default=None, compare=False)
    """The key's status after the action; None if the row is about the vault, or is too old to tell."""
