"""The dialog that is there where the vault cannot be opened as it was written."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from zcc_keys_gui.domain.damage import DamageReport, HealthyBackup
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.service.damage import Damage
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.backups.new_vault_dialog import RESTORE_BACKUP, ask_for_backup_of_new_vault
from zcc_keys_gui.ui.text.backups.damage import copy_words, extent_words
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.values import PROGRAM, counted, time_words
from zcc_keys_gui.ui.unlock.passphrase_dialogs import breakable
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

_KEPT = "Whatever you choose, the damaged files are kept as they are until you delete them, in a new folder in:"

_BETTER = "Of the vault itself every key can be read: saving that is better than opening the copy."


class DamagedVaultDialog(QDialog):
    """Says what is damaged, and offers what can be done about it.

    `recovered` carries the open vault and what became of it; `put_back` tells that `vault.json` is there again and the
    vault can be opened as usual.
    """

    recovered = Signal(object, object)
    put_back = Signal()

    def __init__(self, damage: Damage, aside: Path, clipboard: SecretClipboard, *, asks_for_passphrase: bool) -> None:
        """Look after `damage`, whose files will be kept in `aside`.

        Where the vault gets new protectors, the organization `asks_for_passphrase`.
        """
        super().__init__()
        self.setObjectName("damagedVaultDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{PROGRAM}: damaged vault")
        self._damage = damage
        self._clipboard = clipboard
        self._asks_for_passphrase = asks_for_passphrase
        self._background = BackgroundWork(self)
        self._background.busy_changed.connect(self._show_busy)
        self._examines = True
        self._what = named(Label(explain(damage.error).what, wordWrap=True), "damageLabel")
        self._extent = named(Label("Reading what is left…", wordWrap=True), "extentLabel")
        self._copy = named(Label(wordWrap=True), "copyLabel")
        self._open_copy = _button("openCopyButton")
        self._salvage = _button("salvageButton")
        self._put_back = _button("putBackButton")
        self._restore = _button("restoreBackupButton", RESTORE_BACKUP)
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", "Working on the vault")
        self._close = _button("closeButton", "&Close")
        self._lay_out(aside)
        self._open_copy.clicked.connect(self._use_copy)
        self._salvage.clicked.connect(lambda: self._background.start(damage.salvage, self._take_recovered))
        self._put_back.clicked.connect(self._put_protectors_back)
        self._restore.clicked.connect(self._ask_for_backup)
        self._close.clicked.connect(self.reject)
        self._report: DamageReport | None = None
        self._background.start(damage.examine, self._take_report, self._show_failed_examination)

    def reject(self) -> None:
        """Close, and leave everything as it is; not while something is put in the vault's place."""
        if self._examines:
            self._damage.cancel()
        elif self._background.is_busy:
            return
        super().reject()

    def done(self, result: int) -> None:
        """Close, and forget the key."""
        self._background.ignore_outcome()
        self._damage.forget()
        super().done(result)

    def _lay_out(self, aside: Path) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(WarningSign(), alignment=Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._what, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._extent)
        layout.addWidget(self._copy)
        layout.addWidget(Label(f"{_KEPT}\n{breakable(aside)}", wordWrap=True))
        layout.addSpacing(8)
        for button in (self._open_copy, self._put_back, self._salvage, self._restore):
            layout.addWidget(button)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        layout.addStretch()
        layout.addWidget(self._progress)
        layout.addWidget(self._close, alignment=Qt.AlignmentFlag.AlignRight)
        for widget in (self._copy, self._open_copy, self._salvage, self._put_back):
            widget.hide()
        self._close.setDefault(True)
        self._close.setFocus()
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 72)

    def _take_report(self, report: DamageReport) -> None:
        self._examines = False
        self._report = report
        self._extent.setText(extent_words(self._damage.error, report.readable))
        if report.automatic_backup is not None:
            self._say_copy(report.automatic_backup)
        elif report.protectors_from is not None:
            both = "Both files of the copy" if report.with_database else "The vault.json of the copy"
            self._copy.setText(
                f"{both} of {time_words(report.protectors_from)} can be put back. "
                "What opened the vault then opens it again."
            )
            self._copy.show()
            _say(self._put_back, f"&Put back the copy of {time_words(report.protectors_from)}")
        else:
            self._copy.setText("There is no sound automatic copy.")
            self._copy.show()
        is_damaged = isinstance(self._damage.error, VaultDamagedError)  # and not another file, perhaps an older one
        if (
            is_damaged
            and report.automatic_backup is not None
            and report.readable is not None
            and report.readable.keys_lost == 0
        ):
            self._copy.setText(f"{self._copy.text()} {_BETTER}")
        if report.readable is not None and report.readable.keys + report.readable.history:
            _say(self._salvage, f"&Save what can be read: {counted(report.readable.keys, 'API key')}")
        grow_to_fit_texts(self)

    def _say_copy(self, copy: HealthyBackup) -> None:
        self._copy.setText(copy_words(copy))
        self._copy.show()
        _say(self._open_copy, f"&Open the copy of {time_words(copy.made)}: {counted(copy.keys, 'API key')}")

    def _use_copy(self) -> None:
        assert self._report is not None
        assert self._report.automatic_backup is not None
        made = self._report.automatic_backup.made
        self._background.start(lambda: self._damage.restore_automatic_backup(made), self._take_recovered)

    def _put_protectors_back(self) -> None:
        assert self._report is not None
        assert self._report.protectors_from is not None
        made = self._report.protectors_from
        self._background.start(lambda: self._damage.restore_protectors(made), self._take_put_back)

    def _ask_for_backup(self) -> None:
        ask_for_backup_of_new_vault(
            self,
            self._damage.from_backup,
            self._clipboard,
            lambda *made: self._take_recovered(made),
            asks_for_passphrase=self._asks_for_passphrase,
        )

    def _take_recovered(self, result: tuple[object, object]) -> None:
        self.recovered.emit(*result)  # before closing, which would end a program that has no other window
        self.accept()

    def _take_put_back(self, _: Path) -> None:
        self.put_back.emit()
        self.accept()

    def _show_failed_examination(self, error: Exception) -> None:
        self._examines = False
        show_problem(self, error)

    def _show_busy(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        for button in (self._open_copy, self._salvage, self._put_back, self._restore):
            button.setEnabled(not busy)
        self._close.setEnabled(not busy or self._examines)


def _button(name: str, text: str = "") -> QPushButton:
    return named(QPushButton(text, autoDefault=False), name, text.replace("&", "").removesuffix("…"))


def _say(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text.replace("&", ""))
    button.show()
