"""What the use cases need of the place where keys are kept; the vault provides it."""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.queries import HistoryQuery, KeyQuery

QueryT_contra = TypeVar("QueryT_contra", contravariant=True)
RowT_co = TypeVar("RowT_co", covariant=True)


class Change(Protocol):
    """One change in the making: all of it becomes durable together, or nothing does."""

    def insert(self, key: ApiKey, verifier: bytes) -> None:
        """Add a key and the verifier of its secret."""

    def update(self, key: ApiKey) -> None:
        """Replace everything but the verifier of the key with this client ID."""

    def replace_verifier(self, client_id: str, verifier: bytes) -> None:
        """Replace the verifier: the old secret stops at once."""

    def delete(self, client_id: str) -> None:
        """Delete the key."""

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


class Store(Protocol):
    """An open vault."""

    @property
    def keys(self) -> KeyListing:
        """The keys."""

    @property
    def history(self) -> Listing[HistoryQuery, HistoryEntry]:
        """What was done, the newest first."""

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""

    def key_named(self, name: str) -> ApiKey | None:
        """Return the key with this name, whatever the case."""

    def pending_keys(self) -> list[ApiKey]:
        """Return the keys whose secret may not have been taken."""

    def verifier(self, client_id: str) -> bytes:
        """Return the verifier of a key's secret. Raises `KeyNotFoundError`."""

    def change(self) -> AbstractContextManager[Change]:
        """Begin a change; it is durable when the block ends, and undone when the block raises."""

    def close(self) -> None:
        """Close the vault and forget its key. May be called twice."""
