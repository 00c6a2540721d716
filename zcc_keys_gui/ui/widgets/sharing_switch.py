"""Hides a dialog from screen sharing, says whether that worked, and lets the person show it there."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget

from zcc_keys_gui.platform.screen_capture import hide_from_capture
from zcc_keys_gui.ui.text.widgets import SHOW_IN_SHARING_SHORTCUT
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts


class SharingSwitch(QWidget):
    """A row of a dialog that shows a secret. The dialog is hidden from its first moment where the system can do that.

    `hidden_from_sharing` tells which of the two it is.
    """

    hidden_from_sharing = Signal(bool)

    def __init__(self, dialog: QDialog) -> None:
        """Hide `dialog`, which has this row in its layout."""
        super().__init__()
        self._dialog = dialog
        self._hides = True
        self._said = named(Label(wordWrap=True), "screenSharingLabel")
        self._switch = named(QPushButton(autoDefault=True), "showInScreenSharingButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._said, stretch=1)
        row.addWidget(self._switch)
        self._switch.clicked.connect(lambda: self._hide(not self._hides))
        QShortcut(SHOW_IN_SHARING_SHORTCUT, dialog, lambda: self._hide(False)).setAutoRepeat(False)
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide each native window that Qt makes for the dialog, before it is shown."""
        if event.type() == QEvent.Type.WinIdChange and watched is self._dialog and self._dialog.internalWinId():
            self._hide(self._hides)
        return super().eventFilter(watched, event)

    def _hide(self, wanted: bool) -> None:
        hidden = hide_from_capture(self._dialog.internalWinId(), hidden=wanted)
        self._hides = wanted
        self.setVisible(hidden is not None)
        self._switch.setVisible(hidden is not None and (hidden or not wanted))
        if hidden:
            still = "Windows still hides this window from screen sharing."
            self._said.setText("Hidden from screen sharing." if wanted else still)
        else:
            refused = "Windows can't hide this window from screen sharing."
            self._said.setText(refused if wanted else "Visible in screen sharing.")
        self._switch.setText("S&how in screen sharing" if hidden else "&Hide from screen sharing")
        self._switch.setAccessibleName(self._switch.text().replace("&", ""))
        grow_to_fit_texts(self._dialog)
        self.hidden_from_sharing.emit(bool(hidden))
