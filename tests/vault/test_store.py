"""The open vault: changes are whole and durable, or not there."""

import re
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery, Status, new_client_id
from zcc_keys_gui.domain.client_secret import new_client_secret, verifier_of
from zcc_keys_gui.domain.errors import DiskFullError, KeyNotFoundError, VaultDamagedError, VaultInUseError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def names(store: VaultStore) -> list[str]:
    return [key.name for key in store.keys.page(KeyQuery(), 0, 1_000)]


def test_a_key_comes_back_as_it_was(store: VaultStore) -> None:
    key = a_key("Prod1", status=Status.DISABLED, session_validity=999_999_999, pending=True)
    insert(store, key)
    assert store.key(key.client_id) == key
    assert store.key_named("PROD1") == key
    assert store.key_named("Prod2") is None
    assert store.pending_keys() == [key]


def test_the_verifier_is_kept_and_replaced(store: VaultStore) -> None:
    key, first, second = a_key(), verifier_of(new_client_secret()), verifier_of(new_client_secret())
    insert(store, key, verifier=first)
    assert store.key_with_secret(first) == key
    with store.change() as change:
        change.replace_verifier(key.client_id, second, None)
    assert store.key_with_secret(first) is None
    assert store.key_with_secret(second) == key


def test_what_is_not_there_is_told(store: VaultStore) -> None:
    gone = a_key()
    with pytest.raises(KeyNotFoundError):
        store.key(gone.client_id)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.update(gone)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.delete(gone.client_id)
    with pytest.raises(KeyNotFoundError), store.change() as change:
        change.replace_verifier(gone.client_id, b"v" * 32, None)


def test_a_change_is_made_while_a_list_is_still_being_read(store: VaultStore) -> None:
    for name in ("First", "Second"):
        insert(store, a_key(name))
    reading = store._db.execute("SELECT name FROM api_key ORDER BY name")
    assert reading.fetchone() == ("First",)
    insert(store, a_key("Third"))
    assert reading.fetchone() == ("Second",)
    assert names(store) == ["First", "Second", "Third"]


def test_a_change_that_raises_leaves_nothing(store: VaultStore) -> None:
    insert(store, a_key("Kept"))
    with pytest.raises(ZeroDivisionError), store.change() as change:
        change.insert(a_key("Dropped"), b"v" * 32)
        raise ZeroDivisionError
    assert names(store) == ["Kept"]
    insert(store, a_key("Later"))
    assert names(store) == ["Kept", "Later"]


def test_the_vault_itself_keeps_the_rules(store: VaultStore) -> None:
    key = a_key("ProdSync")
    insert(store, key)
    for wrong in (a_key("PRODSYNC"), a_key("A", session_validity=29), a_key("B", session_validity=1_000_000_000)):
        with pytest.raises(sqlcipher.IntegrityError):
            insert(store, wrong)
    with pytest.raises(sqlcipher.IntegrityError):
        insert(store, a_key("C"), verifier=b"short")
    assert names(store) == ["ProdSync"]


def test_everything_is_durable_encrypted_and_wiped_when_deleted(store: VaultStore) -> None:
    answers = {
        name: store._db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "user_version", "cipher_use_hmac")
    }
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "user_version": schema.SCHEMA,
        "cipher_use_hmac": "1",
    }


def test_the_history_cannot_be_changed(store: VaultStore) -> None:
    key = a_key()
    with store.change() as change:
        change.record(HistoryEntry(key.created, "zoe", Action.ADDED, key.client_id, key.name))
    for statement in ("UPDATE history SET who = 'nobody'", "DELETE FROM history"):
        with pytest.raises(sqlcipher.IntegrityError, match="history rows are never"):
            store._db.execute(statement)
    assert store.history.count(HistoryQuery()) == 1


def test_a_full_disk_is_told_and_the_vault_stays_whole(store: VaultStore) -> None:
    insert(store, a_key("Kept"))
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        insert(store, *(a_key(f"Key{number}") for number in range(1_000)))
    assert names(store) == ["Kept"]
    store._db.execute("PRAGMA max_page_count = 1000000")
    insert(store, a_key("Later"))
    assert names(store) == ["Kept", "Later"]
    assert store._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_held_by_another_program_is_told(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zcc_keys_gui.vault.keys.cipher._BUSY_TIMEOUT_SECONDS", 0.05)
    other = opener.open_for_this_account()
    with store.change(), pytest.raises(VaultInUseError):
        insert(other, a_key())
    other.close()


def test_a_page_damaged_while_running_is_told(opener: VaultOpener, folder: VaultFolder) -> None:
    store = opener.create_for_this_account()
    insert(store, *(a_key(f"Key{number}") for number in range(500)))
    store.close()
    content = bytearray(folder.database.read_bytes())
    for page in range(2, len(content) // 4096):  # all but the first, which holds the schema
        content[page * 4096 + 2_000] ^= 1
    folder.database.write_bytes(content)
    with pytest.raises(VaultDamagedError):
        names(opener.open_for_this_account())


def test_closing_twice_does_no_harm(opener: VaultOpener) -> None:
    store = opener.create_for_this_account()
    store.close()
    store.close()


def test_nothing_of_a_key_is_in_clear_in_any_file(opener: VaultOpener, data_folder: Path) -> None:
    store = opener.create_for_this_account()
    key = a_key("Rumpelstiltskin")
    insert(store, key)
    for file in data_folder.iterdir():  # with the WAL
        assert not re.search(b"rumpelstiltskin|" + key.client_id.encode(), file.read_bytes(), re.IGNORECASE), file
    store.close()


def test_many_changes_in_one_are_one(store: VaultStore) -> None:
    keys = [a_key(f"Key{number}") for number in range(100)]
    with store.change() as change:
        for key in keys:
            change.insert(key, b"v" * 32)
        for key in keys[:50]:
            change.delete(key.client_id)
    assert len(names(store)) == 50


def test_an_error_of_the_change_itself_is_not_hidden_by_the_undoing(store: VaultStore) -> None:
    with pytest.raises(KeyNotFoundError), store.change() as change:
        store._db.execute("ROLLBACK")  # as a full disk does by itself
        change.delete(new_client_id())
    insert(store, a_key("Later"))
    assert names(store) == ["Later"]
