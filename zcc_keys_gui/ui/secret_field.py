"""A field that shows a secret, or a part of one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

from zcc_keys_gui.ui.naming import named


class SecretField(QLineEdit):
    """Shows a secret; it leaves the field by `copy_requested` alone, not by menu, drag or mouse selection."""

    copy_requested = Signal()

    def __init__(self, text: str, name: str, spoken: str) -> None:
        """Show `text` in a field of this name, which a screen reader calls `spoken`."""
        super().__init__(text, readOnly=True)
        named(self, name, spoken)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDragEnabled(False)
        fit(self, text)
        if QGuiApplication.clipboard().supportsSelection():  # X11 copies what is selected, unmarked and for good
            self.selectionChanged.connect(self.deselect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that copy for the copy button's."""
        if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)


def fit(field: QLineEdit, text: str) -> None:
    """Give a field the font in which no character is taken for another, and room for all of `text`."""
    field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    field.setCursorPosition(0)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance(text + "00"))
