"""The dialog that creates a new vault from a backup if the current one can't be opened."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from zcc_keys_gui.domain.damage import NewVault, Recovered
from zcc_keys_gui.domain.errors import KeystoreUnavailableError
from zcc_keys_gui.service.damage import BackupForNewVault, NewVaultMaker
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.backups.open_backup_dialog import OpenBackupDialog, close_in_background
from zcc_keys_gui.ui.text.backups import restoring as texts
from zcc_keys_gui.ui.text.backups.backing_up import BACKUP_FILES
from zcc_keys_gui.ui.text.unlock.passphrase import CREATE_VAULT
from zcc_keys_gui.ui.text.widgets import CANCEL
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.file_dialogs import ask_which_to_open
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.new_passphrase_dialog import NewPassphraseDialog
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 64


def ask_for_backup_of_new_vault(
    parent: QWidget,
    from_backup: NewVaultMaker,
    clipboard: SecretClipboard,
    on_created: Callable[[Store, Recovered], None],
    *,
    asks_for_passphrase: bool,
) -> None:
    """Ask for a file and its passphrase, show what is in it, create a new vault from it, and call `on_created`.

    If the organization `asks_for_passphrase`, the user chooses one, unless the new vault keeps the ways to unlock.
    """

    def open_file(path: Path) -> None:
        dialog = OpenBackupDialog(partial(from_backup.read, path), path, clipboard, parent)
        dialog.succeeded.connect(show)
        dialog.open()

    def show(backup: BackupForNewVault) -> None:
        dialog = NewVaultDialog(backup, clipboard, parent, asks_for_passphrase=asks_for_passphrase)
        dialog.created.connect(on_created)
        dialog.open()

    ask_which_to_open(parent, "restoreFileDialog", texts.TITLE, BACKUP_FILES, open_file)


class NewVaultDialog(QDialog):
    """A dialog that shows what is in a backup, and creates a new vault from it.

    `created` carries the new vault, which is open, and how it was recovered.
    """

    created = Signal(object, object)

    def __init__(
        self,
        backup: BackupForNewVault,
        clipboard: SecretClipboard,
        parent: QWidget,
        *,
        asks_for_passphrase: bool,
    ) -> None:
        """Create a vault from `backup`, which is closed with the dialog.

        `asks_for_passphrase` makes a passphrase the only way to unlock a vault that does not keep the ways it had.
        """
        super().__init__(parent)
        self.setObjectName("newVaultDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._backup = backup
        self._clipboard = clipboard
        self._background = BackgroundWork(self)
        self._closed = Event()
        self._asks_for_passphrase = asks_for_passphrase
        self._is_creating = False
        self._contents = name_widget(Label(texts.describe_contents(backup.about), wordWrap=True), "contentsLabel")
        self._plan = name_widget(Label(wordWrap=True), "planLabel")
        self._confirm = name_widget(QPushButton(texts.CREATE_VAULT, default=True), "confirmButton")
        self._cancel = name_widget(QPushButton(CANCEL, autoDefault=False), "cancelButton")
        self._lay_out()
        self._background.busy_changed.connect(self._show_busy)
        self._confirm.clicked.connect(self._confirm_creation)
        self._cancel.clicked.connect(self.reject)
        self._background.start(partial(backup.plan, self._closed.is_set), self._show_plan, self._show_failure)

    def reject(self) -> None:
        """Close without changing anything, unless the vault is being created."""
        if not self._is_creating:
            super().reject()

    def done(self, result: int) -> None:
        """Close the dialog and the backup."""
        self._closed.set()
        self._background.ignore_outcome()
        close_in_background(self._backup)
        super().done(result)

    def _lay_out(self) -> None:
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        for label in (self._contents, self._plan, Label(texts.CURRENT_FILES_KEPT, wordWrap=True)):
            layout.addWidget(label)
        layout.addWidget(self._background.progress_bar(texts.WORKING))
        layout.addStretch()
        layout.addLayout(button_row(self._confirm, self._cancel))

    def _show_plan(self, planned: NewVault) -> None:
        self._asks_for_passphrase = self._asks_for_passphrase and planned.vault_id is None
        self._plan.setText(
            texts.describe_new_vault(self._backup.about, planned, asks_for_passphrase=self._asks_for_passphrase)
        )
        grow_to_fit_texts(self)

    def _confirm_creation(self) -> None:
        if self._asks_for_passphrase:
            self._ask_for_passphrase()
        else:
            self._is_creating = True
            self._background.start(partial(self._backup.make, None), self._report_created, self._show_failure)

    def _ask_for_passphrase(self) -> None:
        dialog = NewPassphraseDialog(
            "newVaultPassphraseDialog",
            texts.TITLE,
            texts.CHOOSE_PASSPHRASE,
            name_widget(QPushButton(CREATE_VAULT), "createVaultButton"),
            self._backup.make,
            self._clipboard,
            self,
        )
        dialog.succeeded.connect(self._report_created)
        dialog.open()

    def _report_created(self, result: tuple[Store, Recovered]) -> None:
        self._is_creating = False
        self.created.emit(*result)  # Emitted first: the program would end if its last window were closed.
        self.accept()

    def _show_failure(self, error: Exception) -> None:
        was_creating, self._is_creating = self._is_creating, False
        if was_creating and isinstance(error, KeystoreUnavailableError):
            self._ask_for_passphrase()
            return
        self.reject()
        show_problem(self.parentWidget(), error)

    def _show_busy(self, busy: bool) -> None:
        self._confirm.setEnabled(not busy)
        self._cancel.setEnabled(not self._is_creating or not busy)
