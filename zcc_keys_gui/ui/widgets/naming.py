"""Names by which test tools and screen readers find the controls."""

from typing import TypeVar

from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLineEdit, QWidget

_WidgetT = TypeVar("_WidgetT", bound=QWidget)


def name_widget(widget: _WidgetT, name: str, accessible_name: str = "") -> _WidgetT:
    """Set a widget's object name and the name that a screen reader speaks; return the widget.

    Without an `accessible_name`, a screen reader speaks the text of a button.
    """
    if not accessible_name and isinstance(widget, QAbstractButton):
        accessible_name = plain_text(widget.text())
    widget.setObjectName(name)
    widget.setAccessibleName(accessible_name)
    if isinstance(widget, QAbstractSpinBox):
        for field in widget.findChildren(QLineEdit):  # a screen reader also finds the inner field
            field.setAccessibleName(accessible_name)
    return widget


def plain_text(label: str) -> str:
    """Return the text of a button or a menu command without its mnemonic and its ellipsis."""
    return label.replace("&", "").removesuffix("…")
