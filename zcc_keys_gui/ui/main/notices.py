"""The notices above the list: bars that stay until the user hides them or they are no longer true."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QVBoxLayout, QWidget

from zcc_keys_gui.ui.text.main import REPAIR
from zcc_keys_gui.ui.text.widgets import HIDE
from zcc_keys_gui.ui.widgets.info_bar import BarButton, InfoBar


class Notice(NamedTuple):
    """A text to show in a bar until the user hides it."""

    name: str
    """The object name of the bar."""
    text: str


class Notices(QVBoxLayout):
    """A column of notices with the newest one at the top."""

    def __init__(self, *bars: InfoBar) -> None:
        """Start with `bars`, which show and hide themselves."""
        super().__init__()
        self._previous_tab_stop: QWidget | None = None
        for bar in bars:
            self.addWidget(bar)

    def set_previous_tab_stop(self, widget: QWidget) -> None:
        """Let Tab move from `widget` to the buttons of the newest notice."""
        self._previous_tab_stop = widget

    def show_bar(self, bar: InfoBar) -> None:
        """Show a bar above the others."""
        self.insertWidget(0, bar)
        if self._previous_tab_stop is not None:
            bar.follow_in_tab_order(self._previous_tab_stop)

    def show_notice(self, name: str, text: str, *buttons: BarButton) -> InfoBar:
        """Show a text in a bar of this name until the user hides it; return the bar."""
        bar = InfoBar(name, text)
        for button in buttons:
            bar.add_button(*button)
        bar.add_button(HIDE, f"{name}HideButton", bar.hide)
        self.show_bar(bar)
        return bar

    def show_damage(self, text: str, repair: Callable[[], None]) -> None:
        """Show a text about a damaged vault with a button that calls `repair`."""
        bar = InfoBar("damageBar")
        bar.warn(text)
        bar.add_button(REPAIR, "damageBarRepairButton", repair)
        self.show_bar(bar)
