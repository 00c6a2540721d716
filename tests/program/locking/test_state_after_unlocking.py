"""After unlocking, the window shows what it showed before."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QRadioButton, QWidget

from tests.program.locking.helpers import lock, unlock
from tests.support import gui
from tests.support.gui import (
    cells,
    click,
    find,
    line,
    replace_text,
    select,
    table,
    text,
    trigger,
    type_into,
    wait_until,
    window,
)
from tests.support.running_program import running_program
from tests.support.user import add, take_secret


@pytest.mark.parametrize("way", ["add", "edit"])
def test_an_unsaved_form_is_restored(main: QWidget, way: str) -> None:
    take_secret(main, add(main, "ProdSync"))
    trigger(main, f"{way}KeyAction")
    form = window(f"{way}KeyDialog")
    replace_text(form, "nameField", "not right")
    click(form, "disabledButton")
    click(form, "writeButton")
    replace_text(form, "sessionValidityField", "12x")
    line(form, "sessionValidityField").setFocus()
    running_program().lock()
    unlock()
    form = window(f"{way}KeyDialog")
    assert text(form, "nameField") == "not right"
    assert text(form, "sessionValidityField") == "12x"
    assert find(form, "disabledButton", QRadioButton).isChecked()
    assert find(form, "writeButton", QRadioButton).isChecked()
    wait_until(lambda: line(form, "sessionValidityField").hasFocus())
    replace_text(form, "nameField", "Right")
    replace_text(form, "sessionValidityField", "60")
    click(form, "saveButton")
    if way == "add":
        click(window("clientSecretDialog"), "copySecretButton")
        click(window("clientSecretDialog"), "closeButton")


def test_search_and_filters_are_restored(main: QWidget) -> None:
    line(main, "searchField").setText("Prod")
    find(main, "statusFilter", QComboBox).setCurrentIndex(1)
    lock(main)
    again = unlock()
    assert text(again, "searchField") == "Prod"
    assert find(again, "statusFilter", QComboBox).currentIndex() == 1


def test_a_form_is_restored_with_its_spaces(main: QWidget) -> None:
    trigger(main, "addKeyAction")
    type_into(window("addKeyDialog"), "nameField", " Prod ")
    running_program().lock()
    unlock()
    assert text(window("addKeyDialog"), "nameField") == " Prod "
    window("addKeyDialog").close()
    lock(window("mainWindow"))
    unlock()
    assert not gui.windows("addKeyDialog")  # the user has closed it


def test_selection_sorting_and_size_are_restored(main: QWidget) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        take_secret(main, add(main, name))
    header = table(main).horizontalHeader()
    header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
    wait_until(lambda: cells(table(main), 0) == ["Gamma", "Beta", "Alpha"])
    select(table(main), "Beta")
    main.resize(main.width() - 40, main.height() - 24)
    size = main.size()
    lock(main)
    again = unlock()
    wait_until(lambda: cells(table(again), 0) == ["Gamma", "Beta", "Alpha"])
    assert [index.data() for index in table(again).selectionModel().selectedRows()] == ["Beta"]
    assert again.size() == size
