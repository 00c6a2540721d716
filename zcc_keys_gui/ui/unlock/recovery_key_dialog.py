"""The dialog that shows a recovery key, once."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSysInfo, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.recovery_sheet import recovery_sheet
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.text.values import PROGRAM, counted
from zcc_keys_gui.ui.unlock.passphrase_dialogs import breakable
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import ask, show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_COLUMNS = 4
_PRINTED_POINTS = 12
_ONLY_TIME = (
    "This recovery key opens the vault when nothing else does: after a password reset, or with a copy of the vault on "
    "another computer. Print it, save it or write it down, and keep it where only you get at it, not on this computer. "
    "This is the only time it is shown."
)
_BEFORE = "Keep the new recovery key first. The vault is re-encrypted with it then."
_BESIDE_VAULT = "Not saved: that is the vault's own folder, and whoever gets it would get both. Choose another."
_LOST = "It can't be shown again, and opens nothing. What opens the vault now stays as it is."


class RecoveryKeyDialog(QDialog):
    """Shows a new recovery key, which opens nothing yet: the vault must not depend on a key that nobody has.

    It is kept once it was printed, saved or copied, or the person says to have written it down: only then is `keep`
    called, in the background, and `kept` tells what came of it. Closed without any of that, the dialog asks first.
    """

    kept = Signal(object)

    def __init__(
        self, keep: Callable[[RecoveryKey], object], clipboard: SecretClipboard, folder: Path, parent: QWidget
    ) -> None:
        """Show a key for the vault in `folder`."""
        super().__init__(parent)
        self.setObjectName("recoveryKeyDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Recovery key")
        self._key: RecoveryKey | None = new_recovery_key()
        self._keep = keep
        self._clipboard = clipboard
        self._folder = folder
        self._made = datetime.now(UTC)
        self._is_kept = False
        self._keeping = BackgroundWork(self)
        self._saving = BackgroundWork(self)
        self._saved_to = Path()
        self._closes = False
        self._fields = [
            SecretField(f"recoveryKeyGroup{number}", f"Group {number}", lambda _: self._copy_key(), shown=group)
            for number, group in enumerate(self._key.groups(), start=1)
        ]
        self._before = named(Label(wordWrap=True), "beforeLabel")
        self._print = _button("&Print…", "printButton")
        self._save = _button("&Save as file…", "saveButton")
        self._copy = _button("&Copy", "copyButton")
        self._written = named(QCheckBox("I have &written it down"), "writtenDownBox", "I have written it down")
        self._sharing = SharingSwitch(self)
        self._said = named(Label(wordWrap=True), "keptLabel")
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", "Working on the vault")
        self._close = _button("&Done", "closeButton")
        self._keeping.busy_changed.connect(self._progress.setVisible)
        self._lay_out()
        self._print.clicked.connect(self._ask_for_printer)
        self._save.clicked.connect(self._ask_for_file)
        self._copy.clicked.connect(self._copy_key)
        self._close.clicked.connect(self.reject)
        self._save.setFocus()

    def say_before(self, text: str) -> None:
        """Say what the key is made for."""
        self._before.setText(text)
        self._before.setVisible(bool(text))

    def reject(self) -> None:
        """Close, by Done, Esc or the window's X; ask first where the key was not kept."""
        if self._keeping.is_busy or self._saving.is_busy:  # what comes of it has to be told
            self._closes = True
        elif self._is_kept:
            self.accept()
        elif self._written.isChecked():
            self._closes = True
            self._was_kept("")
        else:
            ask(
                self,
                "Close without keeping the recovery key?",
                consequence=_LOST,
                confirm="Close without keeping",
                on_confirm=self.accept,
                cancel="Go back",
            )

    def save_to(self, path: Path) -> None:
        """Write the recovery key to a file, and say where it is; beside the vault, a thief would get both."""
        if self._saving.is_busy or self._key is None:
            return
        sheet, folder = self._sheet(), self._folder

        def save() -> str:
            if folder.resolve() in path.resolve().parents:
                return _BESIDE_VAULT
            with saved_text_file(path, is_secret=True) as file:
                file.write(sheet)
            return ""

        self._saved_to = path
        self._say("Saving…")
        # A USB drive or a network folder may take seconds.
        self._saving.start(save, self._was_saved, self._was_not_saved)

    def _was_saved(self, problem: str) -> None:
        if problem:
            self._closes = False
            self._say(problem)
            return
        self._was_kept(f"Saved to {breakable(self._saved_to)}")
        if self._is_kept and self._closes:
            self.accept()

    def _was_not_saved(self, error: Exception) -> None:
        self._closes = False
        self._say("")
        show_problem(self, error)

    def done(self, result: int) -> None:
        """Close, and forget the key."""
        self._key = None
        for field in self._fields:
            field.setText("")  # also empties what undo would bring back
        super().done(result)
        QTimer.singleShot(0, overwrite_freed_memory)

    def _copy_key(self) -> bool:
        if self._key is None or not self._clipboard.copy_secret(self._key):
            self._say("Not copied: another program holds the clipboard. Try again.")
            return False
        seconds = counted(self._clipboard.seconds, "second")
        self._was_kept(f"Copied. The clipboard clears in {seconds}: paste it where you keep passwords now.")
        return True

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
        """Let the key open the vault from now on, and say `text`."""
        self._say(text)
        key = self._key
        if self._is_kept or self._keeping.is_busy or key is None:
            return
        keep = self._keep
        self._keeping.start(lambda: keep(key), self._take_result, self._take_failure)

    def _take_result(self, result: object) -> None:
        self._is_kept = True
        self.kept.emit(result)
        if self._closes:
            self.accept()

    def _take_failure(self, error: Exception) -> None:
        self._closes = False
        self._say("Not kept yet: this recovery key opens nothing so far.")
        show_problem(self, error)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setRowMinimumHeight(2, 8)
        for place, field in enumerate(self._fields):
            row, column = divmod(place, _COLUMNS)
            _enlarge(field)
            label = Label(str(place + 1), alignment=Qt.AlignmentFlag.AlignHCenter)
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
        layout.addWidget(self._before)
        layout.addWidget(Label(_ONLY_TIME, wordWrap=True))
        layout.addLayout(grid)
        layout.addLayout(ways)
        layout.addWidget(self._sharing)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        layout.addWidget(self._progress)
        layout.addLayout(bottom)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)


def offer_recovery_key(
    parent: QWidget,
    clipboard: SecretClipboard,
    folder: Path,
    keep: Callable[[RecoveryKey], object],
    kept: Callable[[object], None],
    *,
    reencrypts: bool = False,
) -> None:
    """Show a new recovery key for the vault in `folder`, one at a time.

    Once the person keeps it, `keep` is called with it in the background, and `kept` with what came of that. Where this
    `reencrypts` the vault, the dialog says so.
    """
    if any(shown.isVisible() for shown in parent.findChildren(RecoveryKeyDialog)):
        return
    dialog = RecoveryKeyDialog(keep, clipboard, folder, parent)
    dialog.say_before(_BEFORE if reencrypts else "")
    dialog.kept.connect(kept)
    dialog.open()


def _enlarge(field: SecretField) -> None:
    font = field.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    field.setFont(font)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance(field.text() + "00"))


def _button(text: str, name: str) -> QPushButton:
    return named(QPushButton(text, autoDefault=True), name, text.replace("&", "").removesuffix("…"))
