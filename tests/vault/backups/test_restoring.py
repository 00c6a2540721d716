"""What a restored vault contains: keys, secrets in their grace period, and the merged history."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.sign_in_check import signs_in
from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import NOW, make_backup, open_stored_vault, restore_backup
from tests.vault.conftest import a_key
from zcc_keys_gui.domain.api_key import ApiKey, Status
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.secret_check import SecretMatch
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = open_stored_vault(data_folder)
    yield store
    store.close()


@pytest.fixture
def keys(store: VaultStore) -> Keys:
    return Keys(store, lambda: "zoe", lambda: NOW)


def key_named(store: VaultStore, name: str) -> ApiKey:
    key = store.key_named(name)
    assert key is not None
    return key


def test_the_histories_are_merged_by_time_and_stay_protected(store: VaultStore, path: Path, tmp_path: Path) -> None:
    backup = make_backup(store, path)
    other = VaultOpener(VaultFolder(tmp_path / "other")).create_with_passphrase(VAULT_PASSPHRASE)
    Keys(other, lambda: "zoe", lambda: datetime(2026, 11, 12, 0, 3, 30, tzinfo=UTC)).add(a_key("Between").fields)
    restore_backup(other, backup, RestoreOptions())
    rows = content_of(other)["history"]
    times = [row[0] for row in rows]
    assert times == sorted(times)
    assert len(rows) == len(backup.content.history) + 1 + 38
    assert other.history.count(HistoryQuery()) == len(rows)
    assert [entry.name for entry in other.history.page(HistoryQuery("Between"), 0, 9)] == ["Between"]
    for statement in ("DELETE FROM history", "UPDATE history SET who = 'x'"):
        with pytest.raises(sqlcipher.IntegrityError):
            other._db.execute(statement)
    other.close()


def test_swapped_names_are_swapped_back(store: VaultStore, keys: Keys, path: Path) -> None:
    one, two = key_named(store, "Key03"), key_named(store, "Key04")
    backup = make_backup(store, path)
    keys.edit(one.client_id, replace(one.fields, name="Third"))
    keys.edit(two.client_id, replace(two.fields, name="Key03"))
    keys.edit(one.client_id, replace(one.fields, name="Key04"))
    restore_backup(store, backup, RestoreOptions(replace=True))
    assert (store.key(one.client_id).name, store.key(two.client_id).name) == ("Key03", "Key04")


def test_the_history_says_why_a_key_was_deleted(store: VaultStore, keys: Keys, path: Path) -> None:
    backup = make_backup(store, path)
    keys.add(a_key("Later").fields)
    restore_backup(store, backup, RestoreOptions(replace=True))
    rows = store.history.page(HistoryQuery(), 0, 100)
    deleted = next(row for row in rows if row.action is Action.DELETED and row.name == "Later")
    assert deleted.details.startswith("Not in the backup of 2026-11-25 09:12")


def test_deliberate_changes_are_undone_only_on_request(store: VaultStore, keys: Keys, path: Path) -> None:
    backup = make_backup(store, path)
    deleted, disabled, renewed = (key_named(store, name) for name in ("Key03", "Key08", "Key20"))
    keys.delete([deleted.client_id])
    keys.set_status([disabled.client_id], Status.DISABLED)
    secret = keys.regenerate_secret(renewed.client_id).secret
    plan, _ = restore_backup(store, backup, RestoreOptions(replace=True))
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (1, 1, 1)
    assert store.key_named("Key03") is None
    assert store.key(disabled.client_id).fields.status is Status.DISABLED
    assert signs_in(keys, renewed.client_id, secret)
    restore_backup(store, backup, RestoreOptions(deleted=True, disabled=True, secrets=True))
    assert store.key(deleted.client_id) == deleted
    assert store.key(disabled.client_id) == disabled
    assert not signs_in(keys, renewed.client_id, secret)


def test_a_grace_period_continues_with_the_new_secret(store: VaultStore, keys: Keys, path: Path) -> None:
    backup = make_backup(store, path)
    key = key_named(store, "Key20")
    keys.regenerate_secret(key.client_id, timedelta(days=7))
    until = store.key(key.client_id).replaced_until
    keys.edit(key.client_id, replace(key.fields, name="Renamed"))
    restore_backup(store, backup, RestoreOptions(replace=True))
    restored = key_named(store, "Key20")
    assert (restored.client_id, restored.replaced_until) == (key.client_id, until)
    restore_backup(store, backup, RestoreOptions(secrets=True))  # the old secret is the current one again
    assert store.key(key.client_id).replaced_until is None


@pytest.mark.parametrize("end", ["stop", "regenerate", "delete"])
@pytest.mark.parametrize("replaces", [False, True])
def test_restoring_does_not_revive_an_old_secret(
    store: VaultStore, keys: Keys, path: Path, end: str, replaces: bool
) -> None:
    new = keys.add(a_key("Mine").fields)
    client_id = new.key.client_id
    newer = keys.regenerate_secret(client_id, timedelta(days=7))
    backup = make_backup(store, path)
    keys.edit(client_id, replace(new.key.fields, name="Renamed"))
    if end == "stop":
        keys.stop_replaced_secret(client_id)
    elif end == "regenerate":
        keys.regenerate_secret(client_id)
    else:
        keys.delete([client_id])
    restore_backup(store, backup, RestoreOptions(replace=replaces, deleted=True))
    assert store.key(client_id).replaced_until is None
    for secret, is_replaced in ((new.secret, True), (newer.secret, end == "regenerate")):
        found = keys.check_secret(secret)
        assert found is not None
        assert found.match is (SecretMatch.REPLACED if is_replaced else SecretMatch.CURRENT)
