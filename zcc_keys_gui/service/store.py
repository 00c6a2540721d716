"""The functions of an open vault that the use cases need. The vault package implements them."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery, Status
from zcc_keys_gui.domain.damage import Findings
from zcc_keys_gui.domain.errors import VaultError, ZccKeysError
from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.sign_in import FormerSecret, SignIn, SignInQuery
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.service.backups import BackupStore

QueryT_contra = TypeVar("QueryT_contra", contravariant=True)
RowT_co = TypeVar("RowT_co", covariant=True)


class Change(Protocol):
    """A change that has begun. Either all of it becomes durable, or none of it."""

    def insert(self, key: ApiKey, verifier: bytes) -> None:
        """Add a key and the verifier of its secret."""

    def update(self, key: ApiKey) -> None:
        """Replace everything except the verifier of the key with this client ID."""

    def replace_verifier(self, client_id: str, verifier: bytes, old_until: datetime | None) -> None:
        """Replace the verifier. The old secret works until `old_until`, or stops now."""

    def stop_replaced_secret(self, client_id: str) -> None:
        """End the grace period of the old secret."""

    def delete(self, client_id: str) -> None:
        """Delete the key."""

    def set_status(self, numbers: Sequence[int], status: Status, entry: HistoryEntry) -> int:
        """Set the status of the keys with these numbers, with a history row for each key that is changed.

        Returns how many are changed. `entry` is the row of each; see `delete_many`. Raises `KeyNotFoundError`.
        """

    def delete_many(self, numbers: Sequence[int], entry: HistoryEntry) -> None:
        """Delete the keys with these numbers, each with a history row. Raises `KeyNotFoundError`.

        `entry` is the row of each, except for client ID and name. In its details, the key's values replace `{status}`,
        `{role}` and `{session_validity}`.
        """

    def record(self, entry: HistoryEntry) -> None:
        """Write a history row."""


class Listing(Protocol[QueryT_contra, RowT_co]):
    """Rows from which a window gets one page at a time, so that memory does not grow with their number.

    Queries that are slow must be answered with `ids`, in another thread; the others are quick.
    """

    def is_slow(self, query: QueryT_contra) -> bool:
        """Return whether answering may take longer than a frame (16 ms)."""

    def count(self, query: QueryT_contra) -> int:
        """Return how many rows match."""

    def page(self, query: QueryT_contra, offset: int, limit: int) -> Sequence[RowT_co]:
        """Return up to `limit` rows, beginning with row `offset`."""

    def ids(self, query: QueryT_contra) -> "array[int]":
        """Return the number of every matching row, in order. May be called in any one thread."""

    def interrupt(self) -> None:
        """End an `ids` in another thread immediately with `InterruptedError`."""

    def page_of(self, ids: Sequence[int]) -> Sequence[RowT_co]:
        """Return the rows with these numbers, in this order, without deleted rows."""

    def rows(self, query: QueryT_contra) -> Iterator[RowT_co]:
        """Yield every matching row in order, without changes since the first was requested. Works in any thread."""


class KeyListing(Listing[KeyQuery, ApiKey], Protocol):
    """The list of keys."""

    def position(self, query: KeyQuery, client_id: str) -> int | None:
        """Return the row of the key in the answer, or None if it does not match."""

    def positions(self, query: KeyQuery, client_ids: Sequence[str]) -> Sequence[int]:
        """Return the rows of these keys in the answer, from top to bottom, without keys that do not match."""

    def numbers(self, client_ids: Sequence[str]) -> Sequence[int]:
        """Return the numbers of these keys, as `ids` does, without deleted keys."""

    def client_ids(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the client IDs of the keys with these numbers. May be called in any thread.

        Raises `KeyNotFoundError`, `VaultError`.
        """


class ProtectorStore(Protocol):
    """The protectors of an open vault. When a method returns, its change is durable, and a replaced protector invalid.

    Methods that change something take up to a second, and may be called in any one thread. They raise `VaultError`.
    """

    @property
    def this_account_was_set_up_again(self) -> bool:
        """Whether opening the vault made a new entry in this account's key store, because the entry was missing."""

    @property
    def nonfatal_errors(self) -> Sequence[ZccKeysError]:
        """Errors of steps that are retried later. They stopped neither opening the vault nor changing protectors."""

    @property
    def interrupted_reencryption_was_done(self) -> bool | None:
        """Whether the vault already had the new key when an earlier re-encryption was interrupted.

        None if none was interrupted.
        """

    @property
    def unfinished_reencryption(self) -> VaultError | None:
        """Why the former database key could not be removed yet after re-encrypting; None if it was removed."""

    def ways_to_unlock(self) -> WaysToUnlock:
        """Return the protectors, without reading a file."""

    def set_up_this_account(self) -> None:
        """Let this account unlock the vault. Raises `KeystoreUnavailableError`."""

    def remove_this_account(self) -> None:
        """Stop this account from unlocking the vault. Raises `LastProtectorError`."""

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase unlock the vault. It replaces an existing one."""

    def remove_passphrase(self) -> None:
        """Stop the passphrase from unlocking the vault. Raises `LastProtectorError`."""

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` unless this is the passphrase."""

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key, which the user has saved, unlock the vault. It replaces an existing one."""

    def remove_recovery_key(self) -> None:
        """Stop the recovery key from unlocking the vault. Raises `LastProtectorError`."""

    def prepare_reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], None]:
        """Return a function that encrypts the vault with a new database key, so that no former `vault.json` opens it.

        Call it with a new recovery key after the user has saved that. `passphrase` is the vault's, if it has one; it
        and this account still unlock the vault. Raises `WrongPassphraseError`, `DiskFullError`. The function raises
        `KeystoreUnavailableError`, and then nothing has changed.
        """


class SignIns(Listing[SignInQuery, SignIn], Protocol):
    """The sign-in log, the newest first, and the vault's functions for the sign-in service."""

    def access(self) -> str:
        """Return the path and key with which the sign-in service reads the vault, as JSON. Raises `VaultError`."""

    def record(self, rows: Sequence[SignIn]) -> None:
        """Store rows, and when each key was last used. May be called in any thread. Raises `VaultError`."""


class AutomaticBackups(Protocol):
    """The automatic backups of an open vault. The methods may be called in any one thread."""

    def is_due(self, now: datetime) -> bool:
        """Return whether there is no backup yet of the present day in local time."""

    def are_outdated(self) -> bool:
        """Return whether a backup was made before the vault was re-encrypted, so that only the former key opens it."""

    def make(self, now: datetime) -> object:
        """Make a backup, and delete those that are too many or have a former database key.

        Raises `AutomaticBackupFailedError`; then the others still exist.
        """


class Checks(Protocol):
    """The checks that find damage of an open vault, without changing anything.

    All methods except `cancel` are slow and may be called in any thread. They raise `VaultError` if the vault cannot be
    reached, and `InterruptedError` after `cancel`.
    """

    def quick(self) -> Findings:
        """Read every page in use."""

    def full(self, progress: Callable[[int, int], None]) -> Findings:
        """Check everything, including the automatic backups. `progress` gets the steps done, and the steps in all."""

    def cancel(self) -> None:
        """End a check in another thread soon."""


class Store(Protocol):
    """An open vault."""

    @property
    def checks(self) -> Checks:
        """Finds damage."""

    @property
    def backups(self) -> BackupStore:
        """Writes and restores backups."""

    @property
    def automatic_backups(self) -> AutomaticBackups:
        """Makes automatic backups."""

    @property
    def keys(self) -> KeyListing:
        """The list of keys."""

    @property
    def history(self) -> Listing[HistoryQuery, HistoryEntry]:
        """The history, the newest first."""

    @property
    def protectors(self) -> ProtectorStore:
        """The ways to unlock the vault."""

    @property
    def sign_ins(self) -> SignIns:
        """The sign-in log."""

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""

    def key_named(self, name: str) -> ApiKey | None:
        """Return the key with this name, ignoring case."""

    def pending_keys(self) -> list[ApiKey]:
        """Return the keys whose secret the user may not have copied."""

    def key_with_secret(self, verifier: bytes) -> ApiKey | None:
        """Return the key whose current secret has this verifier."""

    def former_secret(self, verifier: bytes) -> FormerSecret | None:
        """Return the former secret with this verifier. The last five of each key are stored."""

    def deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a deleted key, and when it was deleted."""

    def change(self) -> AbstractContextManager[Change]:
        """Begin a change. It is durable when the block ends, and undone if the block raises."""

    def call_after_change(self, called: Callable[[], None]) -> None:
        """Call this after each change from now on, in the thread of the change."""

    def is_busy(self) -> bool:
        """Return whether another thread changes the vault, so that a change would wait."""

    def close(self) -> None:
        """Close the vault and delete its key from memory. May be called twice.

        Other threads that use the vault are interrupted by `VaultClosedError`; a change is undone.
        """
