"""Questions, errors and information in message boxes, none of which blocks the program."""

import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QWidget,
)

from zcc_keys_gui.domain.client_secret import hide_secrets
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.ui.application.clipboard import copy_text
from zcc_keys_gui.ui.application.log import log_problem
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.text.widgets import CANCEL, CLOSE, COPY_DETAILS
from zcc_keys_gui.ui.widgets.label import label_for
from zcc_keys_gui.ui.widgets.naming import name_widget

_TEXT_WIDTH_DIGITS = 64


def ask(
    parent: QWidget,
    question: str,
    *,
    consequence: str,
    confirm: str,
    on_confirm: Callable[[], None],
    cancel: str = CANCEL,
    alternative: tuple[str, Callable[[], None]] | None = None,
    choice: tuple[str, QComboBox] | None = None,
) -> QMessageBox:
    """Ask a question. Enter and Esc press the button `cancel`, which does nothing.

    `alternative` is the text of a third button and what it does. `choice` is a combo box with its label, which the
    user sets before confirming.
    """
    box = _message_box(parent, QMessageBox.Icon.Question, question, consequence)
    actions: dict[QAbstractButton, Callable[[], None]] = {}
    confirm_button = _add_button(box, confirm, "confirmButton", QMessageBox.ButtonRole.AcceptRole)
    actions[confirm_button] = on_confirm
    if alternative is not None:
        text, action = alternative
        actions[_add_button(box, text, "insteadButton", QMessageBox.ButtonRole.ActionRole)] = action
    _set_default_button(box, _add_button(box, cancel, "cancelButton", QMessageBox.ButtonRole.RejectRole))
    if choice is not None:
        label, field = choice
        _add_choice(box, label, field)
        QWidget.setTabOrder(field, confirm_button)
    box.finished.connect(lambda _: _call_action(actions, box.clickedButton()))
    box.open()
    return box


def show_problem(
    parent: QWidget | None, error: BaseException, alternative: tuple[str, str, Callable[[], None]] | None = None
) -> QMessageBox:
    """Say what happened and what to do. "Copy details" copies the traceback, without secrets.

    `alternative` is the text, the object name and the action of another button, which does not close the box either.
    If a visible box says the same, return that one, because one cause can fail many times in a row.
    """
    log_problem(error)
    explanation = explain(error)
    if (shown := _visible_box(explanation.summary, explanation.details)) is not None:
        return shown
    box = _message_box(parent, QMessageBox.Icon.Warning, explanation.summary, explanation.details)
    details = hide_secrets("".join(traceback.format_exception(error)))
    actions = [(COPY_DETAILS, "copyDetailsButton", lambda: copy_text(details))]
    if alternative is not None:
        actions.append(alternative)
    _add_actions(box, actions)
    _set_default_button(box, _add_button(box, CLOSE, "closeButton", QMessageBox.ButtonRole.RejectRole))
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
    """Print an error that nothing caught and show it; the program keeps running. Meant as `sys.excepthook`."""
    sys.__excepthook__(kind, error, trace)
    if isinstance(error, Exception):
        # Use any visible window, because none is active for a moment after a dialog was closed.
        visible = (window for window in QApplication.topLevelWidgets() if window.isVisible())
        show_problem(QApplication.activeModalWidget() or next(visible, None), error)


def show_information(parent: QWidget, text: str, informative_text: str) -> QMessageBox:
    """Show a text that needs no answer."""
    box = _message_box(parent, QMessageBox.Icon.Information, text, informative_text)
    _set_default_button(box, _add_button(box, CLOSE, "closeButton", QMessageBox.ButtonRole.RejectRole))
    box.open()
    return box


def _message_box(parent: QWidget | None, icon: QMessageBox.Icon, text: str, informative_text: str) -> QMessageBox:
    box = QMessageBox(icon, PROGRAM, "", QMessageBox.StandardButton.NoButton, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # before the texts are set: they may contain data, see `Label`
    box.setText(text)
    box.setInformativeText(informative_text)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(lambda _: box)  # this reference keeps a box without a parent alive until it is closed
    _widen(box)
    return box


def _visible_box(text: str, informative_text: str) -> QMessageBox | None:
    """Return the message box on the screen that shows these texts, if there is one."""
    boxes = (window for window in QApplication.topLevelWidgets() if isinstance(window, QMessageBox))
    texts = (text, informative_text)
    return next((box for box in boxes if box.isVisible() and (box.text(), box.informativeText()) == texts), None)


def _widen(box: QMessageBox) -> None:
    """Give the text a readable width, because a message box makes it as narrow as its first sentence."""
    grid = box.layout()
    if isinstance(grid, QGridLayout):
        width = box.fontMetrics().horizontalAdvance("0") * _TEXT_WIDTH_DIGITS
        grid.addItem(QSpacerItem(width, 0), grid.rowCount(), 0, 1, grid.columnCount())


def _add_button(box: QMessageBox, text: str, name: str, role: QMessageBox.ButtonRole) -> QPushButton:
    return name_widget(box.addButton(text, role), name)


def _set_default_button(box: QMessageBox, button: QPushButton) -> None:
    """Let Enter and Esc press `button`."""
    box.setDefaultButton(button)
    box.setEscapeButton(button)


def _add_choice(box: QMessageBox, text: str, field: QComboBox) -> None:
    """Put a combo box and its label between the text and the buttons."""
    grid, buttons = box.layout(), box.findChild(QDialogButtonBox)
    if isinstance(grid, QGridLayout) and buttons is not None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 8)
        row.addWidget(label_for(field, text))
        row.addWidget(field)
        row.addStretch()
        grid.removeWidget(buttons)
        column_beside_icon = grid.columnCount() - 1
        grid.addLayout(row, grid.rowCount(), column_beside_icon)
        grid.addWidget(buttons, grid.rowCount(), 0, 1, grid.columnCount())


def _add_actions(box: QMessageBox, actions: Sequence[tuple[str, str, Callable[[], None]]]) -> None:
    """Add buttons that do not close the box, each with its text, object name and action.

    They are beside the box's own buttons, because a message box is closed by each button that it knows.
    """
    grid, buttons = box.layout(), box.findChild(QDialogButtonBox)
    if isinstance(grid, QGridLayout) and buttons is not None:
        row = QHBoxLayout()
        row.addStretch()
        for text, name, action in actions:
            button = name_widget(QPushButton(text, box), name)
            button.clicked.connect(action)
            row.addWidget(button)
        grid.removeWidget(buttons)
        buttons.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(buttons)
        grid.addLayout(row, grid.rowCount(), 0, 1, grid.columnCount())


def _call_action(actions: dict[QAbstractButton, Callable[[], None]], clicked: QAbstractButton | None) -> None:
    if clicked in actions:
        actions[clicked]()
