"""The dialogs that make a new vault of a backup, where the present one cannot be opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QProgressBar, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.damage import NewVault, Recovered
from zcc_keys_gui.domain.errors import KeystoreUnavailableError
from zcc_keys_gui.service.damage import BackupForNewVault, FromBackup
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.backups.backup_dialog import BACKUP_FILES
from zcc_keys_gui.ui.backups.restore_dialog import OpenBackupDialog, close_later, end_layout
from zcc_keys_gui.ui.text.backups.restoring import contents_words, new_vault_words
from zcc_keys_gui.ui.unlock.passphrase_dialogs import NewPassphraseDialog
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.file_dialogs import ask_which_to_open
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

RESTORE_BACKUP = "&Restore from a backup…"
_KEPT = "The present files are not changed: they are kept in a folder beside, until you delete them."


def ask_for_backup_of_new_vault(
    parent: QWidget,
    from_backup: FromBackup,
    clipboard: SecretClipboard,
    made: Callable[[Store, Recovered], None],
    *,
    asks_for_passphrase: bool,
) -> None:
    """Ask for a file and its passphrase, show what is inside, and make a new vault of it; `made` gets that.

    Where the new vault needs a protector of its own, and the organization `asks_for_passphrase`, that is asked for too.
    """

    def open_it(path: Path) -> None:
        dialog = OpenBackupDialog(partial(from_backup.read, path), path, clipboard, parent)
        dialog.succeeded.connect(show)
        dialog.open()

    def show(backup: BackupForNewVault) -> None:
        dialog = NewVaultDialog(backup, clipboard, parent, asks_for_passphrase=asks_for_passphrase)
        dialog.made.connect(made)
        dialog.open()

    ask_which_to_open(parent, "restoreFileDialog", "Restore from backup", BACKUP_FILES, open_it)


class NewVaultDialog(QDialog):
    """Shows what is in a backup, and makes a new vault of it; `made` carries that, open, and what became of it."""

    made = Signal(object, object)

    def __init__(
        self,
        backup: BackupForNewVault,
        clipboard: SecretClipboard,
        parent: QWidget,
        *,
        asks_for_passphrase: bool,
    ) -> None:
        """Make a vault of `backup`, which is closed with the dialog.

        If the vault gets new protectors, `asks_for_passphrase` lets only a passphrase open it.
        """
        super().__init__(parent)
        self.setObjectName("newVaultDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Restore from backup")
        self._backup = backup
        self._clipboard = clipboard
        self._closed = Event()
        self._asks_for_passphrase = asks_for_passphrase
        self._background = BackgroundWork(self)
        self._background.busy_changed.connect(self._show_busy)
        self._making = False
        self._contents = named(Label(contents_words(backup.about), wordWrap=True), "contentsLabel")
        self._plan = named(Label(wordWrap=True), "planLabel")
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", "Working on the vault")
        self._confirm = named(QPushButton("&Make a new vault"), "confirmButton", "Make a new vault")
        self._cancel = named(QPushButton("Cancel", autoDefault=False), "cancelButton", "Cancel")
        self._lay_out()
        self._confirm.clicked.connect(self._go)
        self._cancel.clicked.connect(self.reject)
        self._background.start(partial(backup.plan, self._closed.is_set), self._take_plan, self._take_failure)

    def reject(self) -> None:
        """Close without having changed anything; not while the vault is being made."""
        if not self._making:
            super().reject()

    def done(self, result: int) -> None:
        """Close, wait for nothing, and forget the backup."""
        self._closed.set()
        self._background.ignore_outcome()
        close_later(self._backup)
        super().done(result)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for label in (self._contents, self._plan, Label(_KEPT, wordWrap=True)):
            layout.addWidget(label)
        end_layout(layout, self._progress, self._confirm, self._cancel)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)

    def _take_plan(self, planned: NewVault) -> None:
        self._asks_for_passphrase = self._asks_for_passphrase and planned.vault_id is None
        words = new_vault_words(self._backup.about, planned, asks_for_passphrase=self._asks_for_passphrase)
        self._plan.setText(words)
        grow_to_fit_texts(self)

    def _go(self) -> None:
        if self._asks_for_passphrase:
            self._ask_for_passphrase()
        else:
            self._making = True
            self._background.start(partial(self._backup.make, None), self._take_made, self._take_failure)

    def _ask_for_passphrase(self) -> None:
        button = named(QPushButton("&Make the vault"), "createVaultButton", "Make the vault")
        dialog = NewPassphraseDialog(
            "newVaultPassphraseDialog",
            "Restore from backup",
            "Choose the passphrase that is to open the new vault. It is asked for at every start. If it is forgotten, "
            "the keys are lost for good.",
            button,
            self._backup.make,
            self._clipboard,
            self,
        )
        dialog.succeeded.connect(self._take_made)
        dialog.open()

    def _take_made(self, result: tuple[Store, Recovered]) -> None:
        self._making = False
        self.made.emit(*result)  # before closing, which would end a program that has no other window
        self.accept()

    def _take_failure(self, error: Exception) -> None:
        if self._making and isinstance(error, KeystoreUnavailableError):
            self._making = False
            self._ask_for_passphrase()
            return
        self._making = False
        self.reject()
        show_problem(self.parentWidget(), error)

    def _show_busy(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        self._confirm.setEnabled(not busy)
        self._cancel.setEnabled(not self._making or not busy)
