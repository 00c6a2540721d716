"""The sign-in log as a person reads it: live, filtered, exported."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QComboBox, QPushButton, QWidget

from tests.sign_in.running import LOGIN, Credentials
from tests.support import gui
from tests.support.calls import call, sign_in, switch_on
from tests.support.gui import cells, click, find, line, table, text, trigger, type_into, wait_until, window
from tests.support.user import add, take_secret
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.domain.sign_in import LOG_LIMIT, Outcome, SignIn, SignInQuery
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow
from zcc_keys_gui.ui.sign_in.sign_in_model import SignInModel
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.vault.store import VaultStore

TIME, KEY, CALL, STATUS, OUTCOME, REASON, CLIENT = range(7)
CLIENT_ID = "5f0c1d9e-83b1-4f0e-9d57-a41b77c90e12"


class Owner(QWidget):
    """A window with the sign-in log beside it, of a service that is off."""

    def __init__(self, store: VaultStore) -> None:
        super().__init__()
        self._store = store
        self.service = SignInService(lambda: store.sign_ins, MAX_SESSION_SECONDS, self)
        self.switch = QAction("Sign-in service", self, checkable=True)

    def open(self) -> SignInLogWindow:
        log = SignInLogWindow(self._store.sign_ins, self.service, self.switch, self)
        log.show()
        wait_until(lambda: model(log).is_answered)
        return log

    def record(self, *rows: SignIn) -> None:
        """Write rows into the log, as the service does."""
        self._store.sign_ins.record(rows)
        self.service.recorded.emit()


@pytest.fixture
def owner(qapp: QApplication, store: VaultStore) -> Iterator[Owner]:
    owner = Owner(store)
    yield owner
    for log in owner.findChildren(SignInLogWindow):
        log.close()
    owner.deleteLater()


def model(log: SignInLogWindow) -> SignInModel:
    shown = table(log, "signInLogTable").model()
    assert isinstance(shown, SignInModel)
    return shown


def rows(log: SignInLogWindow, column: int = CLIENT) -> list[str]:
    return cells(table(log, "signInLogTable"), column)


def numbered(first: int, last: int) -> list[SignIn]:
    return [a_sign_in(CLIENT_ID, "ProdSync", seconds=number, client=str(number)) for number in range(first, last + 1)]


def choose(log: SignInLogWindow, outcome: str) -> None:
    box = find(log, "signInLogOutcomeFilter", QComboBox)
    box.setCurrentIndex(box.findText(outcome))
    assert box.currentText() == outcome


# --- what is said -----------------------------------------------------------------------------------------


def test_a_call_is_seen_as_it_comes_with_its_true_reason(main: QWidget) -> None:
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
        "Curly quotes in the JSON, column 12",
        "Checksum wrong: characters are missing, added or changed",
        "",
    ]
    assert cells(view, KEY) == ["", "ProdSync", "ProdSync"]
    assert cells(view, CLIENT)[0] == "pyZscaler 1.6"
    assert view.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
    assert not find(log, "emptyHint", QWidget).isVisible()


def test_a_wrong_path_is_shown_and_nobody_says_that_there_was_no_call(main: QWidget) -> None:
    trigger(main, "signInLogAction")
    log = window("signInLogWindow")
    view = table(log, "signInLogTable")
    listening = switch_on(main)
    call(listening, "POST", f"/{LOGIN}", b"{}", content_type="application/json")
    wait_until(lambda: cells(view, STATUS) == ["404"])
    assert cells(view, CALL) == [f"POST /{LOGIN}"]
    assert "one slash too many" in cells(view, REASON)[0]
    assert not find(log, "emptyHint", QWidget).isVisible()


def test_a_row_of_an_older_version_has_no_call(owner: Owner) -> None:
    owner.record(a_sign_in(CLIENT_ID, "ProdSync"))
    log = owner.open()
    assert (rows(log, CALL), rows(log, STATUS)) == ([""], [""])


def test_equal_calls_are_one_row_with_their_number(owner: Owner) -> None:
    owner.record(a_sign_in(outcome=Outcome.SIGN_IN_REJECTED, reason="Unknown client ID", times=12_345))
    assert rows(owner.open(), OUTCOME) == ["Sign-in rejected × 12,345"]


def test_a_key_that_is_none_is_shown_as_far_as_it_is_known(owner: Owner) -> None:
    owner.record(a_sign_in("b0f6c2aa…"), a_sign_in(CLIENT_ID, "ProdSync"))
    log = owner.open()
    assert rows(log, KEY) == ["ProdSync", "b0f6c2aa…"]
    tips = [model(log).index(row, KEY).data(Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert tips == [f"ProdSync\n{CLIENT_ID}", "b0f6c2aa…"]


def test_an_empty_log_offers_to_switch_the_service_on_and_enter_in_the_search_does_not(owner: Owner) -> None:
    log = owner.open()
    assert "No calls yet" in text(log, "emptyHintText")
    QTest.keyClick(line(log, "signInLogSearchField"), Qt.Key.Key_Return)
    assert not owner.switch.isChecked()
    click(log, "emptyHintButton")
    assert owner.switch.isChecked()


def test_where_the_service_is_not_allowed_the_empty_log_says_so(owner: Owner) -> None:
    owner.switch.setEnabled(False)
    log = owner.open()
    assert MANAGED in text(log, "emptyHintText")
    assert not find(log, "emptyHintButton", QPushButton).isVisible()


# --- what it is narrowed to -------------------------------------------------------------------------------


@pytest.fixture
def three(owner: Owner) -> SignInLogWindow:
    """A log with three rows, whose programs are called a, b and c."""
    owner.record(
        a_sign_in(CLIENT_ID, "ProdSync", client="a"),
        a_sign_in(client="b", outcome=Outcome.SIGN_IN_REJECTED, reason="Unknown client ID", seconds=60),
        a_sign_in(client="c", outcome=Outcome.CALL_REJECTED, reason="Expired access token"),
    )
    return owner.open()


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
def test_a_text_is_looked_for_in_every_column(three: SignInLogWindow, searched: str, found: str) -> None:
    type_into(three, "signInLogSearchField", searched)
    wait_until(lambda: model(three).is_answered)
    assert "".join(rows(three)) == found
    gui.replace_text(three, "signInLogSearchField", "zz")
    wait_until(lambda: model(three).is_answered)
    assert rows(three) == []
    assert "Nothing matches" in text(three, "emptyHintText")
    click(three, "emptyHintButton")
    wait_until(lambda: rows(three) == ["c", "b", "a"])
    assert text(three, "signInLogCount") == "3 rows"


@pytest.mark.parametrize(("outcome", "found"), [("Signed in", "a"), ("Sign-in rejected", "b"), ("Call rejected", "c")])
def test_one_outcome_is_chosen(three: SignInLogWindow, outcome: str, found: str) -> None:
    choose(three, outcome)
    wait_until(lambda: rows(three) == [found])
    choose(three, "Simulated")
    wait_until(lambda: rows(three) == [])
    choose(three, "All outcomes")
    wait_until(lambda: rows(three) == ["c", "b", "a"])


def test_it_is_opened_on_one_key(main: QWidget) -> None:
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


# --- rows that come while one looks -----------------------------------------------------------------------


def test_new_rows_show_at_the_top_where_nobody_has_scrolled(owner: Owner) -> None:
    owner.record(*numbered(1, 100))
    log = owner.open()
    view = table(log, "signInLogTable")
    owner.record(*numbered(101, 102))
    wait_until(lambda: len(rows(log)) == 102)
    assert view.model().index(view.rowAt(0), CLIENT).data() == "102"
    assert text(log, "signInLogCount") == "102 rows"


@pytest.mark.parametrize("mode", QAbstractItemView.ScrollMode)  # which one it is, the system's style says
@pytest.mark.parametrize("scrolled", [1, 50, 10_000])
def test_whoever_has_scrolled_stays_where_they_are_with_what_they_selected(
    owner: Owner, scrolled: int, mode: QAbstractItemView.ScrollMode
) -> None:
    owner.record(*numbered(1, 200))
    log = owner.open()
    view = table(log, "signInLogTable")
    view.setVerticalScrollMode(mode)
    view.setColumnWidth(CLIENT, 2_000)
    wait_until(lambda: min(view.verticalScrollBar().maximum(), view.horizontalScrollBar().maximum()) > 0)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    view.verticalScrollBar().setValue(scrolled)
    seen = view.model().index(view.rowAt(0), CLIENT).data()
    chosen = view.model().index(view.rowAt(0) + 1, CLIENT)
    view.selectionModel().setCurrentIndex(
        chosen, QItemSelectionModel.SelectionFlag.SelectCurrent | QItemSelectionModel.SelectionFlag.Rows
    )
    selected, aside = chosen.data(), view.horizontalScrollBar().value()
    for first, last in ((201, 201), (202, 600)):
        owner.record(*numbered(first, last))
        wait_until(lambda last=last: len(rows(log)) == last)  # type: ignore[misc]
        assert view.model().index(view.rowAt(0), CLIENT).data() == seen
        assert view.horizontalScrollBar().value() == aside > 0
        assert [index.data() for index in view.selectionModel().selectedRows(CLIENT)] == [selected]
        assert view.currentIndex().data() == selected


def test_it_follows_the_filter_too(three: SignInLogWindow, owner: Owner) -> None:
    choose(three, "Sign-in rejected")
    wait_until(lambda: rows(three) == ["b"])
    owner.record(a_sign_in(client="d", outcome=Outcome.SIGN_IN_REJECTED), a_sign_in(client="e"))
    wait_until(lambda: rows(three) == ["d", "b"])


def test_the_oldest_rows_go_while_one_looks(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zcc_keys_gui.vault.sign_in.sign_ins.LOG_LIMIT", 300)
    owner.record(*numbered(1, 300))
    log = owner.open()
    tester = QAbstractItemModelTester(model(log), QAbstractItemModelTester.FailureReportingMode.Fatal, log)
    resets: list[None] = []
    model(log).modelReset.connect(lambda: resets.append(None))
    for first, last in ((301, 301), (302, 450), (451, 2_000)):  # the last ones replace all that there were
        owner.record(*numbered(first, last))
        wait_until(lambda last=last: rows(log)[:1] == [str(last)])  # type: ignore[misc]
        assert rows(log) == [str(number) for number in range(last, last - 300, -1)]
    assert resets == []
    del tester


def test_a_search_is_answered_however_often_rows_come(owner: Owner) -> None:
    owner.record(*numbered(1, LOG_LIMIT))
    log = owner.open()
    assert len(rows(log)) == LOG_LIMIT
    type_into(log, "signInLogSearchField", "19999")
    assert not model(log).is_answered  # it is looked for in the background,
    assert model(log).rowCount() == LOG_LIMIT  # and the rows stay meanwhile
    owner.service.recorded.emit()
    assert model(log).query == SignInQuery("19999")
    answers: list[int] = []
    model(log).answered.connect(lambda: answers.append(model(log).rowCount()))
    model(log).renewed.connect(lambda: answers.append(model(log).rowCount()))
    model(log).renewed.connect(owner.service.recorded)
    wait_until(lambda: len(answers) >= 4)
    assert set(answers) == {1}
    assert rows(log) == ["19999"]


def test_twenty_thousand_rows_are_held_a_window_at_a_time(owner: Owner) -> None:
    owner.record(*numbered(1, LOG_LIMIT))
    log = owner.open()
    table(log, "signInLogTable").scrollToBottom()
    assert model(log).index(LOG_LIMIT - 1, CLIENT).data() == "1"
    assert len(model(log)._loaded_rows) <= 256


# --- the window -------------------------------------------------------------------------------------------


def test_it_is_exported_as_filtered(three: SignInLogWindow, tmp_path: Path) -> None:
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


def test_it_is_one_window_which_escape_and_the_main_window_close(main: QWidget) -> None:
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


def test_every_control_has_a_name_and_is_reached_with_tab_from_left_to_right(three: SignInLogWindow) -> None:
    stops = gui.tab_stops(three)
    for control in gui.controls(three):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    names = [stop.objectName() for stop in stops]
    assert names[:3] == ["signInLogSearchField", "signInLogOutcomeFilter", "signInLogTable"]


def test_the_columns_are_named(three: SignInLogWindow) -> None:
    headings = [model(three).headerData(column, Qt.Orientation.Horizontal) for column in range(7)]
    assert headings == ["Time", "Key", "Call", "Status", "Outcome", "Reason", "Client program"]
    assert model(three).columnCount(QModelIndex()) == 7
    assert find(three, "closeButton", QAbstractButton).isEnabled()


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (
            "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4648",
            "WindowsPowerShell/5.1.19041.4648",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; en-US) PowerShell/7.4.6", "PowerShell/7.4.6"),
        ("Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"),
        ("curl/8.4.0", "curl/8.4.0"),
    ],
)
def test_powershell_is_shown_by_its_name(owner: Owner, client: str, shown: str) -> None:
    owner.record(a_sign_in(CLIENT_ID, "ProdSync", client=client))
    log = owner.open()
    assert rows(log, CLIENT) == [shown]
    assert model(log).index(0, CLIENT).data(Qt.ItemDataRole.ToolTipRole) == client


@pytest.mark.parametrize("called", [r'<img src="\\server\share\x.png">', "curl <b>8</b> & more", "&lt;i>"])
def test_a_tool_tip_shows_what_a_program_calls_itself_and_opens_nothing(owner: Owner, called: str) -> None:
    owner.record(a_sign_in(CLIENT_ID, "ProdSync", client=called, reason=f"A page in a browser called: {called}"))
    log = owner.open()
    for column in (CLIENT, REASON):
        shown = QTextDocument()
        shown.setHtml(model(log).index(0, column).data(Qt.ItemDataRole.ToolTipRole))
        assert rows(log, column) == [shown.toPlainText().replace("\xa0", " ")]
        assert "\ufffc" not in shown.toPlainText()  # which stands for a picture
