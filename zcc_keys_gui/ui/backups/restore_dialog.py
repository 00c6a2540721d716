"""The dialogs that open a backup, show what is in it, and restore it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, QThreadPool, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGroupBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.service.backups import Backups, OpenBackup
from zcc_keys_gui.service.damage import BackupForNewVault
from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.backups.backup_dialog import BACKUP_FILES
from zcc_keys_gui.ui.text.backups.restoring import contents_words, plan_words, restored_words, vault_words
from zcc_keys_gui.ui.text.values import number_words
from zcc_keys_gui.ui.unlock.passphrase_dialogs import PassphraseDialog, breakable, either
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.file_dialogs import ask_which_to_open
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_MERGE = (
    "&Merge: the vault has its own keys and those of the backup",
    "A key that both have stays as the one of the two had it that was changed last.",
)
_REPLACE = (
    "&Replace: the vault has the keys of the backup alone",
    "Keys that are not in the backup are deleted. The vault as it is now is kept in a folder until you delete it.",
)

_PROGRESS_STEPS = 1_000

Read = Callable[[str, Callable[[], bool], Report], OpenBackup | BackupForNewVault]
"""Reads a backup with a passphrase; is told whether to stop, and tells the rows that were read, and of how many."""


def ask_for_backup(
    parent: QWidget, backups: Backups, clipboard: SecretClipboard, restored: Callable[[str, str], None]
) -> None:
    """Ask for a file, its passphrase, and how to restore it; `restored` is told in words what was done."""

    def open_it(path: Path) -> None:
        dialog = OpenBackupDialog(partial(backups.read, path), path, clipboard, parent)
        dialog.succeeded.connect(show)
        dialog.open()

    def show(backup: OpenBackup) -> None:
        dialog = RestoreDialog(backups, backup, parent)
        dialog.restored.connect(restored)
        dialog.open()

    ask_which_to_open(parent, "restoreFileDialog", "Restore from backup", BACKUP_FILES, open_it)


def close_later(backup: OpenBackup | BackupForNewVault) -> None:
    """Close a backup in another thread: removing a large file takes longer than a frame."""
    QThreadPool.globalInstance().start(backup.close)


def end_layout(layout: QVBoxLayout, progress: QProgressBar, confirm: QPushButton, cancel: QPushButton) -> None:
    """Put the progress, which takes its room also while it is hidden, and the two buttons at the end of a dialog."""
    policy = progress.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    progress.setSizePolicy(policy)
    layout.addWidget(progress)
    layout.addStretch()
    buttons = QHBoxLayout()
    buttons.setSpacing(8)
    buttons.addStretch()
    buttons.addWidget(confirm)
    buttons.addWidget(cancel)
    layout.addLayout(buttons)
    confirm.setDefault(True)


class OpenBackupDialog(PassphraseDialog):
    """Asks for the passphrase of a backup and reads it; `succeeded` carries what `read` returned, to be closed.

    The file may be large or hostile: the dialog can be closed at any time, which stops the reading.
    """

    def __init__(self, read: Read, path: Path, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Read the backup at `path` with `read`."""
        text = f"Enter the passphrase that was chosen for this backup. Nothing is changed yet.\n\n{breakable(path)}"
        button = named(QPushButton("&Open backup"), "openBackupButton", "Open backup")
        super().__init__("openBackupDialog", "Restore from backup", text, button, clipboard, parent)
        self._read = read
        self._closed = Event()
        self._background.progressed.connect(self._show_progress)
        self._finish_layout()

    def reject(self) -> None:
        """Close immediately, and stop reading."""
        self._background.ignore_outcome()
        super().reject()

    def done(self, result: int) -> None:
        """Close, and stop reading."""
        self._closed.set()
        super().done(result)

    def _go(self) -> None:
        read, closed = self._read, self._closed  # the dialog may be deleted while the work goes on
        self._progress.setMaximum(0)
        self._work_with_passphrase(lambda report: either(lambda passphrase: read(passphrase, closed.is_set, report)))

    def _show_progress(self, done: int, of: int) -> None:
        self._progress.setMaximum(_PROGRESS_STEPS)
        self._progress.setValue(done * _PROGRESS_STEPS // max(of, 1))


class RestoreDialog(QDialog):
    """Shows what is in a backup and what restoring it would do, and does it; `restored` says in words what was done."""

    restored = Signal(str, str)

    def __init__(self, backups: Backups, backup: OpenBackup, parent: QWidget) -> None:
        """Restore `backup`, which is closed with the dialog, into the vault of `backups`."""
        super().__init__(parent)
        self.setObjectName("restoreDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Restore from backup")
        self._backups = backups
        self._backup = backup
        self._background = BackgroundWork(self)
        self._cancelled = Event()
        self._restoring = False
        self._contents = named(Label(contents_words(backup.about), wordWrap=True), "contentsLabel")
        self._merge = named(QRadioButton(_MERGE[0]), "mergeButton", _MERGE[0].replace("&", ""))
        self._replace = named(QRadioButton(_REPLACE[0]), "replaceButton", _REPLACE[0].replace("&", ""))
        self._deleted = named(QCheckBox(), "deletedBox")
        self._disabled = named(QCheckBox(), "disabledBox")
        self._secrets = named(QCheckBox(), "secretsBox")
        self._plan = named(Label(wordWrap=True), "planLabel")
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", "Working on the vault")
        self._confirm = named(QPushButton("Re&store"), "confirmButton", "Restore")
        self._cancel = named(QPushButton("Cancel", autoDefault=False), "cancelButton", "Cancel")
        self._merge.setChecked(True)
        self._lay_out()
        for button in (self._merge, self._deleted, self._disabled, self._secrets):
            button.toggled.connect(self._work_out)
        self._confirm.clicked.connect(self._restore)
        self._cancel.clicked.connect(self.reject)
        self._offer(None)
        self._background.busy_changed.connect(self._progress.setVisible)
        self._run(lambda _: backups.vault_id(), self._take_vault_id)

    def reject(self) -> None:
        """Close without having restored anything; if it is being done, it is undone first."""
        self._cancelled.set()
        if self._restoring:
            self._cancel.setText("Cancelling…")
            self._cancel.setEnabled(False)
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close, also if the window behind is closed, and forget the backup."""
        self._cancelled.set()
        self._background.ignore_outcome()
        close_later(self._backup)
        super().done(result)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._contents)
        for button, (_, hint) in ((self._merge, _MERGE), (self._replace, _REPLACE)):
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)  # beside its text, a click does nothing
            label = Label(hint, wordWrap=True)
            label.setContentsMargins(24, 0, 0, 0)
            layout.addWidget(label)
        since = QGroupBox("Bring back what was taken away since")
        boxes = QVBoxLayout(since)
        boxes.setSpacing(8)
        for box in (self._deleted, self._disabled, self._secrets):
            boxes.addWidget(box, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(since)
        layout.addWidget(self._plan)
        end_layout(layout, self._progress, self._confirm, self._cancel)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 72)

    def _offer(self, plan: RestorePlan | None) -> None:
        """Offer to bring back what `plan` leaves as it is; of a kind that is ticked nothing is left."""
        offers = (
            (self._deleted, "&Deleted keys", plan and plan.left_deleted),
            (self._disabled, "Keys that are disabled now: &enable them", plan and plan.left_disabled),
            (self._secrets, "&Older client secrets, in place of those that are valid now", plan and plan.left_secrets),
        )
        for box, text, number in offers:
            if not box.isChecked():
                box.setText(f"{text} ({number_words(number or 0)})")
                box.setAccessibleName(box.text().replace("&", ""))
                box.setEnabled(bool(number))

    def _take_vault_id(self, vault_id: str) -> None:
        self._contents.setText(f"{self._contents.text()} {vault_words(self._backup.about, vault_id)}")
        self._work_out()

    def _work_out(self) -> None:
        """Show what would be done now, and give up working out an earlier choice."""
        self._run(partial(self._backups.plan, self._backup, self._wish()), self._take_plan)

    def _take_plan(self, plan: RestorePlan) -> None:
        self._offer(plan)
        self._plan.setText(plan_words(plan))
        self._confirm.setEnabled(plan.changes_anything)
        grow_to_fit_texts(self)

    def _restore(self) -> None:
        self._restoring = True
        for widget in (self._merge, self._replace, self._deleted, self._disabled, self._secrets):
            widget.setEnabled(False)
        self._run(partial(self._backups.restore, self._backup, self._wish()), self._take_restored)

    def _take_restored(self, done: tuple[RestorePlan, Path | None]) -> None:
        self._restoring = False
        self.accept()
        self.restored.emit("The backup was restored.", restored_words(*done))

    def _wish(self) -> RestoreOptions:
        return RestoreOptions(
            replace=self._replace.isChecked(),
            deleted=self._deleted.isChecked(),
            disabled=self._disabled.isChecked(),
            secrets=self._secrets.isChecked(),
        )

    def _run(self, work: Callable[[Callable[[], bool]], object], take: Callable[..., None]) -> None:
        """Do `work` instead of what is under way; it is told whether it was cancelled."""
        self._cancelled.set()
        cancelled = self._cancelled = Event()
        self._confirm.setEnabled(False)
        self._background.start(lambda: work(cancelled.is_set), take, self._take_failure)

    def _take_failure(self, error: Exception) -> None:
        self._restoring = False
        self.reject()
        if not isinstance(error, InterruptedError):
            show_problem(self.parentWidget(), error)
