"""The dialog that shows a new recovery key, once."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSysInfo, Qt, Signal
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QPushButton, QWidget

from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.service.text import recovery_sheet
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.application.secret_memory import overwrite_freed_memory_soon
from zcc_keys_gui.ui.text.unlock import recovery_key as texts
from zcc_keys_gui.ui.text.values import breakable_path
from zcc_keys_gui.ui.unlock.printed_sheet import print_sheet
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.messages import ask, show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch

_COLUMNS = 4
_WIDTH_DIGITS = 64
_FONT_SCALE = 1.5


class RecoveryKeyDialog(QDialog):
    """A dialog that shows a new recovery key, which is used only after the user has printed, saved or copied it.

    Checking the box that says that it is written down counts too. Otherwise a vault could depend on a key that is lost.
    Then `use_key` is called in the background, and `key_used` carries its result.
    """

    key_used = Signal(object)

    def __init__(
        self,
        use_key: Callable[[RecoveryKey], object],
        clipboard: SecretClipboard,
        folder: Path,
        parent: QWidget,
        *,
        notice: str = "",
    ) -> None:
        """Show a key for the vault in `folder`, below a `notice`."""
        super().__init__(parent)
        self.setObjectName("recoveryKeyDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._key: RecoveryKey | None = new_recovery_key()
        self._use_key = use_key
        self._clipboard = clipboard
        self._folder = folder
        self._made = datetime.now(UTC)
        self._is_used = False
        self._closes_after_work = False
        self._using = BackgroundWork(self)
        self._saving = BackgroundWork(self)
        self._fields = [
            SecretField(
                f"recoveryKeyGroup{number}",
                texts.GROUP.format(number=number),
                lambda _: self._copy_key(),
                shown=group,
            )
            for number, group in enumerate(self._key.groups(), start=1)
        ]
        self._lay_out(notice)

    def reject(self) -> None:
        """Close the dialog; ask first if the key would be lost, and wait until running work is done."""
        if self._using.is_busy or self._saving.is_busy:
            self._closes_after_work = True
        elif self._is_used:
            self.accept()
        elif self._written_down.isChecked():
            self._closes_after_work = True
            self._use("")
        else:
            ask(
                self,
                texts.DISCARD_QUESTION,
                consequence=texts.DISCARD_CONSEQUENCE,
                confirm=texts.DISCARD,
                on_confirm=self.accept,
                cancel=texts.GO_BACK,
            )

    def done(self, result: int) -> None:
        """Close, and remove the key from the memory."""
        self._key = None
        for field in self._fields:
            field.setText("")  # This also clears the field's undo history.
        super().done(result)
        overwrite_freed_memory_soon()

    def save_to(self, path: Path) -> None:
        """Write the recovery key to a file in the background, but not to the vault's own folder."""
        if self._saving.is_busy or self._key is None:
            return
        sheet, folder = self._sheet(), self._folder

        def save() -> str:
            if folder.resolve() in path.resolve().parents:
                return ""
            with saved_text_file(path, is_secret=True) as file:
                file.write(sheet)
            return texts.SAVED.format(path=breakable_path(path))

        self._show_status(texts.SAVING)
        self._saving.start(save, self._show_saved, self._show_not_saved)

    def print_on(self, printer: QPrinter) -> None:
        """Print the recovery key."""
        if print_sheet(self._sheet(), printer):
            self._use(texts.PRINTED)
        else:
            self._show_status(texts.NOT_PRINTED)

    def _show_saved(self, status: str) -> None:
        if not status:
            self._closes_after_work = False
            self._show_status(texts.IN_VAULT_FOLDER)
            return
        self._use(status)
        if self._is_used and self._closes_after_work:
            self.accept()

    def _show_not_saved(self, error: Exception) -> None:
        self._closes_after_work = False
        self._show_status("")
        show_problem(self, error)

    def _copy_key(self) -> bool:
        if self._key is None or not self._clipboard.copy_secret(self._key):
            self._show_status(texts.NOT_COPIED)
            return False
        self._use(texts.COPIED.of(self._clipboard.seconds))
        return True

    def _ask_for_file(self) -> None:
        ask_where_to_save(
            self, "saveRecoveryKeyDialog", texts.SAVE_TITLE, texts.TEXT_FILES, texts.FILE_NAME, self.save_to
        )

    def _ask_for_printer(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog

        if sys.platform == "win32" and not QPrinterInfo.availablePrinterNames():
            self._show_status(texts.NO_PRINTER)  # Qt would show no dialog and give no reason.
            return
        dialog = QPrintDialog(self)
        dialog.setObjectName("printRecoveryKeyDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.printer().setDocName(texts.TITLE)
        dialog.accepted.connect(lambda: self.print_on(dialog.printer()))
        QDialog.open(dialog)

    def _sheet(self) -> str:
        assert self._key is not None
        return recovery_sheet(self._key, self._folder, QSysInfo.machineHostName(), self._made)

    def _use(self, status: str) -> None:
        """Let the key unlock the vault, now that the user has it; show `status`."""
        self._show_status(status)
        key, use_key = self._key, self._use_key
        if not self._is_used and not self._using.is_busy and key is not None:
            self._using.start(lambda: use_key(key), self._pass_result_on, self._show_not_used)

    def _pass_result_on(self, result: object) -> None:
        self._is_used = True
        self.key_used.emit(result)
        if self._closes_after_work:
            self.accept()

    def _show_not_used(self, error: Exception) -> None:
        self._closes_after_work = False
        self._show_status(texts.NOT_IN_USE)
        show_problem(self, error)

    def _show_status(self, text: str) -> None:
        self._status.setText(text)
        grow_to_fit_texts(self)

    def _lay_out(self, notice: str) -> None:
        notice_label = name_widget(Label(notice, wordWrap=True), "beforeLabel")
        notice_label.setVisible(bool(notice))
        self._status = name_widget(Label(wordWrap=True), "keptLabel")
        close = _button(texts.DONE, "closeButton", self.reject)
        bottom = QHBoxLayout()
        bottom.addWidget(self._status, stretch=1)
        bottom.addWidget(close)
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.setSpacing(16)
        layout.addWidget(notice_label)
        layout.addWidget(Label(texts.ONLY_TIME, wordWrap=True))
        layout.addLayout(self._groups())
        layout.addLayout(self._ways_to_keep())
        layout.addWidget(SharingSwitch(self))
        layout.addWidget(self._using.progress_bar(texts.WORKING))
        layout.addLayout(bottom)
        self._save.setFocus()  # Works only after the button is in the dialog.

    def _groups(self) -> QGridLayout:
        """Return the fields of the key in two rows, with the number of the group above each."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setRowMinimumHeight(2, 8)
        for index, field in enumerate(self._fields):
            row, column = divmod(index, _COLUMNS)
            _enlarge(field)
            label = Label(str(index + 1), alignment=Qt.AlignmentFlag.AlignHCenter)
            label.setBuddy(field)
            field.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(label, 3 * row, column)
            grid.addWidget(field, 3 * row + 1, column)
        return grid

    def _ways_to_keep(self) -> QHBoxLayout:
        self._written_down = name_widget(QCheckBox(texts.WRITTEN_DOWN), "writtenDownBox")
        self._save = _button(texts.SAVE, "saveButton", self._ask_for_file)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(_button(texts.PRINT, "printButton", self._ask_for_printer))
        row.addWidget(self._save)
        row.addWidget(_button(texts.COPY, "copyButton", self._copy_key))
        row.addStretch()
        row.addWidget(self._written_down)
        return row


def offer_recovery_key(
    parent: QWidget,
    clipboard: SecretClipboard,
    folder: Path,
    use_key: Callable[[RecoveryKey], object],
    on_used: Callable[[object], None],
    *,
    reencrypts: bool = False,
) -> None:
    """Show a new recovery key for the vault in `folder`, unless one is shown already.

    After the user has kept the key, `use_key` is called with it in the background, then `on_used` with the result. If
    this `reencrypts` the vault, the dialog says so.
    """
    if any(shown.isVisible() for shown in parent.findChildren(RecoveryKeyDialog)):
        return
    notice = texts.KEEP_IT_FIRST if reencrypts else ""
    dialog = RecoveryKeyDialog(use_key, clipboard, folder, parent, notice=notice)
    dialog.key_used.connect(on_used)
    dialog.open()


def _enlarge(field: SecretField) -> None:
    font = field.font()
    font.setPointSizeF(font.pointSizeF() * _FONT_SCALE)
    field.setFont(font)
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance(field.text() + "00"))


def _button(text: str, name: str, on_click: Callable[[], object]) -> QPushButton:
    button = name_widget(QPushButton(text, autoDefault=True), name)
    button.clicked.connect(on_click)
    return button
