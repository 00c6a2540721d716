"""Restoring an open backup: all of it or nothing, and the replaced vault is quarantined."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import (
    NOW,
    PASSPHRASE,
    backups_of,
    content_in,
    make_backup,
    open_stored_vault,
    read_with_apsw,
    restore_backup,
)
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.backups import restoring, vault_copy
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import quarantine
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = open_stored_vault(data_folder)
    yield store
    store.close()


def is_healthy(store: VaultStore) -> bool:
    return store.checks.full(lambda *_: None).is_healthy


def test_a_backup_is_restored_to_a_new_vault(store: VaultStore, path: Path, tmp_path: Path) -> None:
    backup = make_backup(store, path)
    new = VaultOpener(VaultFolder(tmp_path / "new")).create_with_passphrase(VAULT_PASSPHRASE)
    restore_backup(new, backup, RestoreOptions())
    found, expected = content_of(new), read_with_apsw(path)
    rows = len(expected["history"])
    assert found["keys"] == expected["keys"]
    assert found["history"][:rows] == expected["history"]
    assert [entry[2] for entry in found["history"][rows:]] == ["Restored"] * 38
    assert new.keys.count(KeyQuery("Key")) == 36  # the search uses an index
    assert is_healthy(new)
    new.close()
    again = VaultOpener(VaultFolder(tmp_path / "new")).open_with_passphrase(VAULT_PASSPHRASE)
    assert content_of(again) == found
    again.close()


def test_a_plan_says_what_a_restore_does(store: VaultStore, path: Path) -> None:
    make_backup(store, path)
    insert(store, a_key("Later"))
    with closing(backups_of(store).read(path, PASSPHRASE)) as opened:
        before = content_of(store)
        planned = backups_of(store).plan(opened, RestoreOptions(replace=True))
        assert content_of(store) == before
        insert(store, a_key("Latest"))  # the plan is made again after each change
        plan, _ = backups_of(store).restore(opened, RestoreOptions(replace=True))
    assert (planned.deleted, plan.deleted) == (1, 2)


def test_canceling_restores_nothing_and_leaves_no_copy(
    store: VaultStore, path: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = make_backup(store, path)
    insert(store, a_key("Newer"))
    before = content_in(store)
    is_canceled = threading.Event()
    real = vault_copy.copy_vault

    def copy(*arguments: Any) -> None:
        is_canceled.set()
        real(*arguments)

    monkeypatch.setattr(quarantine, "copy_vault", copy)
    backups = backups_of(store)
    with closing(backups.read(backup.path, PASSPHRASE)) as opened, pytest.raises(InterruptedError):
        backups.restore(opened, RestoreOptions(replace=True), is_canceled.is_set)
    assert content_in(store) == before
    assert not list(VaultFolder(data_folder).quarantine.iterdir())


def test_a_replaced_vault_is_quarantined(store: VaultStore, path: Path, folder: VaultFolder) -> None:
    backup = make_backup(store, path)
    insert(store, a_key("Later"))
    before = content_of(store)
    plan, quarantined = restore_backup(store, backup, RestoreOptions(replace=True))
    assert plan.deleted == 1
    assert quarantined is not None
    assert quarantined.parent == folder.quarantine
    former = VaultOpener(VaultFolder(quarantined)).open_with_passphrase(VAULT_PASSPHRASE)
    assert content_of(former) == before
    former.close()
    assert content_of(store)["keys"] == read_with_apsw(path)["keys"]
    assert is_healthy(store)


def test_without_quarantine_nothing_is_replaced(store: VaultStore, path: Path, folder: VaultFolder) -> None:
    backup = make_backup(store, path)
    insert(store, a_key("Later"))
    folder.quarantine.touch()  # a file, so no folder can be made there
    before = content_of(store)
    with pytest.raises(VaultError):
        restore_backup(store, backup, RestoreOptions(replace=True))
    assert content_of(store) == before


@pytest.mark.parametrize("moment", ["before merging", "before the histories", "after the histories", "before notes"])
def test_a_failure_during_a_restore_changes_nothing(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, tmp_path: Path
) -> None:
    backup = make_backup(store, path)
    other = VaultOpener(VaultFolder(tmp_path / "other")).create_with_passphrase(VAULT_PASSPHRASE)
    Keys(other, lambda: "zoe", lambda: NOW).add(a_key("Mine").fields)
    before = content_of(other)
    real = restoring._merge_histories
    if moment == "before merging":
        monkeypatch.setattr(restoring, "merge", lambda *_: 1 / 0)
    elif moment == "before the histories":
        monkeypatch.setattr(restoring, "_merge_histories", lambda *_: 1 / 0)
    elif moment == "after the histories":
        monkeypatch.setattr(restoring, "_merge_histories", lambda *arguments: (real(*arguments), 1 / 0))
    else:
        monkeypatch.setattr(restoring, "write_notes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore_backup(other, backup, RestoreOptions())
    assert content_of(other) == before
    with pytest.raises(sqlcipher.IntegrityError):
        other._db.execute("DELETE FROM history")
    monkeypatch.undo()
    other.close()
