"""The row of a dialog that hides it from screen sharing, or shows it there."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from zcc_keys_gui.platform.screen_capture import hide_from_capture
from zcc_keys_gui.ui.text import widgets as texts
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts


class SharingSwitch(QWidget):
    """A row of a dialog that shows a secret. The dialog is hidden from the start if the system can do that.

    `hidden_from_sharing` carries whether the dialog is hidden now.
    """

    hidden_from_sharing = Signal(bool)

    def __init__(self, dialog: QDialog) -> None:
        """Hide `dialog`, which has this row in its layout."""
        super().__init__()
        self._dialog = dialog
        self._wants_hidden = True
        self._state = name_widget(Label(wordWrap=True), "screenSharingLabel")
        self._switch = name_widget(QPushButton(autoDefault=True), "showInScreenSharingButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._state, stretch=1)
        row.addWidget(self._switch)
        self._switch.clicked.connect(lambda: self._set_hidden(not self._wants_hidden))
        shortcut = QShortcut(texts.SHOW_IN_SHARING_SHORTCUT, dialog, lambda: self._set_hidden(False))
        shortcut.setAutoRepeat(False)
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide each native window that Qt creates for the dialog before it is shown."""
        if event.type() == QEvent.Type.WinIdChange and watched is self._dialog and self._dialog.internalWinId():
            self._set_hidden(self._wants_hidden)
        return super().eventFilter(watched, event)

    def _set_hidden(self, wants_hidden: bool) -> None:
        self._wants_hidden = wants_hidden
        is_hidden = hide_from_capture(self._dialog.internalWinId(), hidden=wants_hidden)
        self.setVisible(is_hidden is not None)
        self._switch.setVisible(is_hidden is not None and (is_hidden or not wants_hidden))
        self._state.setText(_state_text(is_hidden=bool(is_hidden), wants_hidden=wants_hidden))
        self._switch.setText(texts.SHOW_IN_SHARING if is_hidden else texts.HIDE_FROM_SHARING)
        self._switch.setAccessibleName(plain_text(self._switch.text()))
        grow_to_fit_texts(self._dialog)
        self.hidden_from_sharing.emit(bool(is_hidden))


def _state_text(*, is_hidden: bool, wants_hidden: bool) -> str:
    if is_hidden:
        return texts.HIDDEN_FROM_SHARING if wants_hidden else texts.STILL_HIDDEN_FROM_SHARING
    return texts.CANNOT_HIDE_FROM_SHARING if wants_hidden else texts.VISIBLE_IN_SHARING
