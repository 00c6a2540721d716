"""Exports as CSV: every row that matches, times in UTC, and no formula, with any separator of a spreadsheet."""

import csv
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.service.conftest import NOW, WHO
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.sign_in import Outcome, SignInQuery
from zcc_keys_gui.service.csv_export import export_history, export_sign_ins, write_csv
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

FIELDS = KeyFields("ProdSync", Status.ENABLED, Role.READ, 3_600)
SEPARATORS = (",", ";", "\t", "|")
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
BLANKS = ' \t\r\n\f\v\xa0\u3000\u200b\ufeff\0"'
NASTY = st.text("=+-@＝＋－＠,;|\t\r\n\v\x85\u2028\"' \xa0\u200b\ufeff\0a1", max_size=12)


def written(rows: list[list[str]]) -> str:
    file = StringIO(newline="")
    assert write_csv(file, ["A", "B", "C"], rows) == len(rows)
    return file.getvalue()


def rows_in(text: str, separator: str = ",") -> list[list[str]]:
    """Return the rows as a spreadsheet reads them that expects this separator."""
    return list(csv.reader(StringIO(text, newline=""), delimiter=separator))


def history_rows(store: VaultStore, text: str = "") -> list[list[str]]:
    file = StringIO(newline="")
    count = export_history(store.history, HistoryQuery(text), file)
    rows = rows_in(file.getvalue())
    assert len(rows) == count + 1
    return rows


def assert_no_formula(text: str) -> None:
    for separator in SEPARATORS:
        for cell in [cell for row in rows_in(text, separator) for cell in row]:
            for seen in (cell, cell.strip(), cell.strip(BLANKS)):
                assert not seen.startswith(FORMULA_STARTS), (separator, cell)


@pytest.mark.parametrize(
    "text",
    [
        *('x";=1+1;"', "x;=1+1", "x;;=1", 'x";"=1', "x; =1", 'x; "=1', "x\t=1", "x|＝1", "x\n=1", "x\r\n=1", "x\n;=1"),
        *("\";=cmd|' /C calc'!A0", 'x;"\t=1', "x,@SUM(A1)", "\ufeff=1", "x;\u200b-1", '""=1', '";";"=1', "x;\0=1"),
    ],
)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert_no_formula(written([["1", text, "2"], ["3", text, text], [text, "4", "5"]]))


@settings(max_examples=500)
@given(st.lists(st.lists(NASTY, min_size=1, max_size=4), max_size=4))
def test_no_random_cell_begins_a_formula(rows: list[list[str]]) -> None:
    assert_no_formula(written(rows))


@settings(max_examples=500)
@given(NASTY)
def test_only_apostrophes_are_added(text: str) -> None:
    _, (cell, _) = rows_in(written([[text, "."]]))
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    "text",
    [
        *("", "Enabled, Read, 3600 seconds", "curl/8.5.0 (x; y)", "a=b", "2026-11-12T09:12:33.123Z", "1-2", "a\r\nb"),
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4648",
    ],
)
def test_an_ordinary_text_is_unchanged(text: str) -> None:
    assert rows_in(written([[text, "."]]))[1][0] == text


def test_history_rows_are_written_newest_first(keys: Keys, store: VaultStore) -> None:
    key = keys.add(FIELDS).key
    keys.set_status([key.client_id], Status.DISABLED)
    when = "2026-11-12T09:12:33.123Z"
    assert history_rows(store) == [
        ["When (UTC)", "Who", "What", "Name", "Client ID", "Details"],
        [when, WHO, "Disabled", "ProdSync", key.client_id, ""],
        [when, WHO, "Added", "ProdSync", key.client_id, "Enabled, Read, 3600 seconds"],
    ]


def test_only_matching_history_rows_are_written(keys: Keys, store: VaultStore) -> None:
    for name in ("ProdSync", "Nightly"):
        keys.add(replace(FIELDS, name=name))
    assert [row[3] for row in history_rows(store, "night")] == ["Name", "Nightly"]


def test_a_long_history_is_written_completely(keys: Keys, store: VaultStore) -> None:
    for number in range(10):
        keys.add(replace(FIELDS, name=f"Key{number}"))
    assert [row[3] for row in history_rows(store)[1:]] == [f"Key{number}" for number in range(9, -1, -1)]


@pytest.mark.parametrize(
    "who", ["=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(A1)", " =1", "\xa0 @1", "＝1", "＋1", "－1", "＠1"]
)
def test_no_history_text_begins_a_formula(store: VaultStore, who: str) -> None:
    with store.change() as change:
        change.record(HistoryEntry(NOW, who, Action.ADDED, new_client_id(), "ProdSync", who))
    (row,) = history_rows(store)[1:]
    assert row[1] == row[5] == "'" + who


def test_quotes_commas_and_line_breaks_stay_in_their_cell(store: VaultStore) -> None:
    who = 'Zoë "the, admin"\nÄngström'
    with store.change() as change:
        change.record(HistoryEntry(NOW, who, Action.ADDED, new_client_id(), "ProdSync"))
    assert history_rows(store)[1][1] == who


def test_matching_sign_ins_are_written_without_formulas(store: VaultStore) -> None:
    store.sign_ins.record(
        [
            a_sign_in("id", "ProdSync", client="=cmd|' /C calc'!A0", times=12_345, call=("POST", "/papi/x", 200)),
            a_sign_in(
                "b0f6c2aa…", client="+1", outcome=Outcome.SIGN_IN_REJECTED, reason="Unknown client ID", seconds=1
            ),
            a_sign_in(outcome=Outcome.SIMULATED),
        ]
    )
    file = StringIO(newline="")
    assert export_sign_ins(store.sign_ins, SignInQuery("2026-11-12"), file) == 3
    heading, _, rejected, signed_in = rows_in(file.getvalue())
    assert heading == [
        *("Time (UTC)", "Key", "Client ID", "Client program", "Method", "Path", "Status", "Outcome", "Reason", "Calls")
    ]
    assert rejected == [
        *("2026-11-12T09:12:34.123Z", "", "b0f6c2aa…", "'+1", "", "", "", "Sign-in rejected", "Unknown client ID", "1")
    ]
    assert signed_in[1:] == [
        *("ProdSync", "id", "'=cmd|' /C calc'!A0", "POST", "/papi/x", "200", "Signed in", "", "12345")
    ]
    assert export_sign_ins(store.sign_ins, SignInQuery(outcome=Outcome.CALL_REJECTED), StringIO()) == 0
