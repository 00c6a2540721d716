"""The dialog that asks for the passphrase of a backup and reads the backup."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QPushButton, QWidget

from zcc_keys_gui.service.backups import OpenBackup
from zcc_keys_gui.service.damage import BackupForNewVault
from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.backups.restoring import ENTER_PASSPHRASE, OPEN_BACKUP, TITLE
from zcc_keys_gui.ui.text.values import breakable_path
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.passphrase_dialog import PassphraseDialog

Read = Callable[[str, Callable[[], bool], Report], OpenBackup | BackupForNewVault]
"""Reads a backup with a passphrase, a function that says whether to stop, and one that reports the progress."""


class OpenBackupDialog(PassphraseDialog):
    """A dialog that asks for the passphrase of a backup and reads it; `succeeded` carries the open backup.

    The file may be large or hostile, so the dialog can be closed at any time, which stops the reading.
    """

    def __init__(self, read: Read, path: Path, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Read the backup at `path` with `read`."""
        text = ENTER_PASSPHRASE.format(path=breakable_path(path))
        button = name_widget(QPushButton(OPEN_BACKUP), "openBackupButton")
        super().__init__("openBackupDialog", TITLE, text, button, clipboard, parent)
        self._read = read
        self._closed = Event()
        self._finish_layout()

    def reject(self) -> None:
        """Close immediately, and stop reading."""
        self._background.ignore_outcome()
        super().reject()

    def done(self, result: int) -> None:
        """Close, and stop reading."""
        self._closed.set()
        super().done(result)

    def _submit(self) -> None:
        entered, read, is_closed = self._entered_passphrase(), self._read, self._closed.is_set
        if entered is not None:
            self._start(lambda report: entered.try_with(lambda passphrase: read(passphrase, is_closed, report)))


def close_in_background(backup: OpenBackup | BackupForNewVault) -> None:
    """Close a backup in another thread, because removing a large file takes longer than a frame."""
    QThreadPool.globalInstance().start(backup.close)
