"""The rows that are selected in the list of keys, however many they are."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.service.store import KeyListing

Span = tuple[int, int]
"""The first and the last of several neighboring rows."""


@dataclass(frozen=True)
class SelectedRows:
    """The selected rows of the answer to a query, as a few spans instead of many keys."""

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
        """Return the numbers of the selected keys in the order of the rows.

        This is slow: call it in another thread. Raises `InterruptedError`, `VaultError`.
        """
        ids = listing.ids(self.query) if self.ids is None else self.ids
        numbers = array("q")
        for first, last in self.spans:
            numbers.extend(ids[first : last + 1])
        return numbers


def spans_of(rows: Iterable[int]) -> Iterator[Span]:
    """Yield the span of each run of neighboring rows; `rows` are in ascending order."""
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


def spans_after_change(
    listing: KeyListing, query: KeyQuery, numbers: Sequence[int], max_spans: int
) -> tuple[Span, ...]:
    """Return the spans in which a changed vault shows the keys with these numbers in the answer to `query`.

    Return none if there are more than `max_spans`, or if the query is slow: other changes may move its rows meanwhile.
    This is slow: call it in another thread. Raises `InterruptedError`, `VaultError`.
    """
    if listing.is_slow(query):
        return ()
    wanted = set(numbers)
    spans = tuple(spans_of(row for row, number in enumerate(listing.ids(query)) if number in wanted))
    return spans if len(spans) <= max_spans else ()
