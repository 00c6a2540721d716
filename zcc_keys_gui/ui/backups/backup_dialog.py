"""The dialog that backs up the vault to a file."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QPushButton, QWidget

from zcc_keys_gui.domain.backup import is_raw_key
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.backups import backing_up as texts
from zcc_keys_gui.ui.text.values import PROGRAM, breakable_path
from zcc_keys_gui.ui.text.widgets import CANCELING
from zcc_keys_gui.ui.widgets.fields.passphrase_strength import BACKUP_GUESSES_PER_SECOND
from zcc_keys_gui.ui.widgets.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.new_passphrase_dialog import NewPassphraseDialog


def ask_for_backup_file(parent: QWidget, on_chosen: Callable[[Path], None]) -> None:
    """Ask where to save the backup."""
    name = texts.FILE_NAME.format(program=PROGRAM, date=QDate.currentDate().toString("yyyy-MM-dd"))
    ask_where_to_save(parent, "backupFileDialog", texts.TITLE, texts.BACKUP_FILES, name, on_chosen)


class BackupDialog(NewPassphraseDialog):
    """A dialog that asks for a new passphrase and writes a backup; `succeeded` carries the number of keys in it."""

    def __init__(self, backups: Backups, path: Path, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Write the backup to `path`."""
        self._canceled = Event()
        is_canceled = self._canceled.is_set
        super().__init__(
            "backupDialog",
            texts.TITLE,
            texts.INTRODUCTION.format(path=breakable_path(path)),
            name_widget(QPushButton(texts.BACK_UP), "createBackupButton"),
            lambda passphrase: backups.back_up(path, passphrase, is_canceled),
            clipboard,
            parent,
            guesses_per_second=BACKUP_GUESSES_PER_SECOND,
        )

    def reject(self) -> None:
        """Close; if the backup is being written, cancel that first and wait until its file is removed."""
        self._canceled.set()
        if self._background.is_busy:
            self._button.setText(CANCELING)
            self._cancel.setEnabled(False)
        super().reject()

    def done(self, result: int) -> None:
        """Close, and cancel a backup that is being written."""
        self._canceled.set()
        super().done(result)

    def _submit(self) -> None:
        if is_raw_key(self._passphrase.text()):
            self._problem.set_text(texts.RAW_KEY)
            self._passphrase.setFocus()
        else:
            super()._submit()

    def _show_failure(self, error: Exception) -> None:
        if self._canceled.is_set():
            self.reject()
        else:
            super()._show_failure(error)
