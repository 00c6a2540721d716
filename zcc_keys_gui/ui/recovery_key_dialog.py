"""The dialog that shows a recovery key, once."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSysInfo, Qt, QThreadPool, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.service.recovery_sheet import recovery_sheet, save_recovery_sheet
from zcc_keys_gui.ui.background import BackgroundTask
from zcc_keys_gui.ui.clipboard import SecretClipboard
from zcc_keys_gui.ui.field_problem import make_room
from zcc_keys_gui.ui.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.freed_memory import write_over_freed_memory
from zcc_keys_gui.ui.messages import ask, show_problem
from zcc_keys_gui.ui.naming import named
from zcc_keys_gui.ui.passphrase_dialogs import breakable
from zcc_keys_gui.ui.secret_field import SecretField
from zcc_keys_gui.ui.sharing_switch import SharingSwitch
from zcc_keys_gui.ui.words import PROGRAM, counted

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_COLUMNS = 4
_PRINTED_POINTS = 12
_ONLY_TIME = (
    "This recovery key opens the vault when nothing else does: after a password reset, or with a copy of the vault on "
    "another computer. Print it, save it or write it down, and keep it where only you get at it, not on this computer. "
    "This is the only time it is shown."
)
_LOST = "It can't be shown again, and will open nothing. A former recovery key of this vault is void already."


class RecoveryKeyDialog(QDialog):
    """Shows a recovery key that opens the vault already.

    It counts as saved once it was printed, saved or copied, or the person says to have written it down; closed without
    any of that, the dialog asks first, and the key is void. `settled` tells, a moment after closing, that either is so.
    """

    settled = Signal()

    def __init__(
        self, key: RecoveryKey, protection: Protection, clipboard: SecretClipboard, folder: Path, parent: QWidget
    ) -> None:
        """Show `key` of the vault in `folder`."""
        super().__init__(parent)
        self.setObjectName("recoveryKeyDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Recovery key")
        self._key: RecoveryKey | None = key
        self._protection = protection
        self._clipboard = clipboard
        self._folder = folder
        self._made = datetime.now(UTC)
        self._is_kept = False
        self._fields = [
            SecretField(group, f"recoveryKeyGroup{number}", f"Group {number}")
            for number, group in enumerate(key.groups(), start=1)
        ]
        self._print = _button("&Print…", "printButton")
        self._save = _button("&Save as file…", "saveButton")
        self._copy = _button("&Copy", "copyButton")
        self._written = named(QCheckBox("I have &written it down"), "writtenDownBox", "I have written it down")
        self._sharing = SharingSwitch(self)
        self._said = named(QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText), "keptLabel")
        self._close = _button("&Done", "closeButton")
        self._lay_out()
        for field in self._fields:
            field.copy_requested.connect(self._copy_key)
        self._print.clicked.connect(self._ask_for_printer)
        self._save.clicked.connect(self._ask_for_file)
        self._copy.clicked.connect(self._copy_key)
        self._close.clicked.connect(self.reject)
        self._save.setFocus()

    def reject(self) -> None:
        """Close, by Done, Esc or the window's X; ask first where the key was not kept."""
        if not self.isEnabled():  # is about to
            return
        if self._is_kept or self._written.isChecked():
            self._finish(self._protection.recovery_key_was_saved)
            return
        ask(
            self,
            "Close without keeping the recovery key?",
            consequence=_LOST,
            confirm="Close without keeping",
            on_confirm=lambda: self._finish(self._protection.remove_recovery_key),
            cancel="Go back",
        )

    def save_to(self, path: Path) -> None:
        """Write the recovery key to a file, and say where it is; beside the vault, a thief would get both."""
        if self._folder.resolve() in path.resolve().parents:
            self._say("Not saved: that is the vault's own folder, and whoever gets it would get both. Choose another.")
            return
        try:
            save_recovery_sheet(path, self._sheet())
        except Exception as error:  # noqa: BLE001  it is told
            show_problem(self, error)
            return
        self._was_kept(f"Saved to {breakable(path)}")

    def done(self, result: int) -> None:
        """Close, and forget the key."""
        self._key = None
        for field in self._fields:
            field.setText("")  # also empties what undo would bring back
        super().done(result)
        write_over_freed_memory()

    def _finish(self, change: Callable[[], None]) -> None:
        self.setEnabled(False)  # not hidden: closed by its X, it would be gone before what comes of this is known
        task = BackgroundTask(change)
        task.done.connect(self._settle)
        task.failed.connect(self._tell)
        task.start(QThreadPool.globalInstance())

    def _settle(self) -> None:
        self.settled.emit()
        self.accept()

    def _tell(self, error: Exception) -> None:
        self._settle()
        show_problem(self.parentWidget(), error)

    def _copy_key(self) -> None:
        if self._key is None or not self._clipboard.copy_secret(self._key):
            self._say("Not copied: another program holds the clipboard. Try again.")
            return
        seconds = counted(self._clipboard.seconds, "second")
        self._was_kept(f"Copied. The clipboard clears in {seconds}: paste it where you keep passwords now.")

    def _ask_for_file(self) -> None:
        ask_where_to_save(
            self,
            "saveRecoveryKeyDialog",
            "Save the recovery key",
            "Text files (*.txt)",
            f"{PROGRAM} recovery key.txt",
            self.save_to,
        )

    def _ask_for_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinterInfo

        if sys.platform == "win32" and not QPrinterInfo.availablePrinterNames():  # Qt would show no dialog, nor say why
            self._say("Not printed: Windows has no printer. Save the recovery key as a file, or write it down.")
            return
        dialog = QPrintDialog(self)
        dialog.setObjectName("printRecoveryKeyDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.printer().setDocName("Recovery key")
        dialog.accepted.connect(lambda: self.print_on(dialog.printer()))
        QDialog.open(dialog)

    def print_on(self, printer: "QPrinter") -> None:
        """Print the recovery key, in a font in which no digit is taken for another."""
        from PySide6.QtGui import QFontDatabase, QTextDocument
        from PySide6.QtPrintSupport import QPrinter

        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSize(_PRINTED_POINTS)
        document = QTextDocument()
        document.setDefaultFont(font)
        document.setPlainText(self._sheet())
        document.print_(printer)
        if printer.printerState() in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted):
            self._say("Not printed: the printer took nothing. Choose another, or save the recovery key as a file.")
        else:
            self._was_kept("Sent to the printer.")

    def _sheet(self) -> str:
        assert self._key is not None
        return recovery_sheet(self._key, self._folder, QSysInfo.machineHostName(), self._made)

    def _was_kept(self, text: str) -> None:
        self._is_kept = True
        self._say(text)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        make_room(self)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setRowMinimumHeight(2, 8)
        for place, field in enumerate(self._fields):
            row, column = divmod(place, _COLUMNS)
            _enlarge(field)
            label = QLabel(str(place + 1), alignment=Qt.AlignmentFlag.AlignHCenter)
            label.setBuddy(field)
            field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(label, 3 * row, column)
            grid.addWidget(field, 3 * row + 1, column)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        for button in (self._print, self._save, self._copy):
            ways.addWidget(button)
        ways.addStretch()
        ways.addWidget(self._written)
        bottom = QHBoxLayout()
        bottom.addWidget(self._said, stretch=1)
        bottom.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(QLabel(_ONLY_TIME, wordWrap=True))
        layout.addLayout(grid)
        layout.addLayout(ways)
        layout.addWidget(self._sharing)
        layout.addLayout(bottom)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)


class _Maker(QObject):
    """Makes a recovery key in the background, and then shows it."""

    def __init__(
        self, vault: OpenVault, clipboard: SecretClipboard, parent: QWidget, settled: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self._vault = vault
        self._clipboard = clipboard
        self._parent = parent
        self._settled = settled
        self._task = BackgroundTask(vault.protection.new_recovery_key)
        self._task.done.connect(self._show)
        self._task.failed.connect(self._tell)
        self._task.start(QThreadPool.globalInstance())

    def _show(self, key: RecoveryKey) -> None:
        show_recovery_key(key, self._vault, self._clipboard, self._parent, self._settled)
        self.deleteLater()

    def _tell(self, error: Exception) -> None:
        show_problem(self._parent, error)
        self.deleteLater()


def make_recovery_key(
    vault: OpenVault, clipboard: SecretClipboard, parent: QWidget, settled: Callable[[], None]
) -> None:
    """Make a recovery key for `vault` and show it, one at a time; `settled` is called once it is kept, or void."""
    if parent.findChild(_Maker) is None:
        _Maker(vault, clipboard, parent, settled)


def show_recovery_key(
    key: RecoveryKey, vault: OpenVault, clipboard: SecretClipboard, parent: QWidget, settled: Callable[[], None]
) -> None:
    """Show a recovery key that was just made; `settled` is called once it is kept, or void."""
    dialog = RecoveryKeyDialog(key, vault.protection, clipboard, vault.folder, parent)
    dialog.settled.connect(settled)
    dialog.open()


def _enlarge(field: SecretField) -> None:
    font = field.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    field.setFont(font)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance(field.text() + "00"))


def _button(text: str, name: str) -> QPushButton:
    return named(QPushButton(text, autoDefault=True), name, text.replace("&", "").removesuffix("…"))
