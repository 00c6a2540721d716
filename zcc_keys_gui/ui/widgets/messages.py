"""Questions and problems: message boxes that do not block the program."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QSpacerItem,
    QWidget,
)

from zcc_keys_gui.domain.client_secret import without_secrets
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.ui.application.clipboard import copy_text
from zcc_keys_gui.ui.application.log import log_problem
from zcc_keys_gui.ui.text.errors import explain
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named

_WIDTH = 64  # digits


def ask(
    parent: QWidget,
    question: str,
    *,
    consequence: str,
    confirm: str,
    on_confirm: Callable[[], None],
    cancel: str = "Cancel",
    alternative: tuple[str, Callable[[], None]] | None = None,
    choice: tuple[str, QComboBox] | None = None,
) -> QMessageBox:
    """Ask a question; `cancel`, which does nothing, is the default, and Esc means it.

    `alternative` is a third way: what its button says, and what it does. `choice` is what is to be chosen before
    confirming, with its label.
    """
    box = _box(parent, QMessageBox.Icon.Question, question, consequence)
    actions: dict[QAbstractButton, Callable[[], None]] = {
        _button(box, confirm, "confirmButton", QMessageBox.ButtonRole.AcceptRole): on_confirm
    }
    if alternative is not None:
        actions[_button(box, alternative[0], "insteadButton", QMessageBox.ButtonRole.ActionRole)] = alternative[1]
    cancel_button = _button(box, cancel, "cancelButton", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel_button)
    box.setEscapeButton(cancel_button)
    if choice is not None:
        _add_choice(box, *choice)
        QWidget.setTabOrder(choice[1], next(iter(actions)))
    box.finished.connect(lambda _: _act(actions, box.clickedButton()))
    box.open()
    return box


def show_problem(
    parent: QWidget | None, error: BaseException, alternative: tuple[str, str, Callable[[], None]] | None = None
) -> QMessageBox:
    """Say what happened and what to do; "Copy details" has the trace, which holds no secret.

    `alternative` is something else to do, over which the box stays: what its button says, its name, and what it does.
    What is said already, and not closed yet, is not said again: one cause may fail many times in a row.
    """
    log_problem(error)
    words = explain(error)
    for shown in QApplication.topLevelWidgets():
        if isinstance(shown, QMessageBox) and shown.isVisible() and _said_by(shown) == (words.what, words.next_step):
            return shown
    box = _box(parent, QMessageBox.Icon.Warning, words.what, words.next_step)
    import traceback

    details = without_secrets("".join(traceback.format_exception(error)))
    _add_action(box, "Copy details", "copyDetailsButton", lambda: copy_text(details))
    if alternative is not None:
        _add_action(box, *alternative)
    close = _button(box, "Close", "closeButton", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    box.open()
    return box


@contextmanager
def problems_shown(parent: QWidget) -> Iterator[None]:
    """Show a `ZccKeysError` that is raised in the block in a message box over `parent`."""
    try:
        yield
    except ZccKeysError as error:
        show_problem(parent, error)


def show_unexpected_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say that something unexpected happened; the program goes on. To be the `sys.excepthook`."""
    sys.__excepthook__(kind, error, trace)
    if isinstance(error, Exception):
        # Not the active window: for a moment after a dialog was closed, there is none.
        visible = (window for window in QApplication.topLevelWidgets() if window.isVisible())
        show_problem(QApplication.activeModalWidget() or next(visible, None), error)


def show_information(parent: QWidget, what: str, more: str) -> QMessageBox:
    """Say something that needs no answer."""
    box = _box(parent, QMessageBox.Icon.Information, what, more)
    close = _button(box, "Close", "closeButton", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(close)
    box.setEscapeButton(close)
    box.open()
    return box


def _box(parent: QWidget | None, icon: QMessageBox.Icon, what: str, more: str) -> QMessageBox:
    box = QMessageBox(icon, PROGRAM, "", QMessageBox.StandardButton.NoButton, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # before the texts, which may hold data: see `Label`
    box.setText(what)
    box.setInformativeText(more)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _: box)  # holds it until then: a box without a parent is nobody else's
    _widen(box)
    return box


def _said_by(box: QMessageBox) -> tuple[str, str]:
    return box.text(), box.informativeText()


def _widen(box: QMessageBox) -> None:
    """Give the text a width that is good to read; a message box breaks it wherever its first sentence ends."""
    grid = box.layout()
    if isinstance(grid, QGridLayout):
        width = box.fontMetrics().horizontalAdvance("0") * _WIDTH
        grid.addItem(QSpacerItem(width, 0), grid.rowCount(), 0, 1, grid.columnCount())


def _add_choice(box: QMessageBox, text: str, field: QComboBox) -> None:
    """Put a field with its label between the text and the buttons."""
    from PySide6.QtWidgets import QDialogButtonBox

    grid, buttons = box.layout(), box.findChild(QDialogButtonBox)
    if isinstance(grid, QGridLayout) and buttons is not None:
        label = Label(text)
        label.setBuddy(field)
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 8)
        row.addWidget(label)
        row.addWidget(field)
        row.addStretch()
        grid.removeWidget(buttons)
        beside_icon = grid.columnCount() - 1
        grid.addLayout(row, grid.rowCount(), beside_icon)
        grid.addWidget(buttons, grid.rowCount(), 0, 1, grid.columnCount())


def _button(box: QMessageBox, text: str, name: str, role: QMessageBox.ButtonRole) -> QPushButton:
    button = box.addButton(text, role)
    return named(button, name, text)


def _add_action(box: QMessageBox, text: str, name: str, do: Callable[[], None]) -> None:
    """Add a button that does not close the box."""
    button = _button(box, text, name, QMessageBox.ButtonRole.ActionRole)
    button.clicked.disconnect()
    button.clicked.connect(do)


def _act(actions: dict[QAbstractButton, Callable[[], None]], clicked: QAbstractButton | None) -> None:
    if clicked in actions:
        actions[clicked]()
