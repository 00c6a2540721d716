"""All commands of the main window and its pages: their descriptions, and the actions made from them."""

from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from tests.support import gui
from zcc_keys_gui.ui.keys import commands as key_commands
from zcc_keys_gui.ui.main import commands as window_commands
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.sign_in import commands as service_commands
from zcc_keys_gui.ui.widgets.commands import Command


def commands_in(module: ModuleType) -> list[Command[Any]]:
    return [value for value in vars(module).values() if isinstance(value, Command)]


COMMANDS = [*commands_in(key_commands), *commands_in(window_commands), *commands_in(service_commands)]
each_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


def actions_in(menu: QWidget) -> Iterator[QAction]:
    """Yield the actions in a menu or a menu bar, and those in its submenus."""
    for action in menu.actions():
        submenu = action.menu()
        if isinstance(submenu, QMenu):
            yield from actions_in(submenu)
        else:
            yield action


def menus_of(main: QWidget) -> list[QMenu]:
    assert isinstance(main, MainWindow)
    return [menu for action in main.menuBar().actions() if isinstance(menu := action.menu(), QMenu)]


@each_command
def test_a_command_has_a_name_and_a_text(command: Command[Any]) -> None:
    assert command.name.endswith("Action")
    assert "&" in command.text


def test_no_name_and_no_shortcut_is_used_twice() -> None:
    shortcuts = [QKeySequence(command.shortcut) for command in COMMANDS if command.shortcut]
    assert all(shortcut.count() for shortcut in shortcuts)
    for values in ([command.name for command in COMMANDS], [shortcut.toString() for shortcut in shortcuts]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_each_command_is_in_exactly_one_menu(main: QWidget) -> None:
    assert isinstance(main, MainWindow)
    names = [action.objectName() for action in actions_in(main.menuBar()) if action.objectName()]
    assert sorted(names) == sorted(command.name for command in COMMANDS)


def test_the_window_has_no_action_without_a_description(main: QWidget) -> None:
    names = {action.objectName() for action in main.findChildren(QAction) if action.objectName()}
    assert names == {command.name for command in COMMANDS}


def test_no_mnemonic_is_used_twice_in_a_menu(main: QWidget) -> None:
    for menu in menus_of(main):
        mnemonics = [QKeySequence.mnemonic(action.text()).toString() for action in menu.actions() if action.text()]
        assert [mnemonic for mnemonic, count in Counter(mnemonics).items() if count > 1] == [], menu.title()


def test_each_action_is_as_its_command_says(main: QWidget) -> None:
    for command in COMMANDS:
        action = gui.find(main, command.name, QAction)
        shortcut = QKeySequence(command.shortcut)
        assert action.shortcut() == shortcut
        assert action.isCheckable() == command.is_checkable
        assert action.toolTip()
        assert "&" not in action.toolTip()
        if action.isEnabled() or not command.disabled_tooltip:
            assert shortcut.toString(QKeySequence.SequenceFormat.NativeText) in action.toolTip()
        else:
            assert action.toolTip() == command.disabled_tooltip


def test_each_button_of_the_toolbar_is_named_after_its_command(main: QWidget) -> None:
    toolbar = gui.find(main, "keyToolBar", QWidget)
    buttons = {button.objectName() for button in toolbar.findChildren(QWidget)}
    assert {command.name.replace("Action", "ToolButton") for command in key_commands.TOOLBAR} <= buttons
