"""The rows of the sign-in log: their texts, and new rows while the window is open."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView

from tests.support.gui import find, table, text, type_into, wait_until
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
    numbered,
    rows,
)
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.sign_in import MAX_LOG_ROWS, Outcome, SignInQuery
from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow


def test_a_row_of_an_older_version_has_no_call(log_owner: LogOwner) -> None:
    log_owner.record(a_sign_in(CLIENT_ID, "ProdSync"))
    log = log_owner.open()
    assert (rows(log, CALL), rows(log, STATUS)) == ([""], [""])


def test_equal_calls_are_one_row_with_their_number(log_owner: LogOwner) -> None:
    log_owner.record(a_sign_in(outcome=Outcome.SIGN_IN_REJECTED, reason="Unknown client ID", times=12_345))
    assert rows(log_owner.open(), OUTCOME) == ["Sign-in rejected × 12,345"]


def test_a_key_is_shown_by_name_or_by_client_id(log_owner: LogOwner) -> None:
    log_owner.record(a_sign_in("b0f6c2aa…"), a_sign_in(CLIENT_ID, "ProdSync"))
    log = log_owner.open()
    assert rows(log, KEY) == ["ProdSync", "b0f6c2aa…"]
    tips = [model_of(log).index(row, KEY).data(Qt.ItemDataRole.ToolTipRole) for row in range(2)]
    assert tips == [f"ProdSync\n{CLIENT_ID}", "b0f6c2aa…"]


def test_new_rows_appear_at_the_top(log_owner: LogOwner) -> None:
    log_owner.record(*numbered(1, 100))
    log = log_owner.open()
    view = table(log, "signInLogTable")
    log_owner.record(*numbered(101, 102))
    wait_until(lambda: len(rows(log)) == 102)
    assert view.model().index(view.rowAt(0), CLIENT).data() == "102"
    assert text(log, "signInLogCount") == "102 rows"


@pytest.mark.parametrize("mode", QAbstractItemView.ScrollMode)  # the system's style decides which one is used
@pytest.mark.parametrize("scrolled", [1, 50, 10_000])
def test_new_rows_keep_scroll_position_and_selection(
    log_owner: LogOwner, scrolled: int, mode: QAbstractItemView.ScrollMode
) -> None:
    log_owner.record(*numbered(1, 200))
    log = log_owner.open()
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
        log_owner.record(*numbered(first, last))
        wait_until(lambda last=last: len(rows(log)) == last)  # type: ignore[misc]
        assert view.model().index(view.rowAt(0), CLIENT).data() == seen
        assert view.horizontalScrollBar().value() == aside > 0
        assert [index.data() for index in view.selectionModel().selectedRows(CLIENT)] == [selected]
        assert view.currentIndex().data() == selected


def test_new_rows_are_filtered_too(three: SignInLogWindow, log_owner: LogOwner) -> None:
    choose(three, "Sign-in rejected")
    wait_until(lambda: rows(three) == ["b"])
    log_owner.record(a_sign_in(client="d", outcome=Outcome.SIGN_IN_REJECTED), a_sign_in(client="e"))
    wait_until(lambda: rows(three) == ["d", "b"])


def test_the_oldest_rows_disappear_from_the_open_window(log_owner: LogOwner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zcc_keys_gui.vault.sign_in.sign_ins.MAX_LOG_ROWS", 300)
    log_owner.record(*numbered(1, 300))
    log = log_owner.open()
    tester = QAbstractItemModelTester(model_of(log), QAbstractItemModelTester.FailureReportingMode.Fatal, log)
    resets: list[None] = []
    model_of(log).modelReset.connect(lambda: resets.append(None))
    for first, last in ((301, 301), (302, 450), (451, 2_000)):  # the last ones replace all others
        log_owner.record(*numbered(first, last))
        wait_until(lambda last=last: rows(log)[:1] == [str(last)])  # type: ignore[misc]
        assert rows(log) == [str(number) for number in range(last, last - 300, -1)]
    assert resets == []
    del tester


def test_a_search_is_answered_while_rows_keep_coming(log_owner: LogOwner) -> None:
    log_owner.record(*numbered(1, MAX_LOG_ROWS))
    log = log_owner.open()
    assert len(rows(log)) == MAX_LOG_ROWS
    type_into(log, "signInLogSearchField", "19999")
    assert not model_of(log).is_answered  # the search runs in the background,
    assert model_of(log).rowCount() == MAX_LOG_ROWS  # and until it ends, the former rows stay
    log_owner.service.recorded.emit()
    assert model_of(log).query == SignInQuery("19999")
    answers: list[int] = []
    model_of(log).answered.connect(lambda: answers.append(model_of(log).rowCount()))
    model_of(log).renewed.connect(lambda: answers.append(model_of(log).rowCount()))
    model_of(log).renewed.connect(log_owner.service.recorded)
    wait_until(lambda: len(answers) >= 4)
    assert set(answers) == {1}
    assert rows(log) == ["19999"]


def test_only_one_page_of_20_000_rows_is_loaded(log_owner: LogOwner) -> None:
    log_owner.record(*numbered(1, MAX_LOG_ROWS))
    log = log_owner.open()
    table(log, "signInLogTable").scrollToBottom()
    assert model_of(log).index(MAX_LOG_ROWS - 1, CLIENT).data() == "1"
    assert len(model_of(log)._loaded_rows) <= 256


def test_the_columns_have_headings(three: SignInLogWindow) -> None:
    headings = [model_of(three).headerData(column, Qt.Orientation.Horizontal) for column in range(7)]
    assert headings == ["Time", "Key", "Call", "Status", "Outcome", "Reason", "Client program"]
    assert model_of(three).columnCount(QModelIndex()) == 7
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
def test_powershell_is_shown_by_its_name(log_owner: LogOwner, client: str, shown: str) -> None:
    log_owner.record(a_sign_in(CLIENT_ID, "ProdSync", client=client))
    log = log_owner.open()
    assert rows(log, CLIENT) == [shown]
    assert model_of(log).index(0, CLIENT).data(Qt.ItemDataRole.ToolTipRole) == client


@pytest.mark.parametrize("called", [r'<img src="\\server\share\x.png">', "curl <b>8</b> & more", "&lt;i>"])
def test_a_tooltip_shows_markup_literally(log_owner: LogOwner, called: str) -> None:
    log_owner.record(a_sign_in(CLIENT_ID, "ProdSync", client=called, reason=f"A page in a browser called: {called}"))
    log = log_owner.open()
    for column in (CLIENT, REASON):
        shown = QTextDocument()
        shown.setHtml(model_of(log).index(0, column).data(Qt.ItemDataRole.ToolTipRole))
        assert rows(log, column) == [shown.toPlainText().replace("\xa0", " ")]
        assert "\ufffc" not in shown.toPlainText()  # stands for a picture
