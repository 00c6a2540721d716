"""What the use cases need of the place where keys are kept; the vault provides it."""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery, Status
from zcc_keys_gui.domain.errors import VaultError, ZccKeysError
from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.domain.unlocking import WaysToUnlock

if TYPE_CHECKING:
    from zcc_keys_gui.domain.damage import Findings
    from zcc_keys_gui.domain.sign_in import FormerSecret, SignIn, SignInQuery  # noqa: F401  named in a text below
    from zcc_keys_gui.service.backups import BackupStore

QueryT_contra = TypeVar("QueryT_contra", contravariant=True)
RowT_co = TypeVar("RowT_co", covariant=True)


class Change(Protocol):
    """One change in the making: all of it becomes durable together, or nothing does."""

    def insert(self, key: ApiKey, verifier: bytes) -> None:
        """Add a key and the verifier of its secret."""

    def update(self, key: ApiKey) -> None:
        """Replace everything but the verifier of the key with this client ID."""

    def replace_verifier(self, client_id: str, verifier: bytes, old_until: datetime | None) -> None:
        """Replace the verifier; the old secret goes on beside the new one until a time, or stops now."""

    def stop_replaced_secret(self, client_id: str) -> None:
        """Let the secret that was replaced last work no more."""

    def delete(self, client_id: str) -> None:
        """Delete the key."""

    def set_status(self, numbers: Sequence[int], status: Status, entry: HistoryEntry) -> int:
        """Give the keys with these numbers a status, with a history row for each that had the other one.

        Return how many had. `entry` is the row of each; see `delete_many`. Raises `KeyNotFoundError`.
        """

    def delete_many(self, numbers: Sequence[int], entry: HistoryEntry) -> None:
        """Delete the keys with these numbers, each with a history row. Raises `KeyNotFoundError`.

        `entry` is the row of each, but for client ID and name; `{status}`, `{role}` and `{session_validity}` in its
        details become those of the key.
        """

    def record(self, entry: HistoryEntry) -> None:
        """Write a history row."""


class Listing(Protocol[QueryT_contra, RowT_co]):
    """Rows of which a window asks for a page at a time, so that their number costs no memory.

    `is_slow` tells which queries to answer with `ids`, in a thread of one's own; the others are quick.
    """

    def is_slow(self, query: QueryT_contra) -> bool:
        """Say whether answering takes longer than a frame (16 ms) may."""

    def count(self, query: QueryT_contra) -> int:
        """Return how many rows match."""

    def page(self, query: QueryT_contra, offset: int, limit: int) -> Sequence[RowT_co]:
        """Return up to `limit` rows from row `offset` on."""

    def ids(self, query: QueryT_contra) -> "array[int]":
        """Return the number of every matching row, in order; may be called in any one thread."""

    def interrupt(self) -> None:
        """Make an `ids` under way in another thread end at once with `InterruptedError`."""

    def page_of(self, ids: Sequence[int]) -> Sequence[RowT_co]:
        """Return the rows with these numbers, in this order; rows that are gone are left out."""

    def rows(self, query: QueryT_contra) -> Iterator[RowT_co]:
        """Yield every matching row, in order, as it was when the first was asked for; may be called in any thread."""


class KeyListing(Listing[KeyQuery, ApiKey], Protocol):
    """The list of keys."""

    def position(self, query: KeyQuery, client_id: str) -> int | None:
        """Return which row of the answer holds the key, or None where it does not match."""

    def positions(self, query: KeyQuery, client_ids: Sequence[str]) -> Sequence[int]:
        """Return which rows of the answer hold these keys, from top to bottom; keys that do not match are left out."""

    def numbers(self, client_ids: Sequence[str]) -> Sequence[int]:
        """Return the numbers of these keys, of which `ids` has those that match; keys that are gone are left out."""

    def client_ids(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Return the client IDs of the keys with these numbers; in any thread.

        Raises `KeyNotFoundError`, `VaultError`.
        """


class ProtectorStore(Protocol):
    """The protectors of an open vault. Each change is durable, and the former protector void, when a method returns.

    Methods that change something take up to a second, and may be called in any one thread; they raise `VaultError`.
    """

    @property
    def this_account_was_set_up_again(self) -> bool:
        """Whether opening the vault made a new entry in this account's key store, since the former one was gone."""

    @property
    def nonfatal_errors(self) -> Sequence[ZccKeysError]:
        """What went wrong beside the opening of the vault or a change of its protectors, and is tried again later."""

    @property
    def interrupted_reencryption_was_done(self) -> bool | None:
        """Whether the vault had the new key already when re-encrypting was interrupted before this vault was opened.

        None if it was not interrupted.
        """

    @property
    def unfinished_reencryption(self) -> VaultError | None:
        """Why the former database key could not be removed yet after re-encrypting; None where nothing is left."""

    def ways_to_unlock(self) -> WaysToUnlock:
        """Return the protectors; reads no file."""

    def set_up_this_account(self) -> None:
        """Let this account open the vault. Raises `KeystoreUnavailableError`."""

    def remove_this_account(self) -> None:
        """Let this account open the vault no more. Raises `LastProtectorError`."""

    def set_passphrase(self, passphrase: str) -> None:
        """Let a passphrase open the vault, in place of the former one."""

    def remove_passphrase(self) -> None:
        """Let no passphrase open the vault. Raises `LastProtectorError`."""

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` where this is not the passphrase."""

    def set_recovery_key(self, key: RecoveryKey) -> None:
        """Let a recovery key, which the person keeps, open the vault in place of the former one."""

    def remove_recovery_key(self) -> None:
        """Let no recovery key open the vault. Raises `LastProtectorError`."""

    def reencryption(self, passphrase: str | None) -> Callable[[RecoveryKey], None]:
        """Return what encrypts the vault with a new database key, so that no former `vault.json` opens it.

        It is called with a new recovery key, once the person keeps it. `passphrase` is asked where there is one; it
        goes on opening the vault, as this account does. Raises `WrongPassphraseError`, `DiskFullError`; what is
        returned raises `KeystoreUnavailableError`, and then nothing has changed.
        """


class SignIns(Listing["SignInQuery", "SignIn"], Protocol):
    """The sign-in log, the newest first, and what the sign-in service needs of the vault."""

    def access(self) -> str:
        """Return what lets the sign-in service read the vault, as JSON; it opens all of it. Raises `VaultError`."""

    def record(self, rows: "Sequence[SignIn]") -> None:
        """Keep rows, and note when each key was used last; in any thread. Raises `VaultError`."""


class AutomaticBackups(Protocol):
    """The automatic copies of an open vault. The methods may be called in any one thread."""

    def is_due(self, now: datetime) -> bool:
        """Say whether there is no copy yet of the day that it is in local time."""

    def are_outdated(self) -> bool:
        """Say whether a copy is from before the vault was re-encrypted, so that only the former key opens it."""

    def make(self, now: datetime) -> object:
        """Make a copy, and delete those that are too many or have a former database key.

        Raises `AutomaticBackupFailedError`; then the others still are there.
        """


class Checks(Protocol):
    """Looks for damage of an open vault, and changes nothing.

    Its methods but `cancel` are slow and may be called in any thread. They raise `VaultError` where the vault cannot be
    reached, and `InterruptedError` after `cancel`.
    """

    def quick(self) -> "Findings":
        """Read every page in use."""

    def full(self, progress: Callable[[int, int], None]) -> "Findings":
        """Check all that can be checked, and the automatic copies; `progress` is told steps done, and of how many."""

    def cancel(self) -> None:
        """End a check under way in another thread soon."""


class Store(Protocol):
    """An open vault."""

    @property
    def checks(self) -> Checks:
        """Looks for damage."""

    @property
    def backups(self) -> "BackupStore":
        """Writes and restores backups."""

    @property
    def automatic_backups(self) -> AutomaticBackups:
        """Its automatic copies."""

    @property
    def keys(self) -> KeyListing:
        """The keys."""

    @property
    def history(self) -> Listing[HistoryQuery, HistoryEntry]:
        """What was done, the newest first."""

    @property
    def protectors(self) -> ProtectorStore:
        """Who can open the vault."""

    @property
    def sign_ins(self) -> SignIns:
        """The sign-in log."""

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""

    def key_named(self, name: str) -> ApiKey | None:
        """Return the key with this name, whatever the case."""

    def pending_keys(self) -> list[ApiKey]:
        """Return the keys whose secret may not have been taken."""

    def key_with_secret(self, verifier: bytes) -> ApiKey | None:
        """Return the key whose secret has this verifier now."""

    def former_secret(self, verifier: bytes) -> "FormerSecret | None":
        """Return whose a secret with this verifier was; of each key, the last five are known."""

    def deleted_key(self, client_id: str) -> tuple[str, datetime] | None:
        """Return the name of a key that is gone, and when it was deleted."""

    def change(self) -> AbstractContextManager[Change]:
        """Begin a change; it is durable when the block ends, and undone when the block raises."""

    def call_after_change(self, called: Callable[[], None]) -> None:
        """Call this after each change from now on, in the thread of the change."""

    def is_busy(self) -> bool:
        """Say whether another thread changes the vault, so that a change would wait."""

    def close(self) -> None:
        """Close the vault and forget its key. May be called twice.

        Whatever other threads do with the vault is interrupted by `VaultClosedError`; a change is undone.
        """
