"""The user's actions with API keys."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.service.conftest import NOW, WHO
from tests.support.sign_in_check import signs_in
from zcc_keys_gui.domain.api_key import KeyFields, KeyQuery, NameFault, NameProblem, Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import ClientSecret, is_well_formed, new_client_secret
from zcc_keys_gui.domain.errors import DiskFullError, KeyNotFoundError, NameTakenError, SessionValidityTooLongError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

FIELDS = KeyFields("ProdSync", Status.ENABLED, Role.READ, 3_600)


def history(store: VaultStore) -> list[HistoryEntry]:
    """Return all history rows, the oldest first."""
    return store.history.page(HistoryQuery(), 0, 1_000)[::-1]


def test_adding_makes_a_key_and_a_secret_that_the_vault_accepts(keys: Keys, store: VaultStore) -> None:
    new = keys.add(FIELDS)
    assert store.key(new.key.client_id) == new.key
    assert (new.key.fields, new.key.created, new.key.secret_pending) == (FIELDS, NOW, True)
    assert is_well_formed(new.secret.reveal())
    assert signs_in(keys, new.key.client_id, new.secret)
    assert not signs_in(keys, new.key.client_id, new_client_secret())
    assert not signs_in(keys, new.key.client_id, ClientSecret(""))
    assert not signs_in(keys, new_client_id(), new.secret)
    assert new.secret.reveal() not in repr(new)


def test_every_change_has_its_history_row(keys: Keys, store: VaultStore) -> None:
    client_id = keys.add(FIELDS).key.client_id
    keys.mark_secret_shown(client_id, copied=True)
    keys.edit(client_id, KeyFields("ProdSync2", Status.ENABLED, Role.WRITE, 7_200))
    keys.set_status([client_id], Status.DISABLED)
    keys.set_status([client_id], Status.ENABLED)
    keys.regenerate_secret(client_id)
    keys.mark_secret_shown(client_id, copied=False)
    keys.delete([client_id])

    def row(action: Action, name: str = "ProdSync2", details: str = "") -> HistoryEntry:
        return HistoryEntry(NOW, WHO, action, client_id, name, details)

    assert history(store) == [
        row(Action.ADDED, "ProdSync", "Enabled, Read, 3600 seconds"),
        row(Action.SECRET_COPIED, "ProdSync"),
        row(
            Action.EDITED,
            details="Name: ProdSync → ProdSync2; Role: Read → Write; Session validity interval: 3600 → 7200",
        ),
        row(Action.DISABLED),
        row(Action.ENABLED),
        row(Action.SECRET_REGENERATED),
        row(Action.SECRET_NOT_COPIED),
        row(Action.DELETED, details="Enabled, Write, 7200 seconds"),
    ]


def test_every_history_row_has_the_status_that_the_key_had_then(keys: Keys, store: VaultStore) -> None:
    client_id = keys.add(FIELDS).key.client_id
    keys.edit(client_id, replace(FIELDS, status=Status.DISABLED))
    keys.regenerate_secret(client_id, timedelta(hours=1))
    keys.stop_replaced_secret(client_id)
    keys.mark_secret_shown(client_id, copied=True)
    keys.set_status([client_id], Status.ENABLED)
    keys.delete([client_id])
    added, edited, *disabled, enabled, deleted = history(store)
    assert edited.details == "Status: Enabled → Disabled"
    assert [row.status for row in disabled] == 3 * [Status.DISABLED]
    assert (added.status, edited.status) == (Status.ENABLED, Status.DISABLED)
    assert (enabled.status, deleted.status) == (Status.ENABLED, Status.ENABLED)


@pytest.mark.parametrize("taken", ["ProdSync", "PRODSYNC", "prodsync"])
def test_a_taken_name_is_rejected_in_any_case(keys: Keys, store: VaultStore, taken: str) -> None:
    first = keys.add(FIELDS).key
    second = keys.add(replace(FIELDS, name="Other")).key
    with pytest.raises(NameTakenError) as caught:
        keys.add(replace(FIELDS, name=taken))
    assert caught.value.name == taken
    with pytest.raises(NameTakenError):
        keys.edit(second.client_id, replace(FIELDS, name=taken))
    assert store.keys.count(KeyQuery()) == 2
    assert len(history(store)) == 2
    assert keys.find_name_problem(taken) == NameProblem(NameFault.TAKEN)
    assert keys.find_name_problem(taken, of=first.client_id) is None
    assert keys.edit(first.client_id, replace(FIELDS, name=taken)).name == taken


def test_a_name_is_checked_by_the_rule_first(keys: Keys) -> None:
    assert keys.find_name_problem("Prod Sync") == NameProblem(NameFault.SPACE, " ", "Prod")
    assert keys.find_name_problem("Prod\ud800") is not None  # databases don't accept lone surrogates
    assert keys.find_name_problem("ProdSync") is None


def test_an_edit_that_changes_nothing_writes_nothing(keys: Keys, store: VaultStore) -> None:
    key = keys.add(FIELDS).key
    assert keys.edit(key.client_id, FIELDS) == key
    assert len(history(store)) == 1


def test_a_disabled_key_signs_in_only_after_enabling(keys: Keys) -> None:
    new = keys.add(FIELDS)
    keys.set_status([new.key.client_id], Status.DISABLED)
    assert not signs_in(keys, new.key.client_id, new.secret)
    keys.set_status([new.key.client_id], Status.ENABLED)
    assert signs_in(keys, new.key.client_id, new.secret)


def test_the_status_of_several_keys_changes_together(keys: Keys, store: VaultStore) -> None:
    ids = [keys.add(replace(FIELDS, name=name)).key.client_id for name in ("A", "B", "C")]
    assert keys.set_status(ids[:1], Status.DISABLED) == 1
    assert keys.set_status(ids, Status.DISABLED) == 2
    with pytest.raises(KeyNotFoundError):
        keys.set_status([*ids, new_client_id()], Status.ENABLED)
    assert store.keys.count(KeyQuery(status=Status.DISABLED)) == 3


def test_regenerating_keeps_the_client_id(keys: Keys) -> None:
    old = keys.add(FIELDS)
    keys.mark_secret_shown(old.key.client_id, copied=True)
    new = keys.regenerate_secret(old.key.client_id)
    assert new.key.client_id == old.key.client_id
    assert signs_in(keys, new.key.client_id, new.secret)
    assert not signs_in(keys, new.key.client_id, old.secret)
    assert keys.pending_keys() == [new.key]


def test_the_history_has_the_grace_period_of_an_old_secret(keys: Keys, store: VaultStore) -> None:
    client_id = keys.add(FIELDS).key.client_id
    new = keys.regenerate_secret(client_id, timedelta(hours=24))
    assert new.key.replaced_until == store.key(client_id).replaced_until == NOW + timedelta(hours=24)
    keys.regenerate_secret(client_id, timedelta(days=7))
    keys.regenerate_secret(client_id)
    keys.regenerate_secret(client_id)
    assert store.key(client_id).replaced_until is None
    assert [entry.details for entry in history(store)[1:]] == [
        "Old secret works until 2026-11-13 09:12:33 UTC",
        "Old secret works until 2026-11-19 09:12:33 UTC; The secret before that stopped",
        "The secret before that stopped",
        "",
    ]


def test_an_old_secret_is_stopped_once(keys: Keys, store: VaultStore) -> None:
    client_id = keys.add(FIELDS).key.client_id
    keys.stop_replaced_secret(client_id)  # there is no old secret
    keys.regenerate_secret(client_id, timedelta(hours=1))
    keys.stop_replaced_secret(client_id)
    keys.stop_replaced_secret(client_id)
    assert store.key(client_id).replaced_until is None
    assert [entry.action for entry in history(store)[2:]] == [Action.OLD_SECRET_STOPPED]
    with pytest.raises(KeyNotFoundError):
        keys.stop_replaced_secret(new_client_id())


def test_an_expired_old_secret_is_not_stopped_again(keys: Keys, store: VaultStore) -> None:
    client_id = keys.add(FIELDS).key.client_id
    Keys(store, lambda: WHO, now=lambda: NOW - timedelta(hours=1)).regenerate_secret(client_id, timedelta(hours=1))
    keys.stop_replaced_secret(client_id)
    keys.regenerate_secret(client_id)
    assert [(entry.action, entry.details) for entry in history(store)[2:]] == [(Action.SECRET_REGENERATED, "")]


def test_a_secret_is_pending_until_its_dialog_was_closed(keys: Keys) -> None:
    key = keys.add(FIELDS).key
    assert keys.pending_keys() == [key]
    keys.mark_secret_shown(key.client_id, copied=False)
    assert keys.pending_keys() == []
    keys.mark_secret_shown(new_client_id(), copied=True)  # a deleted key


def test_deleting_is_all_or_none(keys: Keys, store: VaultStore) -> None:
    ids = [keys.add(replace(FIELDS, name=name)).key.client_id for name in ("A", "B")]
    with pytest.raises(KeyNotFoundError):
        keys.delete([*ids, new_client_id()])
    assert store.keys.count(KeyQuery()) == 2
    keys.delete(ids)
    assert store.keys.count(KeyQuery()) == 0
    assert [entry.name for entry in history(store)] == ["A", "B", "A", "B"]


def test_a_name_can_be_used_again_after_deleting(keys: Keys) -> None:
    first = keys.add(FIELDS)
    keys.delete([first.key.client_id])
    second = keys.add(FIELDS)
    assert second.key.client_id != first.key.client_id
    assert not signs_in(keys, second.key.client_id, first.secret)


def test_a_missing_key_is_an_error(keys: Keys) -> None:
    unknown = new_client_id()
    with pytest.raises(KeyNotFoundError):
        keys.edit(unknown, FIELDS)
    with pytest.raises(KeyNotFoundError):
        keys.regenerate_secret(unknown)


def test_a_full_disk_changes_nothing(keys: Keys, store: VaultStore) -> None:
    key = keys.add(FIELDS).key
    before = history(store)
    store._db.execute(f"PRAGMA max_page_count = {store._db.execute('PRAGMA page_count').fetchone()[0]}")
    number = 0
    with pytest.raises(DiskFullError):
        while True:
            number += 1
            keys.add(replace(FIELDS, name=f"Key{number}"))
    assert store.keys.count(KeyQuery()) == number  # the first key counts, the last one failed
    assert len(history(store)) == len(before) + number - 1
    assert store.key(key.client_id) == key


def test_the_time_is_utc(store: VaultStore) -> None:
    key = Keys(store, lambda: WHO).add(FIELDS).key
    assert key.created.utcoffset() is not None
    assert not key.created.utcoffset()


def test_the_organization_s_limit_applies_to_every_save(store: VaultStore) -> None:
    longer = Keys(store, lambda: WHO).add(replace(FIELDS, name="Older", session_validity=7_201)).key
    keys = Keys(store, lambda: WHO, max_session_seconds=7_200)
    with pytest.raises(SessionValidityTooLongError):
        keys.add(replace(FIELDS, session_validity=7_201))
    with pytest.raises(SessionValidityTooLongError):
        keys.edit(longer.client_id, replace(longer.fields, name="Newer"))
    assert store.keys.count(KeyQuery()) == 1
    assert keys.edit(longer.client_id, replace(longer.fields, session_validity=7_200)).fields.session_validity == 7_200
    keys.set_status([longer.client_id], Status.DISABLED)
