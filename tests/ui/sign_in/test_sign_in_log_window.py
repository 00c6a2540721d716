"""The window of the sign-in log: searched, filtered, exported, and its hints while it is empty."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QPushButton, QWidget

from tests.sign_in.helpers.service_process import LOGIN, Credentials
from tests.support import gui
from tests.support.calls import call, sign_in, switch_on
from tests.support.gui import cells, click, find, line, table, text, trigger, type_into, wait_until, window
from tests.support.user import add, take_secret
from tests.ui.sign_in.log_window import (
    CALL,
    CLIENT,
    CLIENT_ID,
    KEY,
    OUTCOME,
    REASON,
    STATUS,
    LogOwner,
    choose,
    model_of,
    rows,
)
from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow
from zcc_keys_gui.ui.text.settings.policies import MANAGED


def test_each_call_is_listed_with_its_real_reason(main: QWidget) -> None:
    secret = take_secret(main, add(main, "ProdSync"))
    key = Credentials(cells(table(main), 1)[0], secret)
    trigger(main, "signInLogAction")
    log = window("signInLogWindow")
    view = table(log, "signInLogTable")
    listening = switch_on(main)
    assert "http://127.0.0.1:" in text(log, "emptyHintText")
    sign_in(listening, key)
    wait_until(lambda: cells(view, OUTCOME) == ["Signed in"])
    sign_in(listening, Credentials(key.client_id, secret[:-1]))
    body = '{"apiKey": “abc”}'.encode()
    call(listening, "POST", LOGIN, body, content_type="application/json", user_agent="pyZscaler 1.6")
    wait_until(lambda: len(cells(view, REASON)) == 3)
    assert cells(view, REASON) == [
        "The JSON has curly quotes at line 1, column 12.",
        "The secret's checksum is wrong: characters are missing, added, or changed.",
        "",
    ]
    assert cells(view, KEY) == ["", "ProdSync", "ProdSync"]
    assert cells(view, CLIENT)[0] == "pyZscaler 1.6"
    assert view.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
    assert not find(log, "emptyHint", QWidget).isVisible()


def test_a_call_to_a_wrong_path_is_listed(main: QWidget) -> None:
    trigger(main, "signInLogAction")
    log = window("signInLogWindow")
    view = table(log, "signInLogTable")
    listening = switch_on(main)
    call(listening, "POST", f"/{LOGIN}", b"{}", content_type="application/json")
    wait_until(lambda: cells(view, STATUS) == ["404"])
    assert cells(view, CALL) == [f"POST /{LOGIN}"]
    assert "an extra slash" in cells(view, REASON)[0]
    assert not find(log, "emptyHint", QWidget).isVisible()


def test_an_empty_log_offers_to_switch_the_service_on(log_owner: LogOwner) -> None:
    log = log_owner.open()
    assert "No calls yet" in text(log, "emptyHintText")
    QTest.keyClick(line(log, "signInLogSearchField"), Qt.Key.Key_Return)
    assert not log_owner.switch.isChecked()
    click(log, "emptyHintButton")
    assert log_owner.switch.isChecked()


def test_an_empty_log_says_that_the_service_is_not_allowed(log_owner: LogOwner) -> None:
    log_owner.switch.setEnabled(False)
    log = log_owner.open()
    assert MANAGED in text(log, "emptyHintText")
    assert not find(log, "emptyHintButton", QPushButton).isVisible()


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("prodsync", "a"),
        (CLIENT_ID[4:20], "a"),
        ("unknown", "b"),
        ("EXPIRED", "c"),
        ("rejected", "cb"),
        (":13:33", "b"),
    ],
)
def test_the_search_covers_every_column(three: SignInLogWindow, searched: str, found: str) -> None:
    type_into(three, "signInLogSearchField", searched)
    wait_until(lambda: model_of(three).is_answered)
    assert "".join(rows(three)) == found
    gui.replace_text(three, "signInLogSearchField", "zz")
    wait_until(lambda: model_of(three).is_answered)
    assert rows(three) == []
    assert "Nothing matches" in text(three, "emptyHintText")
    click(three, "emptyHintButton")
    wait_until(lambda: rows(three) == ["c", "b", "a"])
    assert text(three, "signInLogCount") == "3 rows"


@pytest.mark.parametrize(("outcome", "found"), [("Signed in", "a"), ("Sign-in rejected", "b"), ("Call rejected", "c")])
def test_rows_are_filtered_by_outcome(three: SignInLogWindow, outcome: str, found: str) -> None:
    choose(three, outcome)
    wait_until(lambda: rows(three) == [found])
    choose(three, "Simulated")
    wait_until(lambda: rows(three) == [])
    choose(three, "All outcomes")
    wait_until(lambda: rows(three) == ["c", "b", "a"])


def test_the_log_can_be_opened_for_one_key(main: QWidget) -> None:
    for name in ("Nightly", "ProdSync"):
        take_secret(main, add(main, name))
    gui.select(table(main), "Nightly")
    client_id = cells(table(main), 1)[0]
    trigger(main, "keySignInsAction")
    log = window("signInLogWindow")
    assert isinstance(log, SignInLogWindow)
    assert line(log, "signInLogSearchField").text() == client_id
    wait_until(lambda: "Nothing matches" in text(log, "emptyHintText"))
    choose(log, "Sign-in rejected")
    trigger(main, "keySignInsAction")
    assert find(log, "signInLogOutcomeFilter", QComboBox).currentText() == "All outcomes"
    table(main).selectAll()
    assert not find(main, "keySignInsAction", QAction).isEnabled()


def test_only_the_rows_that_match_are_exported(three: SignInLogWindow, tmp_path: Path) -> None:
    choose(three, "Sign-in rejected")
    wait_until(lambda: rows(three) == ["b"])
    three.export_to(tmp_path / "log.csv")
    wait_until(lambda: "1 row exported to" in text(three, "signInLogCount"))
    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            [
                *("Time (UTC)", "Key", "Client ID", "Client program", "Method", "Path", "Status"),
                *("Outcome", "Reason", "Calls"),
            ],
            ["2026-11-12T09:13:33.123Z", "", "", "b", "", "", "", "Sign-in rejected", "Unknown client ID", "1"],
        ]
    click(three, "exportSignInLogButton")
    QTest.keyClick(find(three, "exportSignInLogDialog", QWidget), Qt.Key.Key_Escape)


def test_there_is_one_window_and_escape_closes_it(main: QWidget) -> None:
    trigger(main, "signInLogAction")
    log = window("signInLogWindow")
    trigger(main, "signInLogAction")
    assert gui.windows("signInLogWindow") == [log]
    QTest.keyClick(log, Qt.Key.Key_Escape)
    wait_until(lambda: not gui.windows("signInLogWindow"))
    trigger(main, "signInLogAction")
    assert window("signInLogWindow") is not log
    main.close()
    assert not gui.windows("signInLogWindow")


def test_every_control_has_a_name_and_is_reached_with_tab(three: SignInLogWindow) -> None:
    stops = gui.tab_stops(three)
    for control in gui.controls(three):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    names = [stop.objectName() for stop in stops]
    assert names[:3] == ["signInLogSearchField", "signInLogOutcomeFilter", "signInLogTable"]
