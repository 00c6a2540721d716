"""The dialog that backs the vault up to a file."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QPushButton, QWidget

from zcc_keys_gui.domain.backup import is_raw_key
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.values import PROGRAM
from zcc_keys_gui.ui.unlock.passphrase_dialogs import NewPassphraseDialog, breakable
from zcc_keys_gui.ui.widgets.fields.passphrase_strength import BACKUP_GUESSES_PER_SECOND, strength_words
from zcc_keys_gui.ui.widgets.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.widgets.naming import named

BACKUP_FILES = f"Backups of {PROGRAM} (*.zccbackup)"


def ask_for_backup_file(parent: QWidget, chosen: Callable[[Path], None]) -> None:
    """Ask where the backup is to be."""
    name = f"{PROGRAM} {QDate.currentDate().toString('yyyy-MM-dd')}.zccbackup"
    ask_where_to_save(parent, "backupFileDialog", "Back up", BACKUP_FILES, name, chosen)


class BackupDialog(NewPassphraseDialog):
    """Asks for the passphrase of a backup and writes it; `succeeded` carries how many keys are in it."""

    def __init__(self, backups: Backups, path: Path, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Write the backup to `path`."""
        text = (
            "The backup is one file, encrypted with a passphrase of its own. It holds the API keys and the history. "
            "Client secrets are not in it, as they are not in the vault: only the verifiers by which they are "
            "recognized.\n\nIf this passphrase is forgotten, nobody can open the backup.\n\n"
            f"The backup will be in:\n{breakable(path)}"
        )
        self._cancelled = Event()
        button = named(QPushButton("&Back up"), "createBackupButton", "Back up")
        super().__init__(
            "backupDialog",
            "Back up",
            text,
            button,
            lambda passphrase: backups.back_up(path, passphrase, self._cancelled.is_set),
            clipboard,
            parent,
        )

    def reject(self) -> None:
        """Close; a backup in the making is given up first, and leaves nothing behind."""
        self._cancelled.set()
        if self._background.is_busy:
            self._button.setText("Cancelling…")
            self._cancel.setEnabled(False)
        super().reject()

    def done(self, result: int) -> None:
        """Close, also where the window behind is closed."""
        self._cancelled.set()
        super().done(result)

    def _go(self) -> None:
        if is_raw_key(self._passphrase.text()):
            self._problem.set_text(
                "Choose another passphrase: SQLCipher, which encrypts the backup, takes this for a raw key."
            )
            self._passphrase.setFocus()
        else:
            super()._go()

    @staticmethod
    def _strength_words(passphrase: str) -> str:
        return strength_words(passphrase, BACKUP_GUESSES_PER_SECOND)

    def _take_failure(self, error: Exception) -> None:
        if self._cancelled.is_set():  # what else went wrong is of no interest any more
            self.reject()
        else:
            super()._take_failure(error)
