"""The list of keys in the main window: search, filters, selection, count."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support import gui
from tests.support.gui import cells, click, select, table, text, trigger, type_into, window
from tests.ui.key_steps import add_key, choose_filter
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.ui.keys.list import key_list

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


def test_an_empty_list_offers_to_add_a_key(main: QWidget) -> None:
    assert "no API keys yet" in text(main, "emptyHintText")
    click(main, "emptyHintButton")
    QTest.keyClick(window("addKeyDialog"), Qt.Key.Key_Escape)
    assert not gui.windows("addKeyDialog")
    assert text(main, "countLabel") == "0 keys"


@pytest.mark.parametrize("max_inspected", [1_000, 2])
def test_changed_keys_stay_selected_however_many_they_are(
    main: QWidget, monkeypatch: pytest.MonkeyPatch, max_inspected: int
) -> None:
    monkeypatch.setattr(key_list, "MAX_INSPECTED_KEYS", max_inspected)
    for name in "ABCD":
        add_key(main, name, disabled=name in "AB")
    view = table(main)
    view.selectAll()
    assert gui.find(main, "toggleStatusAction", QAction).text() == ("&Disable" if max_inspected > 2 else "E&nable")
    trigger(main, "toggleStatusAction")
    trigger(main, "toggleStatusAction")
    assert len(set(cells(view, STATUS))) == 1
    assert len(view.selectionModel().selectedRows()) == 4
    view.sortByColumn(CREATED, Qt.SortOrder.DescendingOrder)
    assert len(view.selectionModel().selectedRows()) == 4
    type_into(main, "searchField", "A")
    assert view.selectionModel().selectedRows() == []
    gui.line(main, "searchField").clear()
    view.selectionModel().clear()
    for row in (0, 2, 3):
        view.selectionModel().select(
            view.model().index(row, 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
    trigger(main, "toggleStatusAction")
    assert [index.row() for index in view.selectionModel().selectedRows()] == [0, 2, 3]
    view.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    # A change never keeps only some of the selected keys.
    left = [index.data() for index in view.selectionModel().selectedRows()]
    assert left == (["A", "B", "D"] if max_inspected > 2 else [])


def test_search_and_filters_can_be_cleared_if_no_key_matches(main: QWidget) -> None:
    add_key(main, "ProdSync")
    add_key(main, "ProdReport", disabled=True)
    add_key(main, "Nightly", write=True)
    view = table(main)
    QTest.keyClick(main, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is gui.line(main, "searchField")
    type_into(main, "searchField", "PROD")
    assert cells(view, NAME) == ["ProdReport", "ProdSync"]
    assert text(main, "countLabel") == "2 of 3 keys"
    choose_filter(main, "statusFilter", "Disabled")
    assert cells(view, NAME) == ["ProdReport"]
    choose_filter(main, "roleFilter", "Write")
    assert cells(view, NAME) == []
    assert "No key matches" in text(main, "emptyHintText")
    click(main, "emptyHintButton")
    assert cells(view, NAME) == ["Nightly", "ProdReport", "ProdSync"]


def test_the_search_finds_a_client_id_and_esc_clears_it(main: QWidget) -> None:
    add_key(main, "ProdSync")
    add_key(main, "Nightly")
    client_id = cells(table(main), CLIENT_ID)[1]
    type_into(main, "searchField", client_id[3:20])
    assert cells(table(main), NAME) == ["ProdSync"]
    QTest.keyClick(gui.line(main, "searchField"), Qt.Key.Key_Escape)
    assert len(cells(table(main), NAME)) == 2


def test_down_in_the_search_selects_the_first_match(main: QWidget) -> None:
    add_key(main, "ProdSync")
    add_key(main, "Nightly")
    type_into(main, "searchField", "sync")
    QTest.keyClick(gui.line(main, "searchField"), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is table(main)
    assert [index.data() for index in table(main).selectionModel().selectedRows()] == ["ProdSync"]


def test_a_click_on_a_heading_sorts_and_keeps_the_selection(main: QWidget) -> None:
    add_key(main, "A", seconds="60", write=True)
    add_key(main, "B", seconds="30")
    add_key(main, "C", seconds="999,999,999", disabled=True)
    view, header = table(main), table(main).horizontalHeader()
    select(view, "B")

    def click_heading(column: int) -> list[str]:
        position = QPoint(header.sectionViewportPosition(column) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=position)
        return cells(view, NAME)

    assert click_heading(SESSION) == ["B", "A", "C"]
    assert click_heading(SESSION) == ["C", "A", "B"]
    assert click_heading(NAME) == ["A", "B", "C"]
    assert click_heading(STATUS) == ["C", "B", "A"]  # Disabled sorts before Enabled, and Read before Write
    assert click_heading(ROLE) == ["C", "B", "A"]
    assert click_heading(CREATED) == ["A", "B", "C"]
    assert len(click_heading(CLIENT_ID)) == 3
    assert [index.data() for index in view.selectionModel().selectedRows()] == ["B"]


def test_changing_keys_in_view_does_not_scroll(main: QWidget, data_folder: Path) -> None:
    keys = main._vault.keys  # type: ignore[attr-defined]
    for number in range(100):
        keys.add(KeyFields(f"Key{number:03}", Status.ENABLED, Role.READ, 60))
    main.keys_page.refresh()  # type: ignore[attr-defined]
    view = table(main)
    view.selectAll()
    view.scrollToBottom()
    before = view.verticalScrollBar().value()
    assert before > 0
    trigger(main, "toggleStatusAction")
    assert view.verticalScrollBar().value() == before
    assert view.rowAt(0) < view.currentIndex().row() < 99
    select(view, "Key000")
    trigger(main, "toggleStatusAction")
    assert view.currentIndex().row() == 0
    view.scrollToBottom()
    add_key(main, "AAA")
    assert view.rowAt(0) == 0


def test_tab_reaches_the_button_in_an_empty_list(main: QWidget) -> None:
    assert "emptyHintButton" in [stop.objectName() for stop in gui.tab_stops(main)]
