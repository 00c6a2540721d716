"""The field for every secret that is typed, pasted or shown."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QFontDatabase,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QLineEdit

from zcc_keys_gui.domain.pasted_text import typeable
from zcc_keys_gui.ui.widgets.fields.pasting import Rule, SecretPasting
from zcc_keys_gui.ui.widgets.naming import named

MAX_LENGTH = 1_000  # characters
_SENSITIVE = (
    Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhNoAutoUppercase
)


class SecretField(QLineEdit):
    """A field with a secret, which leaves it only by way of `copy`: by the copy keys and the field's menu.

    It can't be dragged out, and is not put on X11's primary selection, which any program can read unmarked.
    """

    def __init__(
        self,
        name: str,
        spoken: str,
        copy: Callable[[str], bool],
        *,
        shown: str | None = None,
        is_hidden: bool = False,
        max_length: int = MAX_LENGTH,
        rule: Rule = typeable,
    ) -> None:
        """Take a secret, or show the one that is `shown`; the field has this name, and is `spoken` of as that.

        `copy` copies a text as a secret and returns whether the clipboard took it. `is_hidden` shows dots until
        `show_text`. Of what is pasted, `rule` says what is left; of that, up to `max_length` characters are taken.
        """
        super().__init__(shown or "", readOnly=shown is not None)
        named(self, name, spoken)
        self._copy = copy
        self._pasting = SecretPasting(self, rule, max_length)
        self._own_keys = self._keys_that_copy()
        self.setDragEnabled(False)
        self.show_text(not is_hidden)
        if shown is not None:
            self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
            fit(self, shown)
            if QGuiApplication.clipboard().supportsSelection():
                self.selectionChanged.connect(self.deselect)

    @property
    def as_pasted(self) -> str:
        """The text as it was pasted, if something of it was taken away; empty once it changes again."""
        return self._pasting.cleaned_from

    def show_text(self, shown: bool) -> None:
        """Show the secret, or dots in place of it."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.setInputMethodHints(self.inputMethodHints() | _SENSITIVE)  # which Qt drops with the dots

    def copy(self) -> None:
        """Copy what is selected, as a secret; while it is hidden, nothing."""
        self._copy_selection()

    def cut(self) -> None:
        """Copy what is selected, as a secret, and delete it once the clipboard has it."""
        if self._copy_selection() and not self.isReadOnly():
            self.del_()

    def _keys_that_copy(self) -> dict[QKeySequence.StandardKey, Callable[[], object]]:
        """Return the keys by which Qt copies to the clipboard, each with what is done in its place."""
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
        """Take off what Qt has just put there. Nobody has read it: this program answers who asks, and only later."""
        clipboard, primary = QGuiApplication.clipboard(), QClipboard.Mode.Selection
        if clipboard.ownsSelection() and clipboard.text(primary) == self.selectedText() != "":
            clipboard.clear(primary)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy as a secret where Qt would copy; leave nothing that a key has selected on X11's primary selection."""
        own = next((do for key, do in self._own_keys.items() if event.matches(key)), None)
        if own is None:
            super().keyPressEvent(event)
        else:
            own()
        self._clear_primary_selection()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a selection by mouse, and leave nothing of it on X11's primary selection."""
        super().mouseReleaseEvent(event)
        self._clear_primary_selection()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show Qt's menu, whose Copy and Cut go the field's own way."""
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            own = {"edit-copy": self.copy, "edit-cut": self.cut}.get(action.objectName())
            if own is not None:
                action.triggered.disconnect()
                action.triggered.connect(own)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def fit(field: QLineEdit, text: str) -> None:
    """Give a field the font in which no character is taken for another, and room for all of `text`."""
    field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    field.setCursorPosition(0)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance(text + "00"))
