"""A bar above the list that says something, with what can be done about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named

if TYPE_CHECKING:
    from zcc_keys_gui.ui.widgets.warning_sign import WarningSign


class InfoBar(QFrame):
    """A sentence and a few buttons."""

    def __init__(self, name: str, text: str = "") -> None:
        """Show `text`; the bar is found under `name`."""
        super().__init__(frameShape=QFrame.Shape.StyledPanel)
        self.setObjectName(name)
        self._label = named(Label(text, wordWrap=True), f"{name}Text")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.addWidget(self._label, stretch=1)
        self._sign: WarningSign | None = None

    def warn(self, text: str) -> None:
        """Show another text, as a warning."""
        self._label.setText(text)
        if self._sign is None:
            from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

            self._sign = WarningSign()
            self._row.insertWidget(0, self._sign)

    def add_button(self, text: str, name: str, clicked: Callable[[], None]) -> QPushButton:
        """Add a button at the end of the bar."""
        button = named(QPushButton(text), name, text.replace("&", ""))
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(clicked)
        self._row.addWidget(button)
        return button

    def follow_in_tab_order(self, widget: QWidget) -> None:
        """Let Tab go from `widget` to the buttons of this bar, in the same window."""
        for button in self.findChildren(QPushButton):
            self.setTabOrder(widget, button)
            widget = button
