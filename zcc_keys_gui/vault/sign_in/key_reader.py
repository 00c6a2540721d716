"""Reads the keys of an open vault in another process, that of the sign-in service.

The connection is read-only. If it could write and were closed last, SQLite would move the write-ahead log into the
database and delete it, and the database would still note that there is a log.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.sign_in import FoundKey
from zcc_keys_gui.vault.deleted_keys import deleted_key
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.keys.cipher import connect
from zcc_keys_gui.vault.rows import to_time

_CACHE_KIB = 6_000
# If there is no such key, another one is read, so that the time of the answer does not show whether the key exists.
_FIND = """
    SELECT client_id, name, status, role, session_validity, session, verifier, replaced_verifier, replaced_until
    FROM api_key WHERE id = coalesce((SELECT id FROM api_key WHERE client_id = ?), (SELECT min(id) FROM api_key))
"""
_ROLE = {role.value: role for role in Role}


class VaultKeyReader:
    """A read-only connection, for one thread at a time."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open the database at `path`, which another process has open with the same key (32 bytes).

        Raises `VaultError`.
        """
        self._path = path
        with vault_errors_for(path):
            self._db = connect(path, key, read_only=True)
            self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")

    def read_signing_key(self) -> bytes:
        """Return the key that signs access tokens, 32 bytes."""
        return bytes(self._one("SELECT signing_key FROM vault")[0])

    def find_key(self, client_id: str) -> FoundKey | None:
        """Return the key with this client ID, or None; takes the same time in both cases."""
        try:
            row = self._db.execute(_FIND, (client_id,)).fetchone()
        except UnicodeEncodeError:  # half of a surrogate pair, for example from \ud800 in JSON
            return None
        except sqlcipher.Error:
            with vault_errors_for(self._path):
                raise
        if row is None:
            return None
        found_id, name, status, role, validity, session, verifier, replaced, until = row
        found = FoundKey(
            name,
            status == Status.ENABLED.value,
            _ROLE[role],
            validity,
            session,
            verifier,
            replaced or b"",
            (until or 0) / 1_000_000,
        )
        return found if found_id == client_id else None

    def find_replacement_time(self, client_id: str, verifier: bytes) -> datetime | None:
        """Return when a secret of this key was replaced; None if it was not one of the last five."""
        row = self._one(
            "SELECT max(replaced) FROM former_secret WHERE client_id = ? AND verifier = ?", client_id, verifier
        )
        return None if row[0] is None else to_time(row[0])

    def find_key_name(self, verifier: bytes) -> str | None:
        """Return the name of the key whose present secret has this verifier, or None."""
        row = self._one("SELECT max(name) FROM api_key WHERE verifier = ?", verifier)
        return None if row[0] is None else str(row[0])

    def find_deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a deleted key and when it was deleted, or None."""
        with vault_errors_for(self._path):
            return deleted_key(self._db, client_id)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def _one(self, statement: str, *values: object) -> tuple[Any, ...]:
        with vault_errors_for(self._path):
            row: tuple[Any, ...] = self._db.execute(statement, values).fetchone()
        return row
