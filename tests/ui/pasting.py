"""All ways in which text gets into a field other than typing it."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QAccessible, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu


def paste_with_keys(field: QLineEdit, pasted: str) -> None:
    """Paste a text with Ctrl+V."""
    QApplication.clipboard().setText(pasted)
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def paste_with_menu(field: QLineEdit, pasted: str) -> None:
    """Paste a text with the context menu."""
    QApplication.clipboard().setText(pasted)
    menu = field.createStandardContextMenu()
    assert isinstance(menu, QMenu)
    (paste,) = [action for action in menu.actions() if action.objectName() == "edit-paste"]
    paste.trigger()
    menu.deleteLater()


def drop(field: QLineEdit, dropped: str) -> None:
    """Drop a text on the field."""
    data = QMimeData()
    data.setText(dropped)
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    field.dropEvent(QDropEvent(QPointF(1, 1), copy, data, Qt.MouseButton.LeftButton, none))


def compose_with_input_method(field: QLineEdit, composed: str) -> None:
    """Enter a text with an input method."""
    event = QInputMethodEvent()
    event.setCommitString(composed)
    QApplication.sendEvent(field, event)


def set_with_screen_reader(field: QLineEdit, text: str) -> None:
    """Set the text as a screen reader does."""
    QAccessible.queryAccessibleInterface(field).setText(QAccessible.Text.Value, text)


WAYS: list[Callable[[QLineEdit, str], None]] = [
    paste_with_keys,
    paste_with_menu,
    drop,
    compose_with_input_method,
    set_with_screen_reader,
]
