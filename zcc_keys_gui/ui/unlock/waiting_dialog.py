"""The dialog that is open while the program waits for the key store."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton

from zcc_keys_gui.ui.text.unlock.unlocking import WAITING_FOR_KEY_STORE, WAITING_HINT
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.text.widgets import CANCEL
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 64


class WaitingDialog(QDialog):
    """A dialog that says that the program waits for the key store, and what the user can do. Cancel rejects it."""

    other_way_wanted = Signal()
    """Emitted when the user wants to unlock the vault without the key store."""

    def __init__(self, other_way: str) -> None:
        """Show a button with the text `other_way`, or no such button if the text is empty."""
        super().__init__()
        self.setObjectName("waitingDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(PROGRAM)
        self._title = named(Label(WAITING_FOR_KEY_STORE, wordWrap=True), "waitingLabel")
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._hint = named(Label(WAITING_HINT, wordWrap=True), "waitingHint")
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", WAITING_FOR_KEY_STORE)
        self._other_way = named(QPushButton(other_way, autoDefault=False), "otherWayButton")
        self._other_way.setVisible(bool(other_way))
        self._other_way.clicked.connect(self._request_other_way)
        self._cancel = named(QPushButton(CANCEL), "cancelButton")
        self._cancel.clicked.connect(self.reject)
        self._lay_out()
        self._cancel.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Grow to the height that the texts need."""
        super().showEvent(event)
        grow_to_fit_texts(self)

    def _request_other_way(self) -> None:
        self._other_way.setEnabled(False)
        self.other_way_wanted.emit()

    def _lay_out(self) -> None:
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.addWidget(self._title)
        layout.addWidget(self._hint)
        layout.addWidget(self._progress)
        layout.addStretch()
        layout.addLayout(button_row(self._other_way, self._cancel))
