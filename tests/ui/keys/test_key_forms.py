"""Adding and editing keys in the main window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from tests.support import gui
from tests.support.gui import cells, click, question, replace_text, select, table, text, trigger, type_into, window
from tests.ui.key_steps import add_key, copy_new_secret
from zcc_keys_gui.domain.errors import VaultDamagedError

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


def test_a_new_key_is_in_the_list_and_selected(main: QWidget) -> None:
    add_key(main, "ProdSync", write=True, seconds="5400")
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


def test_saving_a_new_key_opens_the_secret_dialog(main: QWidget) -> None:
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", "ProdSync")
    QTest.keyClick(gui.line(dialog, "nameField"), Qt.Key.Key_Return)
    window("clientSecretDialog")
    assert not gui.windows("addKeyDialog")
    gui.wait_until(lambda: (w := QApplication.focusWidget()) is not None and w.objectName() == "copySecretButton")
    copy_new_secret()


def test_a_new_key_is_shown_even_if_the_search_would_hide_it(main: QWidget) -> None:
    add_key(main, "ProdSync")
    type_into(main, "searchField", "prod")
    add_key(main, "Nightly")
    assert cells(table(main), NAME) == ["Nightly", "ProdSync"]
    assert text(main, "searchField") == ""


def test_an_edited_key_is_shown_despite_the_search(main: QWidget) -> None:
    add_key(main, "ProdSync")
    type_into(main, "searchField", "prod")
    select(table(main), "ProdSync")
    trigger(main, "editKeyAction")
    replace_text(window("editKeyDialog"), "nameField", "Nightly")
    click(window("editKeyDialog"), "saveButton")
    assert cells(table(main), NAME) == ["Nightly"]
    assert text(main, "searchField") == ""


@pytest.mark.parametrize("opens", ["enter", "f2", "double-click", "action"])
def test_each_way_to_edit_opens_the_form(main: QWidget, opens: str) -> None:
    add_key(main, "ProdSync")
    view = table(main)
    select(view, "ProdSync")
    view.setFocus()
    if opens == "enter":
        QTest.keyClick(view, Qt.Key.Key_Return)
    elif opens == "f2":
        QTest.keyClick(view, Qt.Key.Key_F2)
    elif opens == "double-click":
        position = view.visualRect(view.model().index(0, NAME)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
    else:
        trigger(main, "editKeyAction")
    dialog = window("editKeyDialog")
    replace_text(dialog, "nameField", "Renamed")
    click(dialog, "writeButton")
    click(dialog, "saveButton")
    assert cells(view, NAME) == ["Renamed"]
    assert cells(view, ROLE) == ["Write"]


def test_a_taken_name_in_another_case_keeps_the_form_open(main: QWidget) -> None:
    add_key(main, "ProdSync")
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", "PRODSYNC")
    assert "Another key has this name" in text(dialog, "nameError")
    click(dialog, "saveButton")
    assert gui.windows("addKeyDialog")
    click(dialog, "cancelButton")
    assert cells(table(main), NAME) == ["ProdSync"]


@pytest.fixture
def damaged(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    """A main window whose vault can no longer be read."""
    add_key(main, "ProdSync")

    def fail(*_: object, **__: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    for act in ("key_named", "change"):
        monkeypatch.setattr(main._vault.keys._store, act, fail)  # type: ignore[attr-defined]
    return main


def test_a_form_stays_open_if_the_vault_cannot_be_read(damaged: QWidget) -> None:
    trigger(damaged, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", "Nightly")
    assert not isinstance(QApplication.activeModalWidget(), QMessageBox)  # typing reports no error
    click(dialog, "saveButton")
    assert text(question(), "qt_msgbox_label") == "The file vault.db is damaged."
    click(question(), "closeButton")
    assert text(dialog, "nameField") == "Nightly"
    dialog.close()


def test_an_error_after_saving_is_shown(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    add_key(main, "ProdSync")
    trigger(main, "editKeyAction")
    dialog = window("editKeyDialog")
    replace_text(dialog, "nameField", "Renamed")
    with monkeypatch.context() as patched:
        patched.setattr(main._vault.listing, "position", fail)  # type: ignore[attr-defined]
        click(dialog, "saveButton")
        gui.wait_until(lambda: not gui.windows("editKeyDialog"))
        assert text(question(), "qt_msgbox_label") == "The file vault.db is damaged."
    click(question(), "closeButton")
