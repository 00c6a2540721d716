"""The main window, used as a person would."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QObject, QPoint, QSettings, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu, QMessageBox, QWidget

from tests.support import gui
from tests.support.gui import cells, click, question, replace_text, select, table, text, trigger, type_into, window
from zcc_keys_gui import app
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.ui.keys.list import key_list
from zcc_keys_gui.ui.text.widgets import HIDDEN_SECRET
from zcc_keys_gui.ui.widgets import sharing_switch

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


def add(main: QWidget, name: str, *, disabled: bool = False, write: bool = False, seconds: str = "3600") -> str:
    """Add a key, copy its secret and close the dialog; return the secret."""
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", name)
    if disabled:
        click(dialog, "disabledButton")
    if write:
        click(dialog, "writeButton")
    replace_text(dialog, "sessionValidityField", seconds)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    return take_secret()


def take_secret() -> str:
    """Copy the secret in the open dialog, close it, and return the secret."""
    dialog = window("clientSecretDialog")
    secret = text(dialog, "clientSecretField")
    click(dialog, "copySecretButton")
    click(dialog, "closeButton")
    gui.wait_until(lambda: not gui.windows("clientSecretDialog"))
    return secret


def choose(main: QWidget, name: str, label: str) -> None:
    """Choose an entry of a filter."""
    box = gui.find(main, name, QComboBox)
    box.setCurrentIndex(box.findText(label, Qt.MatchFlag.MatchContains))


def is_enabled(main: QWidget, name: str) -> bool:
    return gui.find(main, name, QAction).isEnabled()


def test_an_empty_list_says_what_to_do_next(main: QWidget) -> None:
    assert "no API keys yet" in text(main, "emptyHintText")
    click(main, "emptyHintButton")
    QTest.keyClick(window("addKeyDialog"), Qt.Key.Key_Escape)
    assert not gui.windows("addKeyDialog")
    assert text(main, "countLabel") == "0 keys"


def test_an_added_key_is_in_the_list_and_selected(main: QWidget) -> None:
    add(main, "ProdSync", write=True, seconds="5400")
    view = table(main)
    assert cells(view, NAME) == ["ProdSync"]
    assert cells(view, STATUS) == ["● Enabled"]
    assert cells(view, ROLE) == ["Write"]
    assert cells(view, SESSION) == ["1 hour 30 minutes"]
    assert cells(view, CREATED)[0].startswith("today ")
    assert len(cells(view, CLIENT_ID)[0]) == 36
    assert "5,400 seconds" in view.model().index(0, SESSION).data(Qt.ItemDataRole.ToolTipRole)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [0]
    assert not gui.find(main, "emptyHint", QWidget).isVisible()
    assert text(main, "countLabel") == "1 key"


def test_the_secret_dialog_opens_after_save_with_the_copy_button_focused(main: QWidget) -> None:
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", "ProdSync")
    QTest.keyClick(gui.line(dialog, "nameField"), Qt.Key.Key_Return)
    window("clientSecretDialog")
    assert not gui.windows("addKeyDialog")
    gui.wait_until(lambda: (w := QApplication.focusWidget()) is not None and w.objectName() == "copySecretButton")
    take_secret()


def test_a_new_key_is_shown_even_where_the_search_would_hide_it(main: QWidget) -> None:
    add(main, "ProdSync")
    type_into(main, "searchField", "prod")
    add(main, "Nightly")
    assert cells(table(main), NAME) == ["Nightly", "ProdSync"]
    assert text(main, "searchField") == ""


def test_an_edited_key_is_shown_even_where_the_search_would_hide_it(main: QWidget) -> None:
    add(main, "ProdSync")
    type_into(main, "searchField", "prod")
    select(table(main), "ProdSync")
    trigger(main, "editKeyAction")
    replace_text(window("editKeyDialog"), "nameField", "Nightly")
    click(window("editKeyDialog"), "saveButton")
    assert cells(table(main), NAME) == ["Nightly"]
    assert text(main, "searchField") == ""


@pytest.mark.parametrize("opens", ["enter", "f2", "double-click", "action"])
def test_edit_opens_by_every_way_and_saves(main: QWidget, opens: str) -> None:
    add(main, "ProdSync")
    view = table(main)
    select(view, "ProdSync")
    view.setFocus()
    if opens == "enter":
        QTest.keyClick(view, Qt.Key.Key_Return)
    elif opens == "f2":
        QTest.keyClick(view, Qt.Key.Key_F2)
    elif opens == "double-click":
        place = view.visualRect(view.model().index(0, NAME)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    else:
        trigger(main, "editKeyAction")
    dialog = window("editKeyDialog")
    replace_text(dialog, "nameField", "Renamed")
    click(dialog, "writeButton")
    click(dialog, "saveButton")
    assert cells(view, NAME) == ["Renamed"]
    assert cells(view, ROLE) == ["Write"]


def test_a_taken_name_keeps_the_dialog_open_whatever_the_case(main: QWidget) -> None:
    add(main, "ProdSync")
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", "PRODSYNC")
    assert "Another key has this name" in text(dialog, "nameError")
    click(dialog, "saveButton")
    assert gui.windows("addKeyDialog")
    click(dialog, "cancelButton")
    assert cells(table(main), NAME) == ["ProdSync"]


def test_the_status_is_toggled_without_a_question(main: QWidget) -> None:
    add(main, "ProdSync")
    toggle = gui.find(main, "toggleStatusAction", QAction)
    assert toggle.text() == "&Disable"
    toggle.trigger()
    assert cells(table(main), STATUS) == ["○ Disabled"]
    assert toggle.text() == "E&nable"
    QTest.keyClick(table(main), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert cells(table(main), STATUS) == ["● Enabled"]


def test_several_keys_are_disabled_enabled_and_deleted_together(main: QWidget) -> None:
    for name in ("One", "Two", "Three"):
        add(main, name, disabled=name == "Two")
    view = table(main)
    view.selectAll()
    assert text(main, "countLabel") == "3 keys, 3 selected"
    assert not is_enabled(main, "editKeyAction")
    assert not is_enabled(main, "regenerateSecretAction")
    trigger(main, "toggleStatusAction")
    assert cells(view, STATUS) == ["○ Disabled"] * 3
    assert len(view.selectionModel().selectedRows()) == 3
    trigger(main, "toggleStatusAction")
    assert cells(view, STATUS) == ["● Enabled"] * 3
    trigger(main, "deleteKeyAction")
    assert "3 API keys" in text(question(), "qt_msgbox_label")
    click(question(), "confirmButton")
    assert cells(view, NAME) == []


@pytest.mark.parametrize("most_followed", [1_000, 2])
def test_any_number_of_keys_is_disabled_enabled_and_sorted_as_it_was_selected(
    main: QWidget, monkeypatch: pytest.MonkeyPatch, most_followed: int
) -> None:
    monkeypatch.setattr(key_list, "MAX_INSPECTED_KEYS", most_followed)
    for name in "ABCD":
        add(main, name, disabled=name in "AB")
    view = table(main)
    view.selectAll()
    assert gui.find(main, "toggleStatusAction", QAction).text() == ("&Disable" if most_followed > 2 else "E&nable")
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
    # Never some of those that were selected.
    left = [index.data() for index in view.selectionModel().selectedRows()]
    assert left == (["A", "B", "D"] if most_followed > 2 else [])


def test_regenerating_asks_keeps_the_client_id_and_reveals_a_new_secret(main: QWidget) -> None:
    first = add(main, "ProdSync")
    view = table(main)
    client_id = cells(view, CLIENT_ID)
    trigger(main, "regenerateSecretAction")
    click(question(), "cancelButton")
    assert not gui.windows("clientSecretDialog")
    QTest.keyClick(view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    click(question(), "confirmButton")
    assert take_secret() != first
    assert cells(view, CLIENT_ID) == client_id


def regenerate(main: QWidget, name: str, overlap: str) -> str:
    """Regenerate the secret of a key, and let the old one stop at a time; return the new one."""
    select(table(main), name)
    trigger(main, "regenerateSecretAction")
    gui.find(question(), "overlapField", QComboBox).setCurrentText(overlap)
    click(question(), "confirmButton")
    return take_secret()


def test_the_list_shows_until_when_an_old_secret_works_and_it_can_be_stopped(main: QWidget) -> None:
    add(main, "ProdSync")
    add(main, "Nightly")
    width = table(main).columnWidth(STATUS)
    regenerate(main, "ProdSync", "24 hours")
    nightly, prod_sync = cells(table(main), STATUS)
    assert nightly == "● Enabled"
    assert prod_sync.startswith("● Enabled, old secret works until ")
    assert table(main).columnWidth(STATUS) > width
    digit = main.fontMetrics().horizontalAdvance("0")
    assert table(main).horizontalHeader().length() <= 157 * digit  # of the 160 that the window has at first
    assert is_enabled(main, "stopOldSecretAction")
    select(table(main), "Nightly")
    assert not is_enabled(main, "stopOldSecretAction")
    table(main).selectAll()
    assert not is_enabled(main, "stopOldSecretAction")
    select(table(main), "ProdSync")
    trigger(main, "stopOldSecretAction")
    assert cells(table(main), STATUS) == ["● Enabled"] * 2
    assert not is_enabled(main, "stopOldSecretAction")
    trigger(main, "historyAction")
    assert cells(table(window("historyWindow"), "historyTable"), 2)[:3] == [
        "Old secret stopped",
        "Secret taken",
        "Secret regenerated",
    ]


def test_an_old_secret_that_stops_now_is_not_shown(main: QWidget) -> None:
    add(main, "ProdSync")
    regenerate(main, "ProdSync", "None")
    assert cells(table(main), STATUS) == ["● Enabled"]
    assert not is_enabled(main, "stopOldSecretAction")


def test_once_its_time_is_over_the_list_speaks_of_the_old_secret_no_more(main: QWidget) -> None:
    add(main, "ProdSync")
    keys = main._vault.keys  # type: ignore[attr-defined]
    client_id = cells(table(main), CLIENT_ID)[0]
    keys.regenerate_secret(client_id, timedelta(seconds=3))
    main.keys_page.refresh()  # type: ignore[attr-defined]
    assert "old secret works until" in cells(table(main), STATUS)[0]
    assert is_enabled(main, "stopOldSecretAction")
    gui.wait_until(lambda: not is_enabled(main, "stopOldSecretAction"))
    assert cells(table(main), STATUS) == ["● Enabled"]


def test_deleting_names_the_key_and_defaults_to_cancel(main: QWidget) -> None:
    add(main, "ProdSync")
    table(main).setFocus()
    QTest.keyClick(table(main), Qt.Key.Key_Delete)
    box = question()
    assert "ProdSync" in text(box, "qt_msgbox_label")
    assert "stop working" in text(box, "qt_msgbox_informativelabel")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert cells(table(main), NAME) == ["ProdSync"]
    trigger(main, "deleteKeyAction")
    QTest.keyClick(question(), Qt.Key.Key_Escape)
    assert cells(table(main), NAME) == ["ProdSync"]


def test_deleting_offers_to_disable_instead(main: QWidget) -> None:
    add(main, "ProdSync")
    trigger(main, "deleteKeyAction")
    click(question(), "insteadButton")
    assert cells(table(main), STATUS) == ["○ Disabled"]


def test_the_copied_client_id_stays_on_the_clipboard(main: QWidget) -> None:
    add(main, "ProdSync")
    QTest.keyClick(table(main), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    client_id = cells(table(main), CLIENT_ID)[0]
    assert QApplication.clipboard().text() == client_id
    main.close()
    assert QApplication.clipboard().text() == client_id


def test_search_filters_and_the_way_out_of_no_match(main: QWidget) -> None:
    add(main, "ProdSync")
    add(main, "ProdReport", disabled=True)
    add(main, "Nightly", write=True)
    view = table(main)
    QTest.keyClick(main, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is gui.line(main, "searchField")
    type_into(main, "searchField", "PROD")
    assert cells(view, NAME) == ["ProdReport", "ProdSync"]
    assert text(main, "countLabel") == "2 of 3 keys"
    choose(main, "statusFilter", "Disabled")
    assert cells(view, NAME) == ["ProdReport"]
    choose(main, "roleFilter", "Write")
    assert cells(view, NAME) == []
    assert "No key matches" in text(main, "emptyHintText")
    click(main, "emptyHintButton")
    assert cells(view, NAME) == ["Nightly", "ProdReport", "ProdSync"]


def test_the_search_finds_a_client_id_and_esc_empties_it(main: QWidget) -> None:
    add(main, "ProdSync")
    add(main, "Nightly")
    client_id = cells(table(main), CLIENT_ID)[1]
    type_into(main, "searchField", client_id[3:20])
    assert cells(table(main), NAME) == ["ProdSync"]
    QTest.keyClick(gui.line(main, "searchField"), Qt.Key.Key_Escape)
    assert len(cells(table(main), NAME)) == 2


def test_down_goes_from_the_search_to_the_first_match(main: QWidget) -> None:
    add(main, "ProdSync")
    add(main, "Nightly")
    type_into(main, "searchField", "sync")
    QTest.keyClick(gui.line(main, "searchField"), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is table(main)
    assert [index.data() for index in table(main).selectionModel().selectedRows()] == ["ProdSync"]


def test_a_click_on_a_heading_sorts_and_keeps_the_selection(main: QWidget) -> None:
    add(main, "A", seconds="60", write=True)
    add(main, "B", seconds="30")
    add(main, "C", seconds="999,999,999", disabled=True)
    view, header = table(main), table(main).horizontalHeader()
    select(view, "B")

    def click_heading(column: int) -> list[str]:
        place = QPoint(header.sectionViewportPosition(column) + 10, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return cells(view, NAME)

    assert click_heading(SESSION) == ["B", "A", "C"]
    assert click_heading(SESSION) == ["C", "A", "B"]
    assert click_heading(NAME) == ["A", "B", "C"]
    assert click_heading(STATUS) == ["C", "B", "A"]  # Disabled before Enabled, then Read before Write
    assert click_heading(ROLE) == ["C", "B", "A"]
    assert click_heading(CREATED) == ["A", "B", "C"]
    assert len(click_heading(CLIENT_ID)) == 3
    assert [index.data() for index in view.selectionModel().selectedRows()] == ["B"]


def test_the_list_is_sorted_by_keyboard_alone(main: QWidget) -> None:
    for name, seconds in (("A", "60"), ("B", "30")):
        add(main, name, seconds=seconds)
    menu = gui.find(main, "sortMenu", QMenu)
    for expected in (["B", "A"], ["A", "B"]):
        main.activateWindow()
        QTest.keyClick(main, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
        gui.wait_until(lambda: QApplication.activePopupWidget() is not None)
        view = QApplication.activePopupWidget()
        assert view is not None
        QTest.keyClick(view, Qt.Key.Key_O)
        gui.wait_until(menu.isVisible)
        for _ in range(SESSION):
            QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)
        assert cells(table(main), NAME) == expected
    table(main).sortByColumn(ROLE, Qt.SortOrder.AscendingOrder)
    menu.popup(main.pos())
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Role"]
    menu.close()


def test_changing_what_is_seen_and_selected_does_not_scroll(main: QWidget, data_folder: Path) -> None:
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
    add(main, "AAA")
    assert view.rowAt(0) == 0


@pytest.mark.parametrize("damage", ["geometry=hello", "columns=7", "geometry=a, b\ncolumns=@Variant(\\0)", "\0\1\2"])
def test_a_damaged_settings_file_costs_the_settings_alone(main: QWidget, data_folder: Path, damage: str) -> None:
    main.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else the settings stay in memory, undamaged
    (data_folder / "settings.ini").write_text(f"[General]\n{damage}\n")
    app.start(["--data-folder", str(data_folder)])
    window("mainWindow").close()


def test_size_columns_and_sorting_are_remembered(main: QWidget, data_folder: Path) -> None:
    add(main, "A", seconds="60")
    add(main, "B", seconds="30")
    view = table(main)
    view.sortByColumn(SESSION, Qt.SortOrder.AscendingOrder)
    view.setColumnWidth(NAME, 321)
    view.horizontalHeader().moveSection(4, 1)
    main.resize(783, 507)
    click(main, "hideLocalNoteButton")
    main.close()
    app.start(["--data-folder", str(data_folder)])
    again = window("mainWindow")
    assert (again.width(), again.height()) == (783, 507)
    assert table(again).columnWidth(NAME) == 321
    assert table(again).horizontalHeader().visualIndex(4) == 1
    assert cells(table(again), NAME) == ["B", "A"]
    assert not gui.find(again, "localNote", QWidget).isVisible()
    again.close()


@pytest.mark.parametrize("noted", [None, "many", "6"])
def test_columns_of_a_program_that_had_fewer_come_back(main: QWidget, data_folder: Path, noted: str | None) -> None:
    width = table(main).columnWidth(CREATED)
    table(main).setColumnWidth(NAME, 321)
    table(main).setColumnWidth(CREATED, 999)  # as the last one, it was stretched
    columns = table(main).horizontalHeader().saveState()
    main.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    (data_folder / "settings.ini").unlink()
    settings = QSettings(str(data_folder / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("columns", columns)
    if noted is not None:
        settings.setValue("columnCount", noted)
    settings.sync()
    app.start(["--data-folder", str(data_folder)])
    again = window("mainWindow")
    assert table(again).columnWidth(NAME) == 321
    assert table(again).columnWidth(CREATED) == width
    again.close()


def test_the_history_shows_what_was_done_while_it_is_open(main: QWidget) -> None:
    add(main, "ProdSync")
    trigger(main, "historyAction")
    history = window("historyWindow")
    trigger(main, "historyAction")
    assert window("historyWindow") is history
    select(table(main), "ProdSync")
    trigger(main, "toggleStatusAction")
    assert cells(table(history, "historyTable"), 2) == ["Disabled", "Secret taken", "Added"]
    click(history, "closeButton")
    trigger(main, "historyAction")
    assert len(gui.windows("historyWindow")) == 1


def test_the_context_menu_has_every_action(main: QWidget) -> None:
    add(main, "ProdSync")
    view = table(main)
    view.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == [
        "editKeyAction",
        "toggleStatusAction",
        "regenerateSecretAction",
        "stopOldSecretAction",
        "copyClientIdAction",
        "connectAction",
        "keySignInsAction",
        "deleteKeyAction",
        "addKeyAction",
        "searchAction",
        "historyAction",
    ]
    menu.close()


# --- what goes wrong while the program runs ---------------------------------------------------------------


@pytest.fixture
def damaged(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    """A main window whose vault can't be read any more."""
    add(main, "ProdSync")

    def fail(*_: object, **__: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    for act in ("key_named", "change"):
        monkeypatch.setattr(main._vault.keys._store, act, fail)  # type: ignore[attr-defined]
    return main


def test_save_tells_that_the_vault_cannot_be_read_and_loses_nothing(damaged: QWidget) -> None:
    trigger(damaged, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", "Nightly")
    assert not isinstance(QApplication.activeModalWidget(), QMessageBox)  # not at each keystroke
    click(dialog, "saveButton")
    assert text(question(), "qt_msgbox_label") == "The file vault.db is damaged."
    click(question(), "closeButton")
    assert text(dialog, "nameField") == "Nightly"
    dialog.close()


def test_what_fails_after_saving_is_told_too(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    add(main, "ProdSync")
    trigger(main, "editKeyAction")
    dialog = window("editKeyDialog")
    replace_text(dialog, "nameField", "Renamed")
    with monkeypatch.context() as patched:
        patched.setattr(main._vault.listing, "position", fail)  # type: ignore[attr-defined]
        click(dialog, "saveButton")
        gui.wait_until(lambda: not gui.windows("editKeyDialog"))
        assert text(question(), "qt_msgbox_label") == "The file vault.db is damaged."
    click(question(), "closeButton")


def test_actions_on_keys_are_offered_only_where_keys_are_selected(main: QWidget) -> None:
    add(main, "ProdSync")
    of_keys = (
        "editKeyAction",
        "toggleStatusAction",
        "regenerateSecretAction",
        "copyClientIdAction",
        "connectAction",
        "keySignInsAction",
        "deleteKeyAction",
    )
    assert all(is_enabled(main, name) for name in of_keys)
    table(main).clearSelection()
    assert not any(is_enabled(main, name) for name in of_keys)


def test_the_countdown_is_seen_until_the_clipboard_is_someone_elses(main: QWidget) -> None:
    add(main, "ProdSync")
    assert text(main, "clipboardLabel") == "Clipboard clears in 30 s"
    QApplication.clipboard().setText("something else")
    gui.wait_until(lambda: text(main, "clipboardLabel") == "")
    assert QApplication.clipboard().text() == "something else"


def test_while_a_secret_is_hidden_from_screen_sharing_the_window_behind_says_so(
    main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = gui.find(main, "hiddenSecretBar", QWidget)
    monkeypatch.setattr(sharing_switch, "hide_from_capture", lambda _, hidden: hidden)
    trigger(main, "addKeyAction")
    assert not bar.isVisible()
    type_into(window("addKeyDialog"), "nameField", "ProdSync")
    click(window("addKeyDialog"), "saveButton")
    dialog = window("clientSecretDialog")
    assert bar.isVisible()
    assert text(main, "hiddenSecretBarText") == HIDDEN_SECRET
    click(dialog, "showInScreenSharingButton")
    assert not bar.isVisible()
    click(dialog, "showInScreenSharingButton")
    assert bar.isVisible()
    take_secret()
    assert not bar.isVisible()


@pytest.mark.parametrize("way", ["hideLocalNoteButton", "localNoteButton"])
def test_what_local_keys_are_is_explained_and_can_be_hidden(main: QWidget, way: str) -> None:
    assert "not with a Zscaler cloud" in gui.find(main, "localNoteText", QLabel).text()
    click(main, way)
    if way == "localNoteButton":
        explained = text(question(), "qt_msgbox_informativelabel")
        assert "sends nothing" in explained
        assert "your tenant may behave differently" in explained
        click(question(), "closeButton")
    else:
        assert not gui.find(main, "localNote", QWidget).isVisible()


def test_every_control_has_a_name_and_is_reached_with_tab(main: QWidget) -> None:
    add(main, "ProdSync")
    stops = gui.tab_stops(main)
    for control in gui.controls(main):
        assert control.accessibleName(), control.objectName()
        assert control.objectName(), control
        assert control in stops, control.objectName()


def test_the_hint_in_an_empty_list_is_reached_with_tab(main: QWidget) -> None:
    assert "emptyHintButton" in [stop.objectName() for stop in gui.tab_stops(main)]


class Desktop(QObject):
    """What opens folders for the person, in place of the system's."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, place: QUrl) -> None:
        self.opened.append(place.toLocalFile())


def test_the_folders_of_the_log_and_of_the_vault_are_opened(main: QWidget, log_folder: Path, data_folder: Path) -> None:
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")  # type: ignore[arg-type]  # the stub says bytes
    trigger(main, "showLogFolderAction")
    trigger(main, "showVaultFolderAction")
    QDesktopServices.unsetUrlHandler("file")
    assert [Path(folder) for folder in desktop.opened] == [log_folder, data_folder]
