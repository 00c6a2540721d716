"""The sign-in log in the vault: its limits, its search, and the last sign-in of each key."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.backups.sample_backup import PASSPHRASE, backups_of, read_backup, restore_backup, tables_with_apsw
from tests.vault.conftest import a_key, a_sign_in, insert
from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery, Status
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.domain.sign_in import MAX_LOG_ROWS, MAX_UNAUTHENTICATED_ROWS, Outcome, SignIn, SignInQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.sign_in import sign_ins as module
from zcc_keys_gui.vault.store import VaultStore

EVERYTHING = SignInQuery()


def listed(store: VaultStore, query: SignInQuery = EVERYTHING) -> list[SignIn]:
    return store.sign_ins.page(query, 0, MAX_LOG_ROWS)


def numbered(first: int, last: int) -> list[SignIn]:
    return [a_sign_in(seconds=number, client=str(number)) for number in range(first, last + 1)]


def test_rows_are_listed_newest_first(store: VaultStore) -> None:
    first = a_sign_in(
        "id", "ProdSync", client='"quoted" \\ ü 🔑', reason="Why?", outcome=Outcome.SIGN_IN_REJECTED, times=7
    )
    second = a_sign_in(seconds=1)
    store.sign_ins.record([first])
    store.sign_ins.record([second])
    assert listed(store) == [second, first]
    assert list(store.sign_ins.rows(EVERYTHING)) == [second, first]


def clients(rows: list[SignIn], *, authenticated: bool) -> list[int]:
    return [int(row.client) for row in rows if row.is_authenticated is authenticated]


def test_the_oldest_rows_beyond_the_limit_are_deleted(store: VaultStore) -> None:
    assert MAX_LOG_ROWS == 20_000
    store.sign_ins.record(numbered(1, MAX_LOG_ROWS - 1))
    store.sign_ins.record(numbered(MAX_LOG_ROWS, MAX_LOG_ROWS + 5))
    rows = listed(store)
    assert [rows[0].client, rows[-1].client] == [str(MAX_LOG_ROWS + 5), "6"]
    assert len(rows) == store.sign_ins.count(EVERYTHING) == MAX_LOG_ROWS
    store.sign_ins.record(numbered(1, MAX_LOG_ROWS * 2))  # in one call, more than the limit
    assert [row.client for row in listed(store)] == [
        str(number) for number in range(MAX_LOG_ROWS * 2, MAX_LOG_ROWS, -1)
    ]


def test_unauthenticated_calls_have_a_limit_of_their_own(store: VaultStore) -> None:
    assert MAX_UNAUTHENTICATED_ROWS == 2_000
    store.sign_ins.record(numbered(1, MAX_LOG_ROWS))
    strangers = [row._replace(is_authenticated=False) for row in numbered(1, MAX_UNAUTHENTICATED_ROWS + 7)]
    store.sign_ins.record(strangers[:1_500])
    store.sign_ins.record([*strangers[1_500:], *numbered(MAX_LOG_ROWS + 1, MAX_LOG_ROWS + 2)])
    rows = store.sign_ins.page(EVERYTHING, 0, MAX_LOG_ROWS * 2)
    assert clients(rows, authenticated=True) == list(range(MAX_LOG_ROWS + 2, 2, -1))
    assert clients(rows, authenticated=False) == list(range(MAX_UNAUTHENTICATED_ROWS + 7, 7, -1))
    assert store.sign_ins.page_of(store.sign_ins.ids(EVERYTHING)[:3]) == rows[:3]
    assert store.sign_ins.count(EVERYTHING) == len(rows)


def test_method_path_and_status_are_searched(store: VaultStore) -> None:
    store.sign_ins.record([a_sign_in(call=("GET", "/papi/x", 404)), a_sign_in(call=("POST", "/papi/y", 405))])
    for text, found in (("get /papi", [404]), ("/papi/y", [405]), ("404", [404]), ("/papi/", [405, 404])):
        assert [row.status for row in listed(store, SignInQuery(text))] == found


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["", "ProdSync", "Nightly"]), st.sampled_from(Outcome), st.sampled_from("aA%_")),
        max_size=30,
    ),
    text=st.sampled_from(["", "prod", "A", "%", "_", "rejected", "2026-11-12", "zz"]),
    outcome=st.none() | st.sampled_from(Outcome),
    offset=st.integers(0, 40),
    limit=st.integers(0, 40),
)
def test_every_result_is_what_plain_python_finds(
    store: VaultStore,
    rows: list[tuple[str, Outcome, str]],
    text: str,
    outcome: Outcome | None,
    offset: int,
    limit: int,
) -> None:
    with store.change() as change:
        change.db.execute("DELETE FROM sign_in")
    kept = [a_sign_in(name=name, outcome=ended, client=client) for name, ended, client in rows]
    store.sign_ins.record(kept)
    expected = [
        row
        for row in reversed(kept)
        if text.lower() in f"{row.name}\n{row.client}\n{row.outcome}\n{row.when.astimezone():%Y-%m-%d}".lower()
        and outcome in (None, row.outcome)
    ]
    query = SignInQuery(text, outcome)
    sign_ins = store.sign_ins
    assert sign_ins.page_of(sign_ins.ids(query)) == expected
    assert sign_ins.page(query, offset, limit) == expected[offset : offset + limit]
    assert sign_ins.count(query) == len(expected)
    assert list(sign_ins.rows(query)) == expected


def test_every_query_counts_as_slow(store: VaultStore) -> None:
    store.sign_ins.record(numbered(1, MAX_LOG_ROWS))
    for query in (EVERYTHING, SignInQuery("19999"), SignInQuery(outcome=Outcome.SIGN_IN_REJECTED)):
        assert store.sign_ins.is_slow(query)
    assert len(store.sign_ins.ids(SignInQuery("19999"))) == 1
    assert len(store.sign_ins.ids(EVERYTHING)) == MAX_LOG_ROWS


def test_the_oldest_rows_are_found_with_an_index(store: VaultStore) -> None:
    explained = store._db.execute(f"EXPLAIN QUERY PLAN {module._DELETE_OLDEST}", (0, 1)).fetchall()
    assert "COVERING INDEX sign_in_by_kind" in " ".join(row[-1] for row in explained)


@pytest.fixture
def key(store: VaultStore) -> ApiKey:
    key = a_key()
    insert(store, key, a_key("Nightly"))
    return key


def last(store: VaultStore, key: ApiKey) -> datetime | None:
    return store.key(key.client_id).last_sign_in


def test_only_successful_sign_ins_count_as_the_last_sign_in(store: VaultStore, key: ApiKey) -> None:
    assert last(store, key) is None
    latest = a_sign_in(key.client_id, seconds=60)
    store.sign_ins.record(
        [
            a_sign_in(key.client_id, seconds=30),
            latest,
            a_sign_in(key.client_id, seconds=50),
            a_sign_in(key.client_id, seconds=90, outcome=Outcome.SIGN_IN_REJECTED),
            a_sign_in(key.client_id, seconds=91, outcome=Outcome.CALL_REJECTED),
            a_sign_in(key.client_id, seconds=92, outcome=Outcome.SIMULATED),
            a_sign_in("deleted", seconds=93),
        ]
    )
    assert last(store, key) == latest.when
    store.sign_ins.record([a_sign_in(key.client_id, seconds=10)])  # the clock was set back
    assert last(store, key) == latest.when


def test_keys_can_be_sorted_by_last_sign_in(store: VaultStore, key: ApiKey) -> None:
    store.sign_ins.record([a_sign_in(key.client_id)])
    query = KeyQuery(sort=KeyColumn.LAST_SIGN_IN, descending=True)
    assert [found.name for found in store.keys.page(query, 0, 10)] == ["ProdSync", "Nightly"]


def test_a_sign_in_does_not_end_the_session_of_its_key(store: VaultStore, key: ApiKey) -> None:
    session = "SELECT session FROM api_key WHERE client_id = ?"
    before = store._db.execute(session, (key.client_id,)).fetchone()
    store.sign_ins.record([a_sign_in(key.client_id)])
    assert store._db.execute(session, (key.client_id,)).fetchone() == before


def test_the_log_is_not_in_a_backup(store: VaultStore, key: ApiKey, tmp_path: Path) -> None:
    store.sign_ins.record([a_sign_in(key.client_id)])
    backups_of(store).back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    assert tables_with_apsw(tmp_path / "a.zccbackup") == {"about", "api_key", "history"}


@pytest.mark.parametrize("replace", [True, False])
def test_a_restore_keeps_the_log_and_the_last_sign_ins(
    store: VaultStore, key: ApiKey, tmp_path: Path, replace: bool
) -> None:
    backups_of(store).back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    backup = read_backup(tmp_path / "a.zccbackup", PASSPHRASE)
    signed_in = a_sign_in(key.client_id)
    store.sign_ins.record([signed_in])
    Keys(store, lambda: "zoe").set_status([key.client_id], Status.DISABLED)
    restore_backup(store, backup, RestoreOptions(replace=replace, disabled=not replace))
    assert last(store, key) == signed_in.when
    assert listed(store) == [signed_in]
