"""Finds secrets that were replaced, and keys that were deleted."""

from datetime import datetime

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.sign_in import FormerSecret
from zcc_keys_gui.vault.rows import to_time

_FORMER = """
    SELECT former.client_id, former.replaced, key.replaced_until
    FROM former_secret AS former
    LEFT JOIN api_key AS key ON key.client_id = former.client_id AND key.replaced_verifier = former.verifier
    WHERE former.verifier = ? ORDER BY former.id DESC LIMIT 1
"""
_DELETED = f"SELECT name, max(at) FROM history WHERE client_id = ? AND action = '{Action.DELETED.value}'"


def former_secret(db: sqlcipher.Connection, verifier: bytes) -> FormerSecret | None:
    """Return the key whose secret had this verifier (32 bytes) before, or None. Raises `sqlcipher.Error`."""
    row = db.execute(_FORMER, (verifier,)).fetchone()
    if row is None:
        return None
    client_id, replaced, until = row
    return FormerSecret(client_id, to_time(replaced), None if until is None else to_time(until))


def deleted_key(db: sqlcipher.Connection, client_id: str) -> tuple[str, datetime] | None:
    """Return the name of a deleted key and when it was deleted, or None. Raises `sqlcipher.Error`."""
    name, at = db.execute(_DELETED, (client_id,)).fetchone()
    return None if at is None else (str(name), to_time(at))
