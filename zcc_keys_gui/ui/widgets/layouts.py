"""Layouts that several dialogs use."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget


def dialog_layout(dialog: QDialog, *, width_digits: int = 0) -> QVBoxLayout:
    """Give a dialog a column with the usual margins, and a minimum width in digits of its font; return the column."""
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(16, 16, 16, 16)
    layout.setSpacing(8)
    dialog.setMinimumWidth(dialog.fontMetrics().horizontalAdvance("0") * width_digits)
    return layout


def field_group(*parts: QWidget | QLayout) -> QVBoxLayout:
    """Return a narrow column with a label, its field, and hints."""
    group = QVBoxLayout()
    group.setSpacing(4)
    for part in parts:
        if isinstance(part, QWidget):
            group.addWidget(part)
        else:
            group.addLayout(part)
    return group


def button_row(*buttons: QWidget) -> QHBoxLayout:
    """Return a row with buttons at its right end."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    return row
