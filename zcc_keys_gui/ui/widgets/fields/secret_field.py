"""The field for every secret that is typed, pasted, or shown."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAction,
    QClipboard,
    QContextMenuEvent,
    QFontDatabase,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QLineEdit

from zcc_keys_gui.domain.pasted_text import remove_untypeable
from zcc_keys_gui.ui.widgets.fields.pasting import CleaningRule, SecretCleaner
from zcc_keys_gui.ui.widgets.naming import name_widget

_MAX_LENGTH = 1_000  # characters
_SENSITIVE = (
    Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhNoAutoUppercase
)


class SecretField(QLineEdit):
    """A field for a secret. The copy keys and the menu put it on the clipboard with `copy`, which marks it as a secret.

    The secret can't be dragged out of the field. It is not put on X11's primary selection, because any program can
    read that.
    """

    def __init__(
        self,
        name: str,
        accessible_name: str,
        copy: Callable[[str], bool],
        *,
        shown: str | None = None,
        is_hidden: bool = False,
        max_length: int = _MAX_LENGTH,
        rule: CleaningRule = remove_untypeable,
    ) -> None:
        """Create an empty field, or a read-only field that shows the secret `shown`.

        `copy` copies a text as a secret, and returns whether the clipboard accepted it. If `is_hidden`, the field shows
        dots until `show_text`. `rule` cleans pasted text, of which the field accepts up to `max_length` characters.
        """
        super().__init__(shown or "", readOnly=shown is not None)
        name_widget(self, name, accessible_name)
        self._copy = copy
        self._cleaner = SecretCleaner(self, rule, max_length)
        self._replaced_keys = self._keys_that_copy()
        self.setDragEnabled(False)
        self.show_text(not is_hidden)
        if shown is not None:
            self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            use_fixed_font(self, shown)
            if QGuiApplication.clipboard().supportsSelection():
                self.selectionChanged.connect(self.deselect)

    @property
    def uncleaned_text(self) -> str:
        """The text before it was cleaned; empty if cleaning changed nothing, or after the next change."""
        return self._cleaner.uncleaned_text

    def show_text(self, shown: bool) -> None:
        """Show the secret, or dots instead of it."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        # Qt removes these hints when it shows the text.
        self.setInputMethodHints(self.inputMethodHints() | _SENSITIVE)

    def copy(self) -> None:
        """Copy the selected text as a secret, but only if it is shown."""
        self._copy_selection()

    def cut(self) -> None:
        """Copy the selected text as a secret, and delete it if the clipboard accepted it."""
        if self._copy_selection() and not self.isReadOnly():
            self.del_()

    def _keys_that_copy(self) -> dict[QKeySequence.StandardKey, Callable[[], object]]:
        """Return the keys with which Qt copies to the clipboard, each with what this field does instead."""
        keys = QKeySequence.StandardKey
        return {
            keys.Copy: self.copy,
            keys.Cut: self.cut,
            keys.DeleteEndOfLine: self._delete_to_end,
            keys.DeleteCompleteLine: self._delete_all,
        }

    def _delete_to_end(self) -> None:
        if not self.isReadOnly():
            self.deselect()
            self.end(True)
            self.del_()

    def _delete_all(self) -> None:
        if not self.isReadOnly():
            self.selectAll()
            self.del_()

    def _copy_selection(self) -> bool:
        if self.echoMode() is not QLineEdit.EchoMode.Normal or not (self.hasSelectedText() or self.isReadOnly()):
            return False
        return self._copy(self.selectedText())

    def _clear_primary_selection(self) -> None:
        """Remove what Qt has just put on X11's primary selection.

        No other program has read it yet, because this program answers such requests only in its event loop.
        """
        clipboard, primary = QGuiApplication.clipboard(), QClipboard.Mode.Selection
        if clipboard.ownsSelection() and clipboard.text(primary) == self.selectedText() != "":
            clipboard.clear(primary)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the copy keys, and clear X11's primary selection after a key that selects text."""
        replacement = next((action for key, action in self._replaced_keys.items() if event.matches(key)), None)
        if replacement is None:
            super().keyPressEvent(event)
        else:
            replacement()
        self._clear_primary_selection()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Finish a selection with the mouse, and clear X11's primary selection."""
        super().mouseReleaseEvent(event)
        self._clear_primary_selection()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show Qt's menu with Copy and Cut replaced, because Qt's own don't call this class."""
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            handler = {"edit-copy": self.copy, "edit-cut": self.cut}.get(action.objectName())
            if handler is not None:
                replacement = QAction(action.icon(), action.text(), menu)
                replacement.setObjectName(action.objectName())
                replacement.setEnabled(action.isEnabled())
                replacement.triggered.connect(handler)
                menu.insertAction(action, replacement)
                menu.removeAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def use_fixed_font(field: QLineEdit, text: str) -> None:
    """Show a field in the system's fixed-width font, wide enough for `text`. Similar characters differ in that font."""
    field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    field.setCursorPosition(0)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance(text + "00"))
