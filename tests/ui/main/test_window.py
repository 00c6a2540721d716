"""How the parts of the main window work together."""

from PySide6.QtWidgets import QApplication, QWidget

from tests.support import gui
from tests.support.gui import cells, click, select, table, text, trigger, window
from tests.ui.key_steps import add_key


def test_an_open_history_shows_new_changes(main: QWidget) -> None:
    add_key(main, "ProdSync")
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


def test_the_countdown_ends_if_something_else_is_copied(main: QWidget) -> None:
    add_key(main, "ProdSync")
    assert text(main, "clipboardLabel") == "Clipboard clears in 30 s"
    QApplication.clipboard().setText("something else")
    gui.wait_until(lambda: text(main, "clipboardLabel") == "")
    assert QApplication.clipboard().text() == "something else"


def test_each_control_has_a_name_and_is_reached_with_tab(main: QWidget) -> None:
    add_key(main, "ProdSync")
    stops = gui.tab_stops(main)
    for control in gui.controls(main):
        assert control.accessibleName(), control.objectName()
        assert control.objectName(), control
        assert control in stops, control.objectName()
