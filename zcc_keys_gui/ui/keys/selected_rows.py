"""The rows that are selected in the list of keys, however many they are."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zcc_keys_gui.domain.queries import KeyQuery
from zcc_keys_gui.service.store import KeyListing

Span = tuple[int, int]
"""The first row and the last."""


@dataclass(frozen=True)
class SelectedRows:
    """Selected rows of the answer to a query, as a few spans rather than many keys."""

    query: KeyQuery
    spans: tuple[Span, ...]
    """In ascending order."""
    ids: "array[int] | None"
    """The numbers of all rows of the answer, if the model has them."""

    @property
    def count(self) -> int:
        """How many rows are selected."""
        return sum(last - first + 1 for first, last in self.spans)

    def numbers(self, listing: KeyListing) -> "array[int]":
        """Return the numbers of the selected keys, in order; slow, so to be called in another thread.

        Raises `InterruptedError`, `VaultError`.
        """
        ids = listing.ids(self.query) if self.ids is None else self.ids
        numbers = array("q")
        for first, last in self.spans:
            numbers.extend(ids[first : last + 1])
        return numbers


def spans_of(rows: Iterable[int]) -> Iterator[Span]:
    """Yield the first and the last row of each run of neighbors; `rows` are in ascending order."""
    span: Span | None = None
    for row in rows:
        if span is not None and row == span[1] + 1:
            span = span[0], row
            continue
        if span is not None:
            yield span
        span = row, row
    if span is not None:
        yield span


def spans_after(listing: KeyListing, query: KeyQuery, numbers: Sequence[int], most: int) -> tuple[Span, ...]:
    """Return where the keys with these numbers are now in the answer to `query`; nothing if that is not certain.

    Nothing is certain while rows may move, and more than `most` spans are too many to be selected. Slow. Raises
    `VaultError`, `InterruptedError`.
    """
    if listing.is_slow(query):
        return ()
    wanted = set(numbers)
    spans = tuple(spans_of(row for row, number in enumerate(listing.ids(query)) if number in wanted))
    return spans if len(spans) <= most else ()
