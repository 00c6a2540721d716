"""The dialog that checks the whole vault."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from zcc_keys_gui.domain.damage import Findings
from zcc_keys_gui.service.store import Checks
from zcc_keys_gui.ui.text.backups import checking as texts
from zcc_keys_gui.ui.text.widgets import CANCEL, CLOSE
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 64


class CheckDialog(QDialog):
    """A dialog that checks the vault and its automatic backups in the background, and shows what was found.

    `repair_requested` is emitted if the user wants to repair what was found.
    """

    repair_requested = Signal()

    def __init__(self, checks: Checks, parent: QWidget) -> None:
        """Begin the check."""
        super().__init__(parent)
        self.setObjectName("checkVaultDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._checks = checks
        self._background = BackgroundWork(self)
        self._result = name_widget(Label(texts.CHECKING, wordWrap=True), "resultLabel")
        self._automatic_backups = name_widget(Label(wordWrap=True), "copiesLabel")
        self._repair = name_widget(QPushButton(texts.REPAIR, autoDefault=False), "repairButton")
        self._close = name_widget(QPushButton(CANCEL), "cancelButton")
        self._lay_out()
        self._repair.clicked.connect(self._request_repair)
        self._close.clicked.connect(self.reject)
        self._background.start_reporting(checks.full, self._show_findings, self._show_failure)

    def done(self, result: int) -> None:
        """Close, and cancel the check."""
        if self._background.is_busy:
            self._background.ignore_outcome()
            self._checks.cancel()
        super().done(result)

    def _lay_out(self) -> None:
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.addWidget(self._result)
        layout.addWidget(self._automatic_backups)
        layout.addWidget(self._background.progress_bar(texts.PROGRESS))
        layout.addStretch()
        layout.addLayout(button_row(self._repair, self._close))
        self._repair.hide()
        self._automatic_backups.hide()
        self._close.setDefault(True)

    def _show_findings(self, findings: Findings) -> None:
        self._result.setText(texts.describe_findings(findings))
        self._automatic_backups.setText(texts.describe_automatic_backups(findings))
        self._automatic_backups.show()
        self._repair.setVisible(not findings.is_healthy)
        self._close.setText(CLOSE)
        name_widget(self._close, "closeButton")
        grow_to_fit_texts(self)

    def _show_failure(self, error: Exception) -> None:
        show_problem(self.parentWidget(), error)
        self.reject()

    def _request_repair(self) -> None:
        self.accept()
        self.repair_requested.emit()
