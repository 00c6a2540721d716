"""Actions made from the descriptions of commands."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from zcc_keys_gui.ui.widgets.commands import SEPARATOR, Command, CommandActions

OPEN = Command[int]("openAction", "&Open…", "Ctrl+O")
CLOSE = Command[int](
    "closeAction",
    "&Close",
    is_enabled=lambda count: count > 0,
    text_for=lambda count: "&Close all" if count > 1 else "&Close",
    disabled_tooltip="Nothing is open",
)
PIN = Command[int]("pinAction", "&Pin", is_checkable=True)


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QWidget]:
    owner = QWidget()
    yield owner
    owner.deleteLater()


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def actions(owner: QWidget, calls: list[str]) -> CommandActions[int]:
    return CommandActions(
        {
            OPEN: lambda: calls.append("open"),
            CLOSE: lambda: calls.append("close"),
            PIN: lambda is_checked: calls.append(f"pin {is_checked}"),
        },
        owner,
    )


def test_an_action_calls_its_handler(actions: CommandActions[int], calls: list[str]) -> None:
    for command in (OPEN, CLOSE, PIN, PIN):
        actions[command].trigger()
    assert calls == ["open", "close", "pin True", "pin False"]


def test_the_tooltip_has_the_text_and_the_shortcut(actions: CommandActions[int]) -> None:
    assert actions[OPEN].toolTip() == "Open (Ctrl+O)"
    assert actions[PIN].toolTip() == "Pin"


@pytest.mark.parametrize(
    ("count", "text", "tooltip"),
    [(0, "&Close", "Nothing is open"), (1, "&Close", "Close"), (2, "&Close all", "Close all")],
)
def test_the_state_changes_text_and_tooltip(actions: CommandActions[int], count: int, text: str, tooltip: str) -> None:
    actions.update(count)
    action = actions[CLOSE]
    assert (action.isEnabled(), action.text(), action.toolTip()) == (count > 0, text, tooltip)


def test_a_menu_is_filled_in_order(actions: CommandActions[int], owner: QWidget) -> None:
    menu = QMenu(owner)
    actions.fill(menu, [CLOSE, SEPARATOR, OPEN])
    names = ["" if action.isSeparator() else action.objectName() for action in menu.actions()]
    assert names == ["closeAction", "", "openAction"]


def test_toolbar_buttons_are_spoken_of_by_their_commands(actions: CommandActions[int], owner: QWidget) -> None:
    toolbar = actions.toolbar("toolbar", "Windows", [OPEN, CLOSE])
    toolbar.setParent(owner)
    button = toolbar.widgetForAction(actions[CLOSE])
    assert (button.objectName(), button.accessibleName()) == ("closeToolButton", "Close")
    actions.update(2)
    assert button.accessibleName() == "Close all"
