"""The list of history entries: its order and its search."""

from datetime import UTC, datetime

from tests.vault.conftest import a_key
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.vault.store import VaultStore


def test_a_search_looks_in_every_column(store: VaultStore) -> None:
    key = a_key("ProdSync")
    with store.change() as change:
        for action in (Action.ADDED, Action.DISABLED, Action.DELETED):
            change.record(HistoryEntry(key.created, "CONTOSO\\zoe", action, key.client_id, key.name, "Role: Read"))
    assert [entry.action for entry in store.history.page(HistoryQuery(), 0, 10)] == ["Deleted", "Disabled", "Added"]
    assert store.history.count(HistoryQuery()) == 3
    assert [entry.action for entry in store.history.page(HistoryQuery(), 1, 1)] == ["Disabled"]
    assert store.history.page(HistoryQuery(), 3, 10) == []
    for text in ("contoso\\z", "DELETED", "prodsync", key.client_id[4:12], "role: r", "2026-11-12"):
        assert store.history.count(HistoryQuery(text)) == (1 if text == "DELETED" else 3), text
    assert store.history.count(HistoryQuery("zoe\nAdded")) == 1  # columns are separated by line breaks
    assert store.history.count(HistoryQuery("%")) == 0
    (newest,) = store.history.page(HistoryQuery("Deleted"), 0, 10)
    assert newest == HistoryEntry(key.created, "CONTOSO\\zoe", Action.DELETED, key.client_id, key.name, "Role: Read")


def test_a_search_finds_times_as_they_are_shown(store: VaultStore) -> None:
    when = datetime.now(UTC).replace(hour=12, minute=34, second=56)
    with store.change() as change:
        change.record(HistoryEntry(when, "zoe", Action.ADDED, "an id", "ProdSync"))
    assert store.history.count(HistoryQuery(when.astimezone().strftime("%Y-%m-%d %H:%M:%S"))) == 1
