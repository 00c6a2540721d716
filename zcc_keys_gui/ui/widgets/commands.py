"""Commands, each described once, and the actions made from the descriptions for menus, toolbars and shortcuts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton, QWidget

from zcc_keys_gui.ui.text.commands import MORE_COMMANDS, TOOLTIP_WITH_SHORTCUT
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text

StateT = TypeVar("StateT")
SEPARATOR = None


def _always(_: object) -> bool:
    return True


@dataclass(frozen=True, eq=False)
class Command(Generic[StateT]):
    """A command for the user. A `StateT`, such as a summary of the selection, decides whether it is enabled."""

    name: str
    """The object name of its action."""
    text: str
    """The text in menus, with a mnemonic."""
    shortcut: str | QKeySequence.StandardKey = ""
    is_enabled: Callable[[StateT], bool] = _always
    text_for: Callable[[StateT], str] | None = None
    """Returns another text if the text depends on the state."""
    toolbar_text: str = ""
    """The text in toolbars if it differs."""
    tooltip: str = ""
    """The tooltip if it is more than the text and the shortcut."""
    disabled_tooltip: str = ""
    """Says why the command is disabled."""
    is_checkable: bool = False


class CommandActions(Generic[StateT]):
    """The actions of several commands of one page or window."""

    def __init__(self, handlers: Mapping[Command[StateT], Callable[..., object]], owner: QWidget) -> None:
        """Make an action for each command; its shortcut works in the window of `owner`.

        The handler of a checkable command gets whether it is checked now; other handlers get nothing.
        """
        self._actions = {command: _make_action(command, owner) for command in handlers}
        for command, handler in handlers.items():
            action = self._actions[command]
            (action.toggled if command.is_checkable else action.triggered).connect(handler)

    def __getitem__(self, command: Command[StateT]) -> QAction:
        """Return the action of a command."""
        return self._actions[command]

    def update(self, state: StateT) -> None:
        """Update the text, the tooltip and the enabled state of each action for `state`."""
        for command, action in self._actions.items():
            if command.text_for is not None:
                action.setText(command.text_for(state))
            action.setEnabled(command.is_enabled(state))
            action.setToolTip(_tooltip(command, action))

    def fill(self, menu: QMenu, commands: Iterable[Command[StateT] | None]) -> None:
        """Add the actions of `commands` to a menu; `SEPARATOR` stands for a separator."""
        for command in commands:
            if command is SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[command])

    def toolbar(self, name: str, accessible_name: str, commands: Sequence[Command[StateT]]) -> QToolBar:
        """Return a toolbar whose buttons are reached with Tab; the first one is the primary button."""
        toolbar = name_widget(QToolBar(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextOnly), name, accessible_name)
        for command in commands:
            _add_button(toolbar, command, self._actions[command])
        first, last = (toolbar.widgetForAction(self._actions[command]) for command in (commands[0], commands[-1]))
        if isinstance(first, QToolButton):
            first.setAutoRaise(False)
        # Qt shows this button if the window is too narrow for all the others.
        more = toolbar.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:
            more.setAccessibleName(MORE_COMMANDS)
            more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            QWidget.setTabOrder(last, more)
        return toolbar


def _make_action(command: Command[StateT], owner: QWidget) -> QAction:
    action = QAction(command.text, owner, checkable=command.is_checkable)
    action.setObjectName(command.name)
    if command.shortcut:
        action.setShortcut(QKeySequence(command.shortcut))
    if command.toolbar_text:
        action.setIconText(command.toolbar_text)
    action.setToolTip(_tooltip(command, action))
    owner.addAction(action)
    return action


def _tooltip(command: Command[StateT], action: QAction) -> str:
    """Return the tooltip for the present state of a command's action."""
    if command.disabled_tooltip and not action.isEnabled():
        return command.disabled_tooltip
    shortcut = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    if command.tooltip or not shortcut:
        return command.tooltip or plain_text(action.text())
    return TOOLTIP_WITH_SHORTCUT.format(command=plain_text(action.text()), shortcut=shortcut)


def _add_button(toolbar: QToolBar, command: Command[StateT], action: QAction) -> None:
    toolbar.addAction(action)
    button = toolbar.widgetForAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    name_widget(button, command.name.replace("Action", "ToolButton"), plain_text(action.text()))
    action.changed.connect(partial(_update_accessible_name, button, action))


def _update_accessible_name(button: QWidget, action: QAction) -> None:
    button.setAccessibleName(plain_text(action.text()))
