"""The field that shows a snippet, which may contain a client secret."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit

from zcc_keys_gui.ui.text.keys import connect as texts
from zcc_keys_gui.ui.widgets.naming import name_widget


class SnippetView(QPlainTextEdit):
    """A read-only field for a snippet.

    If the snippet contains a secret, the copy keys emit `copy_requested`, and the snippet can't be copied with the
    menu, dragged out, or selected with the mouse.
    """

    copy_requested = Signal()

    def __init__(self) -> None:
        """Create an empty field."""
        super().__init__(readOnly=True, tabChangesFocus=True, undoRedoEnabled=False)
        name_widget(self, "snippetText", texts.SNIPPET)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._is_secret = False
        # On X11, Qt copies every selection to the primary selection, without marking it as a secret.
        if QGuiApplication.clipboard().supportsSelection():
            self.selectionChanged.connect(self._deselect_secret)

    def show_snippet(self, snippet: str, *, is_secret: bool) -> None:
        """Show a snippet; `is_secret` says whether it contains a client secret."""
        self._is_secret = is_secret
        # Screen readers need the keyboard selection to read a text line by line.
        selectable = Qt.TextInteractionFlag.TextSelectableByKeyboard
        menu = Qt.ContextMenuPolicy.NoContextMenu
        if not is_secret:
            selectable |= Qt.TextInteractionFlag.TextSelectableByMouse
            menu = Qt.ContextMenuPolicy.DefaultContextMenu
        self.setTextInteractionFlags(selectable)
        self.setContextMenuPolicy(menu)
        self.setPlainText(snippet)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for a copy of the whole snippet if a copy key is pressed and the snippet contains a secret."""
        copies = event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut)
        if copies and self._is_secret:
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)

    def _deselect_secret(self) -> None:
        cursor = self.textCursor()
        if self._is_secret and cursor.hasSelection():
            cursor.clearSelection()
            self.setTextCursor(cursor)
