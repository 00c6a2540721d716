"""Backups: their keys and their description, and what a restore writes to the history."""

import re
from datetime import datetime
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import ApiKey

# SQLCipher's raw key, or raw key and salt (https://www.zetetic.net/sqlcipher/sqlcipher-api/#PRAGMA_key).
_RAW_KEY = re.compile(r"x'([0-9a-f]{64}|[0-9a-f]{96})'", re.IGNORECASE)


def is_raw_key(passphrase: str) -> bool:
    """Return whether SQLCipher would use a passphrase as the key itself, without deriving a key from it."""
    return _RAW_KEY.fullmatch(passphrase) is not None


class StoredKey(NamedTuple):
    """A key in a vault or a backup, with its verifier."""

    key: ApiKey
    verifier: bytes
    """32 bytes; see `domain.client_secret`."""


class RestoreNotes(NamedTuple):
    """The texts that a restore writes to the history."""

    when: datetime
    """In UTC."""
    account: str
    """The account of the operating system."""
    added: str
    """The details of the row about each key that was added."""
    changed: str
    deleted: str
    whole: str
    """The details of the row about the whole vault."""


class Backup(NamedTuple):
    """A backup that was read completely and is healthy."""

    made: datetime
    """In UTC."""
    program: str
    """The version of the program that made it."""
    vault_id: str
    keys: int
    """The number of keys."""
    history: int
    """The number of history rows."""
