"""The parts of filters: the maximum length of a search text, and a box that lists values."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox

from zcc_keys_gui.ui.widgets.naming import name_widget

MAX_SEARCH_LENGTH = 200  # characters


def filter_box(name: str, accessible_name: str, entries: Sequence[str]) -> QComboBox:
    """Return a combo box that lists `entries`, wide enough for each of them."""
    box = name_widget(QComboBox(), name, accessible_name)
    box.addItems(entries)
    digit_width = box.fontMetrics().horizontalAdvance("0")
    box.setMinimumWidth(box.sizeHint().width() + digit_width)  # at 200 %, Qt's size hint is too narrow
    return box
