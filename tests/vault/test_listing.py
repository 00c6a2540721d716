"""The lists: every answer against plain Python, and the slow ones can be stopped."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vault.conftest import a_key, a_sign_in, insert
from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery, Role, Status
from zcc_keys_gui.domain.errors import VaultClosedError, VaultDamagedError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.sign_in import SignInQuery
from zcc_keys_gui.vault import listing as module
from zcc_keys_gui.vault.connections import VaultConnection
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

SORT_VALUES: dict[KeyColumn, Callable[[ApiKey], object]] = {
    KeyColumn.NAME: lambda key: key.name.lower(),
    KeyColumn.CLIENT_ID: lambda key: key.client_id,
    KeyColumn.STATUS: lambda key: key.fields.status.value,
    KeyColumn.ROLE: lambda key: key.fields.role.value,
    KeyColumn.SESSION_VALIDITY: lambda key: key.fields.session_validity,
    KeyColumn.CREATED: lambda key: key.created,
    KeyColumn.LAST_SIGN_IN: lambda key: key.last_sign_in or datetime.min.replace(tzinfo=UTC),
}
PREFIXES = ["Prod", "prodEU", "Nightly", "Inventory", "X1"]


@pytest.fixture(scope="module")
def keys() -> list[ApiKey]:
    return [
        a_key(
            f"{PREFIXES[number % 5]}{number:04}",
            status=[*Status][number % 3 == 0],
            role=[*Role][number % 4 == 0],
            session_validity=30 + number % 17,
            minutes=number // 3,
        )
        for number in range(400)
    ]


@pytest.fixture(scope="module")
def full(keys: list[ApiKey], tmp_path_factory: pytest.TempPathFactory) -> Iterator[VaultStore]:
    """A vault with many keys, for reading."""
    opener = VaultOpener(VaultFolder(tmp_path_factory.mktemp("vault")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zcc_keys_gui.vault.keys.key_wrapping.new_kdf_parameters", _quick_parameters)
        store = opener.create_with_passphrase("any")
    insert(store, *keys)
    yield store
    store.close()


def _quick_parameters() -> object:
    from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters

    return Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)


queries = st.builds(
    KeyQuery,
    text=st.sampled_from(
        ["", "p", "pr", "Prod", "EU00", "nightly0002", "x10", "-4", "zz", "zzz", "%", "_", '"', "a b"]
    ),
    status=st.none() | st.sampled_from(Status),
    role=st.none() | st.sampled_from(Role),
    sort=st.sampled_from(KeyColumn),
    descending=st.booleans(),
)


@settings(max_examples=400)
@given(query=queries, few_matches=st.sampled_from([0, 1_000]), offset=st.integers(0, 450), limit=st.integers(1, 300))
def test_every_answer_is_what_plain_python_says(
    full: VaultStore, keys: list[ApiKey], query: KeyQuery, few_matches: int, offset: int, limit: int
) -> None:
    text = query.text.lower()
    expected = [
        key
        for key in keys
        if (text in key.name.lower() or text in key.client_id)
        and query.status in (None, key.fields.status)
        and query.role in (None, key.fields.role)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW_MATCHES", few_matches)  # both ways of finding them
        assert full.keys.count(query) == len(expected)
        found = full.keys.page(query, 0, 1_000)
        assert {key.client_id for key in found} == {key.client_id for key in expected}
        values = [SORT_VALUES[query.sort](key) for key in found]
        assert values == sorted(values, reverse=query.descending)  # type: ignore[type-var]
        assert full.keys.page(query, offset, limit) == found[offset : offset + limit]
        assert full.keys.page_of(full.keys.ids(query)[offset : offset + limit]) == found[offset : offset + limit]
        for row in {0, len(found) // 2, len(found) - 1} if found else ():
            assert full.keys.position(query, found[row].client_id) == row


@pytest.mark.parametrize("step", [1, 60])
def test_the_positions_of_many_keys_are_those_of_each(full: VaultStore, keys: list[ApiKey], step: int) -> None:
    client_ids = [key.client_id for key in keys[::step]]
    for query in (
        KeyQuery(),
        KeyQuery("prod", sort=KeyColumn.CREATED, descending=True),
        KeyQuery("00", Status.ENABLED),
    ):
        each = [full.keys.position(query, client_id) for client_id in client_ids]
        assert full.keys.positions(query, client_ids) == sorted(row for row in each if row is not None)
    assert full.keys.positions(KeyQuery(), [*client_ids[:1], "none"]) == full.keys.positions(KeyQuery(), client_ids[:1])


def test_a_key_that_does_not_match_has_no_position(full: VaultStore, keys: list[ApiKey]) -> None:
    assert full.keys.position(KeyQuery("Nightly"), keys[0].client_id) is None


def test_what_a_person_types_is_taken_literally(store: VaultStore) -> None:
    insert(store, a_key("Prod"))
    for text in ("p%", "_ro", "p_o", "*", "Pro*", "(", "' OR 1=1", "name:Prod", 'Prod" OR "x', "\0", "Pro\0d", "\\"):
        assert store.keys.count(KeyQuery(text)) == (1 if text.replace("\0", "") in ("Prod", "") else 0), text


def test_one_and_two_letters_are_slow_where_there_are_many_keys(
    full: VaultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not full.keys.is_slow(KeyQuery("pr"))
    monkeypatch.setattr(module, "_FEW_ROWS", 100)
    assert full.keys.is_slow(KeyQuery("pr"))
    assert full.keys.is_slow(KeyQuery(" pr "))
    assert not full.keys.is_slow(KeyQuery("pro"))
    assert not full.keys.is_slow(KeyQuery(""))


def test_a_slow_query_ends_at_once_when_interrupted(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(2_000)))
    store.keys.interrupt()  # nothing is under way
    started, outcome = threading.Event(), []
    connect = store._connections.connect

    def dawdle() -> int:
        started.set()
        return 0

    def connect_and_dawdle() -> VaultConnection:
        db = connect()
        db.set_progress_handler(dawdle, 10)
        return db

    monkeypatch.setattr(store._connections, "connect", connect_and_dawdle)

    def read() -> None:
        try:
            while True:  # however often it is asked anew: one of them is interrupted
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


def test_all_rows_are_as_they_were_when_the_first_was_asked_for(store: VaultStore) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(300)))
    rows = store.keys.rows(KeyQuery("key2"))
    first = next(rows)
    with store.change() as change:
        change.delete(first.client_id)
        change.insert(a_key("Key2000"), bytes(32))
    expected = [f"Key{number}" for number in (2, *range(20, 30), *range(200, 300))]
    assert [first.name, *(key.name for key in rows)] == sorted(expected)


def test_a_renamed_key_is_found_by_its_new_name_alone(store: VaultStore) -> None:
    from dataclasses import replace

    key = a_key("Before")
    insert(store, key)
    with store.change() as change:
        change.update(replace(key, fields=replace(key.fields, name="After")))
    assert store.keys.count(KeyQuery("Before")) == 0
    assert store.keys.count(KeyQuery("After")) == 1
    assert store.keys.count(KeyQuery(key.client_id[:8])) == 1


def test_a_damaged_index_is_told(opener: VaultOpener, folder: VaultFolder) -> None:
    store = opener.create_for_this_account()
    insert(store, *(a_key(f"Key{number}") for number in range(500)))
    store.close()
    content = bytearray(folder.database.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 + 2_000] ^= 1
    store = opener.open_for_this_account()  # the pages that opening reads are still whole
    folder.database.write_bytes(content)
    with pytest.raises(VaultDamagedError):
        store.keys.ids(KeyQuery("ke"))
    with pytest.raises(VaultDamagedError):
        list(store.keys.rows(KeyQuery()))
    with pytest.raises(VaultDamagedError):
        store.keys.position(KeyQuery(), "none")
    store.close()


def test_the_history_is_searched_in_every_column_the_newest_first(store: VaultStore) -> None:
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
    assert store.history.count(HistoryQuery("zoe\nAdded")) == 1  # across columns only by a line break
    assert store.history.count(HistoryQuery("%")) == 0
    (newest,) = store.history.page(HistoryQuery("Deleted"), 0, 10)
    assert newest == HistoryEntry(key.created, "CONTOSO\\zoe", Action.DELETED, key.client_id, key.name, "Role: Read")


def test_the_history_is_found_by_the_time_as_it_is_shown(store: VaultStore) -> None:
    when = datetime.now(UTC).replace(hour=12, minute=34, second=56)
    with store.change() as change:
        change.record(HistoryEntry(when, "zoe", Action.ADDED, "an id", "ProdSync"))
    assert store.history.count(HistoryQuery(when.astimezone().strftime("%Y-%m-%d %H:%M:%S"))) == 1


def test_a_closed_list_has_forgotten_how_to_open(opener: VaultOpener) -> None:
    store = opener.create_for_this_account()
    insert(store, a_key())
    store.close()
    with pytest.raises(VaultClosedError):
        store.keys.count(KeyQuery())
    with pytest.raises(VaultClosedError):
        store.keys.ids(KeyQuery("pr"))
    with pytest.raises(VaultClosedError):
        list(store.history.rows(HistoryQuery()))


def test_times_keep_their_microseconds(store: VaultStore, data_folder: Path) -> None:
    key = a_key()
    insert(store, key)
    assert store.key(key.client_id).created == key.created
    assert key.created.microsecond == 123456


def test_slow_queries_and_a_new_key_of_the_database_wait_for_each_other(store: VaultStore) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(200)))
    found: set[int] = set()
    faults: list[Exception] = []
    over = threading.Event()

    def search() -> None:
        while not over.is_set():
            try:
                found.add(len(store.keys.ids(KeyQuery("K"))))
                found.add(len(store.sign_ins.ids(SignInQuery())))
            except Exception as error:
                faults.append(error)

    store.sign_ins.record([a_sign_in()])
    searching = threading.Thread(target=search)
    searching.start()
    for _ in range(10):
        store.rekey(os.urandom(32))
    over.set()
    searching.join()
    assert (faults, found) == ([], {200, 1})


@pytest.mark.parametrize("piece", [1, 4, 1_000])
@pytest.mark.parametrize("numbers", [[], [7], [1, 22, 333, 4_444, 5]])
def test_numbers_are_read_from_json_in_pieces(monkeypatch: pytest.MonkeyPatch, piece: int, numbers: list[int]) -> None:
    monkeypatch.setattr(module, "_PIECE", piece)
    assert list(module._numbers_in(json.dumps(numbers, separators=(",", ":")))) == numbers
