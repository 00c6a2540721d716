"""Doing something with many keys a batch at a time, so that its progress is seen and it can be canceled."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from heapq import merge

BATCH = 1_000
"""Keys in a batch."""
_SORTED = 10_000  # numbers that are sorted without a pause
Progress = Callable[[int, int], None]
"""Is told how many keys are done, and of how many. It may raise `InterruptedError` to cancel what is being done."""


def no_progress(done: int, of: int) -> None:
    """Ignore the progress."""


def in_batches(numbers: Sequence[int], progress: Progress) -> Iterator[Sequence[int]]:
    """Yield a batch of the numbers at a time, in ascending order; tell `progress` at the start and after each.

    In ascending order, the vault reads each page of its table once.
    """
    # Sorting a piece at a time never holds Python's lock for longer than a frame, as sorting 100,000 numbers would.
    pieces = (sorted(numbers[at : at + _SORTED]) for at in range(0, len(numbers), _SORTED))
    ascending = array("q", merge(*pieces))
    progress(0, len(ascending))
    for start in range(0, len(ascending), BATCH):
        yield ascending[start : start + BATCH]
        progress(min(start + BATCH, len(ascending)), len(ascending))
