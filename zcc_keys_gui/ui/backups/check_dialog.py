"""The dialog that checks the whole vault."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.damage import Findings
from zcc_keys_gui.service.store import Checks
from zcc_keys_gui.ui.text.backups.damage import copies_words, findings_words
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts


class CheckDialog(QDialog):
    """Checks vault and copies in the background, and says what was found; `repair_wanted` where something was."""

    repair_wanted = Signal()

    def __init__(self, checks: Checks, parent: QWidget) -> None:
        """Begin at once."""
        super().__init__(parent)
        self.setObjectName("checkVaultDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Check the vault")
        self._checks = checks
        self._result = named(
            Label("Reading every page of the vault and of its automatic backups…", wordWrap=True), "resultLabel"
        )
        self._copies = named(Label(wordWrap=True), "copiesLabel")
        self._progress = named(QProgressBar(textVisible=False), "progressBar", "How far the check is")
        self._repair = named(QPushButton("&Repair…", autoDefault=False), "repairButton", "Repair")
        self._close = named(QPushButton("Cancel"), "cancelButton", "Cancel")
        self._lay_out()
        self._repair.clicked.connect(self._ask_for_repair)
        self._close.clicked.connect(self.reject)
        self._background = BackgroundWork(self)
        self._background.progressed.connect(self._show_progress)
        self._background.start_reporting(checks.full, self._show_findings, self._show_failure)

    def done(self, result: int) -> None:
        """Close, and end the check."""
        if self._background.is_busy:
            self._background.ignore_outcome()
            self._checks.cancel()
        super().done(result)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self._repair)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for widget in (self._result, self._copies, self._progress):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addLayout(buttons)
        self._repair.hide()
        self._copies.hide()
        self._close.setDefault(True)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)

    def _show_progress(self, done: int, of: int) -> None:
        self._progress.setMaximum(of)
        self._progress.setValue(done)

    def _show_findings(self, findings: Findings) -> None:
        self._progress.hide()
        self._result.setText(findings_words(findings))
        self._copies.setText(copies_words(findings))
        self._copies.show()
        self._repair.setVisible(not findings.is_healthy)
        self._close.setText("Close")
        named(self._close, "closeButton", "Close")
        grow_to_fit_texts(self)

    def _show_failure(self, error: Exception) -> None:
        show_problem(self.parentWidget(), error)
        self.reject()

    def _ask_for_repair(self) -> None:
        self.accept()
        self.repair_wanted.emit()
