"""The field that shows a snippet, which may have a client secret in it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit

from zcc_keys_gui.ui.widgets.naming import named


class SnippetView(QPlainTextEdit):
    """Shows a snippet; one with a secret leaves by `copy_requested` alone, not by menu, drag or mouse selection."""

    copy_requested = Signal()

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(readOnly=True, tabChangesFocus=True, undoRedoEnabled=False)
        named(self, "snippetText", "Snippet")
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._is_secret = False
        if QGuiApplication.clipboard().supportsSelection():  # X11 copies what is selected, unmarked and for good
            self.selectionChanged.connect(self._deselect)

    def show_snippet(self, text: str, *, is_secret: bool) -> None:
        """Show another text; `is_secret` says whether there is a secret in it."""
        self._is_secret = is_secret
        selectable = Qt.TextInteractionFlag.TextSelectableByKeyboard  # so that a screen reader can go through it
        menu = Qt.ContextMenuPolicy.NoContextMenu
        if not is_secret:
            selectable |= Qt.TextInteractionFlag.TextSelectableByMouse
            menu = Qt.ContextMenuPolicy.DefaultContextMenu
        self.setTextInteractionFlags(selectable)
        self.setContextMenuPolicy(menu)
        self.setPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that copy for the copy button's, where there is a secret."""
        copies = event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut)
        if copies and self._is_secret:
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)

    def _deselect(self) -> None:
        cursor = self.textCursor()
        if self._is_secret and cursor.hasSelection():
            cursor.clearSelection()
            self.setTextCursor(cursor)
