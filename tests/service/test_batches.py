"""Changing many keys in batches."""

import random

import pytest

from zcc_keys_gui.service import batches
from zcc_keys_gui.service.batches import ignore_progress, split_into_batches


def test_each_number_is_in_one_batch_in_ascending_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 7)
    monkeypatch.setattr(batches, "_MAX_SORTED", 4)
    numbers = random.Random(1).sample(range(1_000), 50)
    found = [list(batch) for batch in split_into_batches(numbers, ignore_progress)]
    assert [number for batch in found for number in batch] == sorted(numbers)
    assert [len(batch) for batch in found] == [7] * 7 + [1]


def test_progress_is_reported_at_the_start_and_per_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    reported: list[tuple[int, int]] = []
    batches_of_two = split_into_batches([5, 3, 4], lambda done, of: reported.append((done, of)))
    assert list(next(batches_of_two)) == [3, 4]
    assert reported == [(0, 3)]
    assert list(next(batches_of_two)) == [5]
    assert reported == [(0, 3), (2, 3)]
    assert list(batches_of_two) == []
    assert reported == [(0, 3), (2, 3), (3, 3)]


def test_progress_can_cancel() -> None:
    def cancel(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        list(split_into_batches([1], cancel))
