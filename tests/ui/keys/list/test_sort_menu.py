"""The menu that sorts the list of keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from tests.support import gui
from tests.support.gui import cells, table
from tests.ui.key_steps import add_key

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


def test_the_list_can_be_sorted_with_the_keyboard(main: QWidget) -> None:
    for name, seconds in (("A", "60"), ("B", "30")):
        add_key(main, name, seconds=seconds)
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
