"""The commands of the API keys page."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from tests.support import gui
from tests.support.gui import cells, click, question, table, text, trigger
from tests.ui.key_steps import add_key, is_enabled

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


def test_toggling_the_status_asks_no_question(main: QWidget) -> None:
    add_key(main, "ProdSync")
    toggle = gui.find(main, "toggleStatusAction", QAction)
    assert toggle.text() == "&Disable"
    toggle.trigger()
    assert cells(table(main), STATUS) == ["○ Disabled"]
    assert toggle.text() == "E&nable"
    QTest.keyClick(table(main), Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert cells(table(main), STATUS) == ["● Enabled"]


def test_several_keys_are_changed_and_deleted_together(main: QWidget) -> None:
    for name in ("One", "Two", "Three"):
        add_key(main, name, disabled=name == "Two")
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


def test_deleting_names_the_key_and_defaults_to_cancel(main: QWidget) -> None:
    add_key(main, "ProdSync")
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
    add_key(main, "ProdSync")
    trigger(main, "deleteKeyAction")
    click(question(), "insteadButton")
    assert cells(table(main), STATUS) == ["○ Disabled"]


def test_the_copied_client_id_stays_on_the_clipboard(main: QWidget) -> None:
    add_key(main, "ProdSync")
    QTest.keyClick(table(main), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    client_id = cells(table(main), CLIENT_ID)[0]
    assert QApplication.clipboard().text() == client_id
    main.close()
    assert QApplication.clipboard().text() == client_id


def test_the_context_menu_has_every_action(main: QWidget) -> None:
    add_key(main, "ProdSync")
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


def test_key_commands_are_enabled_only_if_keys_are_selected(main: QWidget) -> None:
    add_key(main, "ProdSync")
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
