"""The contract of an open vault, which the vault package fulfills."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.service.conftest import NOW, WHO
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, KeyQuery, Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import compute_verifier, new_client_secret
from zcc_keys_gui.domain.errors import KeyNotFoundError, VaultClosedError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.service.store import Change, Listing, Store
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def contract(store: VaultStore) -> Store:
    return store


def a_key(name: str, status: Status = Status.ENABLED) -> ApiKey:
    return ApiKey(new_client_id(), KeyFields(name, status, Role.READ, 3_600), created=NOW, secret_pending=True)


def insert(store: Store, *keys: ApiKey) -> None:
    with store.change() as change:
        for key in keys:
            change.insert(key, compute_verifier(new_client_secret()))


def test_a_change_is_stored_when_its_block_ends(contract: Store) -> None:
    key = a_key("ProdSync")
    insert(contract, key)
    assert contract.key(key.client_id) == contract.key_named("PRODSYNC") == key
    assert contract.pending_keys() == [key]


def test_a_change_is_undone_if_its_block_raises(contract: Store) -> None:
    key = a_key("ProdSync")
    with pytest.raises(LookupError), contract.change() as change:
        change.insert(key, compute_verifier(new_client_secret()))
        raise LookupError
    with pytest.raises(KeyNotFoundError):
        contract.key(key.client_id)


@pytest.mark.parametrize("operation", [Change.set_status, Change.delete_many])
def test_an_unknown_number_is_an_error(contract: Store, operation: Callable[..., object]) -> None:
    entry = HistoryEntry(NOW, WHO, Action.DELETED, "", "")
    arguments = ([12_345], Status.DISABLED, entry) if operation is Change.set_status else ([12_345], entry)
    with pytest.raises(KeyNotFoundError), contract.change() as change:
        getattr(change, operation.__name__)(*arguments)


def test_each_key_of_a_batch_gets_its_own_history_row(contract: Store) -> None:
    keys = [a_key("One"), a_key("Two", Status.DISABLED)]
    insert(contract, *keys)
    numbers = contract.keys.numbers([key.client_id for key in keys])
    with contract.change() as change:
        assert change.set_status(numbers, Status.DISABLED, HistoryEntry(NOW, WHO, Action.DISABLED, "", "")) == 1
        change.delete_many(numbers, HistoryEntry(NOW, WHO, Action.DELETED, "", "", "{status}, {role}"))
    rows = list(contract.history.rows(HistoryQuery()))
    assert [(row.action, row.name, row.details) for row in reversed(rows)] == [
        (Action.DISABLED, "One", ""),
        (Action.DELETED, "One", "Disabled, Read"),
        (Action.DELETED, "Two", "Disabled, Read"),
    ]
    assert contract.deleted_key(keys[0].client_id) == ("One", NOW.replace(microsecond=NOW.microsecond))


def test_a_listing_answers_pages_numbers_and_rows_alike(contract: Store) -> None:
    keys = [a_key(f"Key{number}") for number in range(10)]
    insert(contract, *keys)
    listing: Listing[KeyQuery, ApiKey] = contract.keys
    query = KeyQuery(descending=True)
    assert listing.count(query) == 10
    assert list(listing.page(query, 2, 3)) == keys[::-1][2:5]
    assert list(listing.page_of(listing.ids(query))) == list(listing.rows(query)) == keys[::-1]
    assert contract.keys.position(query, keys[9].client_id) == 0
    assert list(contract.keys.positions(query, [keys[0].client_id, keys[9].client_id])) == [0, 9]


def test_an_old_secret_has_its_key_and_its_end(contract: Store) -> None:
    old, new, key = new_client_secret(), new_client_secret(), a_key("ProdSync")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    with contract.change() as change:
        change.insert(key, compute_verifier(old))
        change.replace_verifier(key.client_id, compute_verifier(new), until)
    assert contract.key_with_secret(compute_verifier(new)) is not None
    assert contract.key_with_secret(compute_verifier(old)) is None
    former = contract.former_secret(compute_verifier(old))
    assert former is not None
    assert (former.client_id, former.works_until) == (key.client_id, until)


def test_a_closed_vault_raises_an_error_and_closes_twice(contract: Store) -> None:
    contract.close()
    contract.close()
    with pytest.raises(VaultClosedError):
        contract.key(new_client_id())
