"""The dialog that is shown instead of the main window if the vault is damaged."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton

from zcc_keys_gui.domain.damage import DamageReport
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.service.damage import VaultRepair
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.backups.new_vault_dialog import ask_for_backup_of_new_vault
from zcc_keys_gui.ui.text.backups import damage as texts
from zcc_keys_gui.ui.text.backups.restoring import RESTORE_BACKUP
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.values import breakable_path, format_time
from zcc_keys_gui.ui.text.widgets import CLOSE
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

_WIDTH_DIGITS = 72


class DamagedVaultDialog(QDialog):
    """A dialog that says what is damaged, and offers ways to repair it.

    `recovered` carries the open vault and how it was recovered. `put_back` is emitted after the missing files were put
    back, so that the vault can be opened as usual.
    """

    recovered = Signal(object, object)
    put_back = Signal()

    def __init__(
        self, damage: VaultRepair, quarantine: Path, clipboard: SecretClipboard, *, asks_for_passphrase: bool
    ) -> None:
        """Examine `damage`; its files will be kept in `quarantine`.

        The organization `asks_for_passphrase` if a new vault from a backup gets new ways to unlock.
        """
        super().__init__()
        self.setObjectName("damagedVaultDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._damage = damage
        self._clipboard = clipboard
        self._asks_for_passphrase = asks_for_passphrase
        self._background = BackgroundWork(self)
        self._is_examining = True
        self._report: DamageReport | None = None
        self._extent = name_widget(Label(texts.EXAMINING, wordWrap=True), "extentLabel")
        self._automatic_backup = name_widget(Label(wordWrap=True), "copyLabel")
        self._open_backup = _button("openCopyButton")
        self._salvage = _button("salvageButton")
        self._put_back = _button("putBackButton")
        self._restore = _button("restoreBackupButton", RESTORE_BACKUP)
        self._close = _button("closeButton", CLOSE)
        self._lay_out(quarantine)
        self._background.busy_changed.connect(self._show_busy)
        self._open_backup.clicked.connect(self._restore_automatic_backup)
        self._salvage.clicked.connect(lambda: self._background.start(damage.salvage, self._report_recovered))
        self._put_back.clicked.connect(self._restore_protectors)
        self._restore.clicked.connect(self._ask_for_backup)
        self._close.clicked.connect(self.reject)
        self._background.start(damage.examine, self._show_report, self._show_failed_examination)

    def reject(self) -> None:
        """Close and change nothing, unless the vault is being repaired."""
        if self._is_examining:
            self._damage.cancel()
        elif self._background.is_busy:
            return
        super().reject()

    def done(self, result: int) -> None:
        """Close, and remove the key from the memory."""
        self._background.ignore_outcome()
        self._damage.forget()
        super().done(result)

    def _lay_out(self, quarantine: Path) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(WarningSign(), alignment=Qt.AlignmentFlag.AlignTop)
        top.addWidget(name_widget(Label(explain(self._damage.error).summary, wordWrap=True), "damageLabel"), stretch=1)
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.addLayout(top)
        layout.addWidget(self._extent)
        layout.addWidget(self._automatic_backup)
        layout.addWidget(Label(texts.QUARANTINE.format(folder=breakable_path(quarantine)), wordWrap=True))
        layout.addSpacing(8)
        for button in (self._open_backup, self._put_back, self._salvage, self._restore):
            layout.addWidget(button)
        layout.addStretch()
        layout.addWidget(self._background.progress_bar(texts.WORKING))
        layout.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignRight)
        for widget in (self._automatic_backup, self._open_backup, self._salvage, self._put_back):
            widget.hide()
        self._close.setDefault(True)
        self._close.setFocus()

    def _show_report(self, report: DamageReport) -> None:
        self._is_examining = False
        self._report = report
        self._extent.setText(texts.describe_damage(self._damage.error, report.readable))
        self._automatic_backup.setText(self._describe_automatic_backup(report))
        self._automatic_backup.show()
        backup, readable = report.automatic_backup, report.readable
        if backup is not None:
            _show_button(self._open_backup, texts.OPEN_BACKUP.of(backup.keys, time=format_time(backup.made)))
        elif report.protectors_from is not None:
            _show_button(
                self._put_back, texts.put_back_label(report.protectors_from, with_database=report.with_database)
            )
        if readable is not None and readable.keys + readable.history:
            _show_button(self._salvage, texts.SALVAGE.of(readable.keys))
        grow_to_fit_texts(self)

    def _describe_automatic_backup(self, report: DamageReport) -> str:
        if report.automatic_backup is None:
            if report.protectors_from is None:
                return texts.NO_AUTOMATIC_BACKUP
            return texts.describe_protectors(report.protectors_from, with_database=report.with_database)
        contents = texts.describe_automatic_backup(report.automatic_backup)
        # If another file is damaged or missing, the database in the folder may be an older one.
        is_damaged = isinstance(self._damage.error, VaultDamagedError)
        if is_damaged and report.readable is not None and report.readable.keys_lost == 0:
            return f"{contents} {texts.SALVAGE_IS_BETTER}"
        return contents

    def _restore_automatic_backup(self) -> None:
        assert self._report is not None
        assert self._report.automatic_backup is not None
        damage, made = self._damage, self._report.automatic_backup.made
        self._background.start(lambda: damage.restore_automatic_backup(made), self._report_recovered)

    def _restore_protectors(self) -> None:
        assert self._report is not None
        assert self._report.protectors_from is not None
        damage, made = self._damage, self._report.protectors_from
        self._background.start(lambda: damage.restore_protectors(made), self._report_put_back)

    def _ask_for_backup(self) -> None:
        ask_for_backup_of_new_vault(
            self,
            self._damage.from_backup,
            self._clipboard,
            lambda *created: self._report_recovered(created),
            asks_for_passphrase=self._asks_for_passphrase,
        )

    def _report_recovered(self, result: tuple[object, object]) -> None:
        self.recovered.emit(*result)  # Emitted first: the program would end if its last window were closed.
        self.accept()

    def _report_put_back(self, _: Path) -> None:
        self.put_back.emit()
        self.accept()

    def _show_failed_examination(self, error: Exception) -> None:
        self._is_examining = False
        show_problem(self, error)

    def _show_busy(self, busy: bool) -> None:
        for button in (self._open_backup, self._salvage, self._put_back, self._restore):
            button.setEnabled(not busy)
        self._close.setEnabled(not busy or self._is_examining)


def _button(name: str, text: str = "") -> QPushButton:
    return name_widget(QPushButton(text, autoDefault=False), name)


def _show_button(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(plain_text(text))
    button.show()
