"""An open vault: changes are made completely and durably, or not at all."""

import re
from pathlib import Path

import pytest

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery, Status, new_client_id
from zcc_keys_gui.domain.errors import DiskFullError, KeyNotFoundError, VaultDamagedError, VaultInUseError
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def names(store: VaultStore) -> list[str]:
    return [key.name for key in store.keys.page(KeyQuery(), 0, 1_000)]


def test_a_saved_key_is_read_again(store: VaultStore) -> None:
    key = a_key("Prod1", status=Status.DISABLED, session_validity=999_999_999, pending=True)
    insert(store, key)
    assert store.key(key.client_id) == key
    assert store.key_named("PROD1") == key
    assert store.key_named("Prod2") is None
    assert store.pending_keys() == [key]


def test_a_change_can_be_made_while_a_list_is_read(store: VaultStore) -> None:
    for name in ("First", "Second"):
        insert(store, a_key(name))
    reading = store._db.execute("SELECT name FROM api_key ORDER BY name")
    assert reading.fetchone() == ("First",)
    insert(store, a_key("Third"))
    assert reading.fetchone() == ("Second",)
    assert names(store) == ["First", "Second", "Third"]


def test_a_change_that_raises_an_error_is_rolled_back(store: VaultStore) -> None:
    insert(store, a_key("Kept"))
    with pytest.raises(ZeroDivisionError), store.change() as change:
        change.insert(a_key("Dropped"), b"v" * 32)
        raise ZeroDivisionError
    assert names(store) == ["Kept"]
    insert(store, a_key("Later"))
    assert names(store) == ["Kept", "Later"]


def test_the_database_is_durable_and_wipes_deleted_rows(store: VaultStore) -> None:
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


def test_a_full_disk_is_reported_and_harmless(store: VaultStore) -> None:
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


def test_a_database_in_use_by_another_program_is_reported(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zcc_keys_gui.vault.keys.cipher._BUSY_TIMEOUT_SECONDS", 0.05)
    other = opener.open_for_this_account()
    with store.change(), pytest.raises(VaultInUseError):
        insert(other, a_key())
    other.close()


def test_a_damaged_page_is_reported(opener: VaultOpener, folder: VaultFolder) -> None:
    store = opener.create_for_this_account()
    insert(store, *(a_key(f"Key{number}") for number in range(500)))
    store.close()
    content = bytearray(folder.database.read_bytes())
    for page in range(2, len(content) // 4096):  # all but the first, which contains the schema
        content[page * 4096 + 2_000] ^= 1
    folder.database.write_bytes(content)
    with pytest.raises(VaultDamagedError):
        names(opener.open_for_this_account())


def test_closing_twice_is_harmless(opener: VaultOpener) -> None:
    store = opener.create_for_this_account()
    store.close()
    store.close()


def test_no_file_contains_a_name_or_client_id_in_plain_text(opener: VaultOpener, data_folder: Path) -> None:
    store = opener.create_for_this_account()
    key = a_key("Rumpelstiltskin")
    insert(store, key)
    for file in data_folder.iterdir():  # with the write-ahead log
        assert not re.search(b"rumpelstiltskin|" + key.client_id.encode(), file.read_bytes(), re.IGNORECASE), file
    store.close()


def test_the_error_of_a_change_is_not_hidden_by_the_rollback(store: VaultStore) -> None:
    with pytest.raises(KeyNotFoundError), store.change() as change:
        store._db.execute("ROLLBACK")  # as SQLite does if the disk is full
        change.delete(new_client_id())
    insert(store, a_key("Later"))
    assert names(store) == ["Later"]


def test_every_listener_is_called_after_a_change(store: VaultStore) -> None:
    calls: list[str] = []
    store.call_after_change(lambda: calls.append("first"))
    store.call_after_change(lambda: calls.append("second"))
    insert(store, a_key("One"))
    assert calls == ["first", "second"]
    with pytest.raises(ZeroDivisionError), store.change():
        raise ZeroDivisionError
    assert calls == ["first", "second"]
