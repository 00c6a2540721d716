"""The window that is there while the key store keeps the program waiting."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from zcc_keys_gui.ui.text.unlock.unlocking import WAITING_FOR_KEY_STORE, WAITING_HINT
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts


class WaitingDialog(QDialog):
    """Says that the program waits for the key store, and for what the user can do about it.

    Cancel rejects it; `other_way_wanted` tells that the user wants to go on without the key store.
    """

    other_way_wanted = Signal()

    def __init__(self, other_way: str) -> None:
        """Offer `other_way`, what a button says; no button if it is empty."""
        super().__init__()
        self.setObjectName("waitingDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(PROGRAM)
        self._what = named(Label(WAITING_FOR_KEY_STORE, wordWrap=True), "waitingLabel")
        self._what.setTextFormat(Qt.TextFormat.PlainText)
        font = self._what.font()
        font.setBold(True)
        self._what.setFont(font)
        self._more = named(Label(WAITING_HINT, wordWrap=True), "waitingHint")
        self._more.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", WAITING_FOR_KEY_STORE)
        self._other_way = named(QPushButton(other_way, autoDefault=False), "otherWayButton", _spoken(other_way))
        self._cancel = named(QPushButton("Cancel"), "cancelButton", "Cancel")
        self._lay_out()
        self._other_way.setVisible(bool(other_way))
        self._other_way.clicked.connect(self._go_the_other_way)
        self._cancel.clicked.connect(self.reject)
        self._cancel.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the texts need."""
        super().showEvent(event)
        grow_to_fit_texts(self)

    def _go_the_other_way(self) -> None:
        self._other_way.setEnabled(False)
        self.other_way_wanted.emit()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self._other_way)
        buttons.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._what)
        layout.addWidget(self._more)
        layout.addWidget(self._progress)
        layout.addStretch()
        layout.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)


def _spoken(text: str) -> str:
    return text.replace("&", "").removesuffix("…")
