"""A bar above the list with a message and buttons."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

BarButton = tuple[str, str, Callable[[], None]]
"""The arguments of `InfoBar.add_button`."""


class InfoBar(QFrame):
    """A message, and buttons for what can be done about it."""

    def __init__(self, name: str, text: str = "") -> None:
        """Show `text`. `name` is the bar's object name."""
        super().__init__(frameShape=QFrame.Shape.StyledPanel)
        self.setObjectName(name)
        self._label = name_widget(Label(text, wordWrap=True), f"{name}Text")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.addWidget(self._label, stretch=1)
        self._sign: WarningSign | None = None

    def warn(self, text: str) -> None:
        """Show `text` after a warning sign."""
        self._label.setText(text)
        if self._sign is None:
            self._sign = WarningSign()
            self._row.insertWidget(0, self._sign)

    def add_button(self, text: str, name: str, on_click: Callable[[], None]) -> QPushButton:
        """Add a button at the end of the bar."""
        button = name_widget(QPushButton(text), name)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(on_click)
        self._row.addWidget(button)
        return button

    def follow_in_tab_order(self, widget: QWidget) -> None:
        """Let Tab go from `widget`, which is in the same window, to the buttons of this bar."""
        for button in self.findChildren(QPushButton):
            self.setTabOrder(widget, button)
            widget = button


class ShowNotice(Protocol):
    """A function that shows a text in a bar until the user hides it, and returns the bar."""

    def __call__(self, name: str, text: str, *buttons: BarButton) -> InfoBar:
        """Show `text` in a bar with this object name, and with these buttons."""
