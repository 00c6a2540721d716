"""Changes many keys in batches, so that the user sees progress and can cancel."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from heapq import merge

BATCH_SIZE = 1_000
"""Keys in a batch."""
_MAX_SORTED = 10_000  # numbers that are sorted in one call
ProgressCallback = Callable[[int, int], None]
"""Gets the number of keys done, and the number of all keys. It may raise `InterruptedError` to cancel the change."""


def ignore_progress(done: int, of: int) -> None:
    """Ignore the progress."""


def split_into_batches(numbers: Sequence[int], progress: ProgressCallback) -> Iterator[Sequence[int]]:
    """Yield the numbers in ascending order, one batch at a time; report progress at the start and after each batch.

    In ascending order, the vault reads each page of its table only once.
    """
    # Sorting 100,000 numbers in one call would hold Python's lock, and stop the windows, for longer than a frame.
    pieces = (sorted(numbers[at : at + _MAX_SORTED]) for at in range(0, len(numbers), _MAX_SORTED))
    ascending = array("q", merge(*pieces))
    progress(0, len(ascending))
    for start in range(0, len(ascending), BATCH_SIZE):
        yield ascending[start : start + BATCH_SIZE]
        progress(min(start + BATCH_SIZE, len(ascending)), len(ascending))
