"""What all lists have in common: slow queries, deleted rows, damage, a closed vault."""

import json
import os
import threading

import pytest

from tests.vault.conftest import a_key, a_sign_in, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultClosedError, VaultDamagedError
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.domain.sign_in import SignInQuery
from zcc_keys_gui.vault.connections import VaultConnection
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.lists import listing as module
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_a_slow_query_can_be_interrupted(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(2_000)))
    store.keys.interrupt()  # no query is running
    started, outcome = threading.Event(), []
    connect = store.connections.connect

    def report_progress() -> int:
        started.set()
        return 0

    def connect_with_progress() -> VaultConnection:
        db = connect()
        db.set_progress_handler(report_progress, 10)
        return db

    monkeypatch.setattr(store.connections, "connect", connect_with_progress)

    def read() -> None:
        try:
            while True:  # one of these queries is interrupted
                store.keys.ids(KeyQuery("ke"))
        except InterruptedError as error:
            outcome.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert started.wait(30)
    while thread.is_alive():
        store.keys.interrupt()
        thread.join(0.001)
    assert len(outcome) == 1
    assert len(store.keys.ids(KeyQuery("ke"))) == 2_000


def test_rows_deleted_meanwhile_are_left_out(store: VaultStore) -> None:
    keys = [a_key(f"Key{number}") for number in range(3)]
    insert(store, *keys)
    ids = store.keys.ids(KeyQuery("ke"))
    with store.change() as change:
        change.delete(keys[1].client_id)
    assert [key.name for key in store.keys.page_of(ids)] == ["Key0", "Key2"]


def test_all_rows_are_of_the_time_when_the_first_was_read(store: VaultStore) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(300)))
    rows = store.keys.rows(KeyQuery("key2"))
    first = next(rows)
    with store.change() as change:
        change.delete(first.client_id)
        change.insert(a_key("Key2000"), bytes(32))
    expected = [f"Key{number}" for number in (2, *range(20, 30), *range(200, 300))]
    assert [first.name, *(key.name for key in rows)] == sorted(expected)


def test_a_damaged_index_is_reported(opener: VaultOpener, folder: VaultFolder) -> None:
    store = opener.create_for_this_account()
    insert(store, *(a_key(f"Key{number}") for number in range(500)))
    store.close()
    content = bytearray(folder.database.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 + 2_000] ^= 1
    store = opener.open_for_this_account()  # opening reads pages that are still healthy
    folder.database.write_bytes(content)
    with pytest.raises(VaultDamagedError):
        store.keys.ids(KeyQuery("ke"))
    with pytest.raises(VaultDamagedError):
        list(store.keys.rows(KeyQuery()))
    with pytest.raises(VaultDamagedError):
        store.keys.position(KeyQuery(), "none")
    store.close()


def test_a_list_of_a_closed_vault_cannot_be_read(opener: VaultOpener) -> None:
    store = opener.create_for_this_account()
    insert(store, a_key())
    store.close()
    with pytest.raises(VaultClosedError):
        store.keys.count(KeyQuery())
    with pytest.raises(VaultClosedError):
        store.keys.ids(KeyQuery("pr"))
    with pytest.raises(VaultClosedError):
        list(store.history.rows(HistoryQuery()))


def test_slow_queries_and_rekeying_wait_for_each_other(store: VaultStore) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(200)))
    found: set[int] = set()
    errors: list[Exception] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                found.add(len(store.keys.ids(KeyQuery("K"))))
                found.add(len(store.sign_ins.ids(SignInQuery())))
            except Exception as error:
                errors.append(error)

    store.sign_ins.record([a_sign_in()])
    searching = threading.Thread(target=search)
    searching.start()
    for _ in range(10):
        store.rekey(os.urandom(32))
    done.set()
    searching.join()
    assert (errors, found) == ([], {200, 1})


@pytest.mark.parametrize("characters", [1, 4, 1_000])
@pytest.mark.parametrize("numbers", [[], [7], [1, 22, 333, 4_444, 5]])
def test_numbers_are_parsed_from_json_in_parts(
    monkeypatch: pytest.MonkeyPatch, characters: int, numbers: list[int]
) -> None:
    monkeypatch.setattr(module, "_JSON_CHARACTERS_AT_ONCE", characters)
    assert list(module._numbers_in(json.dumps(numbers, separators=(",", ":")))) == numbers
