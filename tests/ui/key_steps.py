"""Steps in the main window that several tests share."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget

from tests.support import gui
from tests.support.gui import click, question, replace_text, select, table, text, trigger, type_into, window


def add_key(main: QWidget, name: str, *, disabled: bool = False, write: bool = False, seconds: str = "3600") -> str:
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
    return copy_new_secret()


def copy_new_secret() -> str:
    """Copy the secret in the open dialog, close it, and return the secret."""
    dialog = window("clientSecretDialog")
    secret = text(dialog, "clientSecretField")
    click(dialog, "copySecretButton")
    click(dialog, "closeButton")
    gui.wait_until(lambda: not gui.windows("clientSecretDialog"))
    return secret


def regenerate(main: QWidget, name: str, overlap: str) -> str:
    """Regenerate the secret of a key, with `overlap` as the grace period of the old one; return the new one."""
    select(table(main), name)
    trigger(main, "regenerateSecretAction")
    gui.find(question(), "overlapField", QComboBox).setCurrentText(overlap)
    click(question(), "confirmButton")
    return copy_new_secret()


def choose_filter(main: QWidget, name: str, label: str) -> None:
    """Choose the entry of a filter that contains `label`."""
    box = gui.find(main, name, QComboBox)
    box.setCurrentIndex(box.findText(label, Qt.MatchFlag.MatchContains))


def is_enabled(main: QWidget, name: str) -> bool:
    return gui.find(main, name, QAction).isEnabled()
