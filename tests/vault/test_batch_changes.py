"""Changing many keys with one statement."""

from datetime import UTC, datetime

import pytest

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery, Role, Status
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.vault.store import VaultStore

NOW = datetime(2026, 11, 29, 12, 0, 1, tzinfo=UTC)
ENTRY = HistoryEntry(NOW, "admin", Action.DELETED, "", "", "{status}, {role}, {session_validity} seconds")


@pytest.fixture
def keys(store: VaultStore) -> list[ApiKey]:
    keys = [a_key("A"), a_key("B", status=Status.DISABLED, role=Role.WRITE, session_validity=90), a_key("{role}")]
    insert(store, *keys)
    return keys


def statuses(store: VaultStore) -> list[tuple[str, Status]]:
    return [(key.name, key.fields.status) for key in store.keys.page(KeyQuery(), 0, 9)]


def test_only_keys_with_the_other_status_are_changed(store: VaultStore, keys: list[ApiKey]) -> None:
    entry = HistoryEntry(NOW, "admin", Action.DISABLED, "", "")
    with store.change() as change:
        assert change.set_status(store.keys.ids(KeyQuery()), Status.DISABLED, entry) == 2
    assert [status for _, status in statuses(store)] == [Status.DISABLED] * 3
    assert list(store.history.rows(HistoryQuery())) == [
        HistoryEntry(NOW, "admin", Action.DISABLED, keys[2].client_id, "{role}"),
        HistoryEntry(NOW, "admin", Action.DISABLED, keys[0].client_id, "A"),
    ]
    assert {row.status for row in store.history.rows(HistoryQuery())} == {Status.DISABLED}


def test_deleted_keys_are_described_in_the_history(store: VaultStore, keys: list[ApiKey]) -> None:
    with store.change() as change:
        change.delete_many(sorted(store.keys.ids(KeyQuery()))[1:], ENTRY)
    assert [name for name, _ in statuses(store)] == ["A"]
    assert store.keys.count(KeyQuery()) == 1
    assert list(store.history.rows(HistoryQuery())) == [
        HistoryEntry(NOW, "admin", Action.DELETED, keys[2].client_id, "{role}", "Enabled, Read, 3600 seconds"),
        HistoryEntry(NOW, "admin", Action.DELETED, keys[1].client_id, "B", "Disabled, Write, 90 seconds"),
    ]
    assert [row.status for row in store.history.rows(HistoryQuery())] == [Status.ENABLED, Status.DISABLED]


def test_if_one_key_is_missing_nothing_is_changed(store: VaultStore, keys: list[ApiKey]) -> None:
    before = statuses(store)
    numbers = [*store.keys.ids(KeyQuery()), 999]
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.delete_many(numbers, ENTRY)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.set_status(numbers, Status.DISABLED, ENTRY)
    assert statuses(store) == before
    assert not list(store.history.rows(HistoryQuery()))


def test_client_ids_are_found_by_number(store: VaultStore, keys: list[ApiKey]) -> None:
    numbers = store.keys.ids(KeyQuery())
    assert store.keys.client_ids(numbers) == dict(zip(numbers, [key.client_id for key in keys], strict=True))
    with pytest.raises(KeyNotFoundError):
        store.keys.client_ids([*numbers, 999])
