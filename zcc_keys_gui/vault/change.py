"""A change of the vault: all of it becomes durable together, or none of it does."""

from collections.abc import Sequence
from datetime import datetime

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.api_key import ApiKey, Status
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.vault import batch_changes
from zcc_keys_gui.vault.rows import HISTORY_COLUMNS, history_values, key_values, to_microseconds


class VaultChange:
    """The changes that are possible within `VaultStore.change`, which begins and ends the transaction."""

    def __init__(self, db: sqlcipher.Connection) -> None:
        """Write over `db`, in a transaction that has begun."""
        self.db = db
        """For other modules of the vault, which write to their tables in the same transaction."""

    def insert(self, key: ApiKey, verifier: bytes) -> None:
        """Add a key and the verifier (32 bytes) of its secret."""
        self.db.execute(
            "INSERT INTO api_key (client_id, name, status, role, session_validity, created, secret_pending, verifier)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key.client_id, *key_values(key), verifier),
        )

    def update(self, key: ApiKey) -> None:
        """Replace everything but the verifier of the key with this client ID. Raises `KeyNotFoundError`."""
        self._change_one_row(
            "UPDATE api_key SET name = ?, status = ?, role = ?, session_validity = ?, created = ?, secret_pending = ?"
            " WHERE client_id = ?",
            (*key_values(key), key.client_id),
        )

    def replace_verifier(self, client_id: str, verifier: bytes, old_until: datetime | None) -> None:
        """Replace the verifier (32 bytes) of a key's secret.

        The old secret works until `old_until`, or stops immediately if that is None. Raises `KeyNotFoundError`.
        """
        kept = "NULL" if old_until is None else "verifier"
        until = None if old_until is None else to_microseconds(old_until)
        self._change_one_row(
            f"UPDATE api_key SET replaced_verifier = {kept}, replaced_until = ?, verifier = ? WHERE client_id = ?",
            (until, verifier, client_id),
        )

    def stop_replaced_secret(self, client_id: str) -> None:
        """End the grace period of a key's old secret. Raises `KeyNotFoundError`."""
        self._change_one_row(
            "UPDATE api_key SET replaced_verifier = NULL, replaced_until = NULL WHERE client_id = ?", (client_id,)
        )

    def stop_replaced_secrets(self) -> None:
        """End the grace periods of the old secrets of all keys."""
        self.db.execute(
            "UPDATE api_key SET replaced_verifier = NULL, replaced_until = NULL WHERE replaced_verifier IS NOT NULL"
        )

    def delete(self, client_id: str) -> None:
        """Delete the key. Raises `KeyNotFoundError`."""
        self._change_one_row("DELETE FROM api_key WHERE client_id = ?", (client_id,))

    def set_status(self, numbers: Sequence[int], status: Status, entry: HistoryEntry) -> int:
        """Set the status of many keys; see `batch_changes.set_status`."""
        return batch_changes.set_status(self.db, numbers, status, entry)

    def delete_many(self, numbers: Sequence[int], entry: HistoryEntry) -> None:
        """Delete many keys; see `batch_changes.delete`."""
        batch_changes.delete(self.db, numbers, entry)

    def record(self, entry: HistoryEntry) -> None:
        """Write a history row."""
        self.db.execute(
            f"INSERT INTO history ({HISTORY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            history_values(entry),
        )

    def note_backup(self, made: datetime) -> None:
        """Note when the vault was last backed up."""
        self.db.execute("UPDATE vault SET last_backup = ?", (to_microseconds(made),))

    def _change_one_row(self, statement: str, values: tuple[object, ...]) -> None:
        if self.db.execute(statement, values).rowcount != 1:
            raise KeyNotFoundError
