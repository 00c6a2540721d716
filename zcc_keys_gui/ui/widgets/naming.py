"""Names by which test tools and screen readers find what is on the screen."""

from typing import TypeVar

from PySide6.QtWidgets import QLineEdit, QWidget

_WidgetT = TypeVar("_WidgetT", bound=QWidget)


def named(widget: _WidgetT, name: str, spoken: str = "") -> _WidgetT:
    """Give a widget its object name, and the name that a screen reader says; return it."""
    widget.setObjectName(name)
    widget.setAccessibleName(spoken)
    if widget.inherits("QAbstractSpinBox"):  # asked so that start-up need not load the class
        for field in widget.findChildren(QLineEdit):  # one, which a screen reader meets by itself
            field.setAccessibleName(spoken)
    return widget
