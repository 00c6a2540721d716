"""What a backup holds: keys with the verifiers of their secrets, and the history. No secret, and no protector."""

import re
from dataclasses import dataclass
from datetime import datetime

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.history import HistoryEntry

# SQLCipher's raw key, or raw key and salt (https://www.zetetic.net/sqlcipher/sqlcipher-api/#PRAGMA_key).
_RAW_KEY = re.compile(r"x'([0-9a-f]{64}|[0-9a-f]{96})'", re.IGNORECASE)


def is_raw_key(passphrase: str) -> bool:
    """Say whether SQLCipher takes a passphrase for the key itself: any program that opens the backup would."""
    return _RAW_KEY.fullmatch(passphrase) is not None


@dataclass(frozen=True)
class StoredKey:
    """A key as a vault or a backup has it."""

    key: ApiKey
    verifier: bytes
    """32 bytes; see `domain.client_secret`."""


@dataclass(frozen=True)
class Content:
    """The keys and the history of a vault."""

    keys: tuple[StoredKey, ...]
    history: tuple[HistoryEntry, ...]
    """The oldest first."""


@dataclass(frozen=True)
class RestoreNotes:
    """What the history says about a restore."""

    when: datetime
    """In UTC."""
    who: str
    """The account of the operating system."""
    added: str
    """The details of the row of each key that was added."""
    changed: str
    deleted: str
    whole: str
    """The details of the row about the vault."""


@dataclass(frozen=True)
class Backup:
    """A backup that was read to its end and found to be complete."""

    made: datetime
    """In UTC."""
    program: str
    """The version of the program that made it."""
    vault_id: str
    keys: int
    history: int
    """Rows of the history."""
