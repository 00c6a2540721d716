"""Everything that can be written in one change of the vault."""

from datetime import UTC, datetime

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery, new_client_id
from zcc_keys_gui.domain.client_secret import compute_verifier, new_client_secret
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


def names(store: VaultStore) -> list[str]:
    return [key.name for key in store.keys.page(KeyQuery(), 0, 1_000)]


def test_a_verifier_is_saved_and_replaced(store: VaultStore) -> None:
    key, first, second = a_key(), compute_verifier(new_client_secret()), compute_verifier(new_client_secret())
    insert(store, key, verifier=first)
    assert store.key_with_secret(first) == key
    with store.change() as change:
        change.replace_verifier(key.client_id, second, None)
    assert store.key_with_secret(first) is None
    assert store.key_with_secret(second) == key


def test_a_missing_key_cannot_be_changed(store: VaultStore) -> None:
    missing = a_key()
    with pytest.raises(KeyNotFoundError):
        store.key(missing.client_id)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.update(missing)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.delete(missing.client_id)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.replace_verifier(missing.client_id, b"v" * 32, None)


def test_one_change_can_have_many_parts(store: VaultStore) -> None:
    keys = [a_key(f"Key{number}") for number in range(100)]
    with store.change() as change:
        for key in keys:
            change.insert(key, b"v" * 32)
        for key in keys[:50]:
            change.delete(key.client_id)
    assert len(names(store)) == 50


def test_the_database_enforces_the_rules_for_keys(store: VaultStore) -> None:
    key = a_key("ProdSync")
    insert(store, key)
    for wrong in (a_key("PRODSYNC"), a_key("A", session_validity=29), a_key("B", session_validity=1_000_000_000)):
        with pytest.raises(sqlcipher.IntegrityError):
            insert(store, wrong)
    with pytest.raises(sqlcipher.IntegrityError):
        insert(store, a_key("C"), verifier=b"short")
    assert names(store) == ["ProdSync"]


def test_history_rows_cannot_be_changed_or_deleted(store: VaultStore) -> None:
    key = a_key()
    with store.change() as change:
        change.record(HistoryEntry(key.created, "zoe", Action.ADDED, key.client_id, key.name))
    for statement in ("UPDATE history SET who = 'another'", "DELETE FROM history"):
        with pytest.raises(sqlcipher.IntegrityError, match="history rows are never"):
            store._db.execute(statement)
    assert store.history.count(HistoryQuery()) == 1


def test_a_replaced_secret_has_a_grace_period(store: VaultStore) -> None:
    key, old, new = a_key(), compute_verifier(new_client_secret()), compute_verifier(new_client_secret())
    insert(store, key, verifier=old)
    with store.change() as change:
        change.replace_verifier(key.client_id, new, NOON)
    assert store.key(key.client_id).replaced_until == NOON
    with store.change() as change:
        change.stop_replaced_secret(key.client_id)
    assert store.key(key.client_id).replaced_until is None
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.stop_replaced_secret(new_client_id())


def test_all_grace_periods_can_be_ended(store: VaultStore) -> None:
    keys = [a_key("First"), a_key("Second")]
    for key in keys:
        insert(store, key, verifier=compute_verifier(new_client_secret()))
    with store.change() as change:
        for key in keys:
            change.replace_verifier(key.client_id, compute_verifier(new_client_secret()), NOON)
    with store.change() as change:
        change.stop_replaced_secrets()
    assert [store.key(key.client_id).replaced_until for key in keys] == [None, None]


def test_the_time_of_a_backup_is_noted(store: VaultStore) -> None:
    assert store.backups.last_backup() is None
    with store.change() as change:
        change.note_backup(NOON)
    assert store.backups.last_backup() == NOON
