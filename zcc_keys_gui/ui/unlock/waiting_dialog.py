"""The dialog that is open while the program waits for the key store."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton

from zcc_keys_gui.ui.text.unlock.unlocking import WAITING_FOR_KEY_STORE, WAITING_HINT
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.text.widgets import CANCEL
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 64


class WaitingDialog(QDialog):
    """A dialog that says that the program waits for the key store, and what the user can do. Cancel rejects it."""

    alternative_requested = Signal()
    """Emitted when the user wants to unlock the vault without the key store."""

    def __init__(self, alternative_text: str) -> None:
        """Show a button with the text `alternative_text`, or no such button if the text is empty."""
        super().__init__()
        self.setObjectName("waitingDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(PROGRAM)
        self._title = name_widget(Label(WAITING_FOR_KEY_STORE, wordWrap=True), "waitingLabel")
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._hint = name_widget(Label(WAITING_HINT, wordWrap=True), "waitingHint")
        self._progress = name_widget(QProgressBar(maximum=0, textVisible=False), "progressBar", WAITING_FOR_KEY_STORE)
        self._alternative = name_widget(QPushButton(alternative_text, autoDefault=False), "otherWayButton")
        self._alternative.setVisible(bool(alternative_text))
        self._alternative.clicked.connect(self._request_alternative)
        self._cancel = name_widget(QPushButton(CANCEL), "cancelButton")
        self._cancel.clicked.connect(self.reject)
        self._lay_out()
        self._cancel.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Grow to the height that the texts need."""
        super().showEvent(event)
        grow_to_fit_texts(self)

    def _request_alternative(self) -> None:
        self._alternative.setEnabled(False)
        self.alternative_requested.emit()

    def _lay_out(self) -> None:
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.addWidget(self._title)
        layout.addWidget(self._hint)
        layout.addWidget(self._progress)
        layout.addStretch()
        layout.addLayout(button_row(self._alternative, self._cancel))
