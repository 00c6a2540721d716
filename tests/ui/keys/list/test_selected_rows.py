"""Selected rows as spans of neighbors."""

from array import array

import pytest

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.ui.keys.list.selected_rows import SelectedRows, Span, spans_after_change, spans_of
from zcc_keys_gui.vault.store import VaultStore


@pytest.mark.parametrize(
    ("rows", "spans"),
    [([], []), ([3], [(3, 3)]), ([0, 1, 2], [(0, 2)]), ([0, 2, 3, 7], [(0, 0), (2, 3), (7, 7)])],
)
def test_neighboring_rows_are_one_span(rows: list[int], spans: list[Span]) -> None:
    assert list(spans_of(rows)) == spans


def test_selected_rows_are_counted_and_numbered_in_order(store: VaultStore) -> None:
    rows = SelectedRows(KeyQuery(), ((0, 1), (3, 3)), array("q", [40, 10, 30, 20]))
    assert rows.count == 3
    assert list(rows.numbers(store.keys)) == [40, 10, 20]


def test_the_vault_is_asked_for_numbers_that_are_not_loaded(store: VaultStore) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(4)))
    ids = list(store.keys.ids(KeyQuery()))
    assert list(SelectedRows(KeyQuery(), ((1, 2),), None).numbers(store.keys)) == ids[1:3]


def test_changed_keys_are_found_as_spans(store: VaultStore) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(5)))
    ids = list(store.keys.ids(KeyQuery()))
    numbers = [ids[0], ids[1], ids[3]]
    assert spans_after_change(store.keys, KeyQuery(), numbers, max_spans=2) == ((0, 1), (3, 3))
    assert spans_after_change(store.keys, KeyQuery(), numbers, max_spans=1) == ()
