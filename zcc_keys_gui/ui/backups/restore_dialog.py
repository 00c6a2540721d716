"""The dialog that shows what is in a backup and restores it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDialog,
    QGroupBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.service.backups import Backups, OpenBackup
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.backups.open_backup_dialog import OpenBackupDialog, close_in_background
from zcc_keys_gui.ui.text.backups import restoring as texts
from zcc_keys_gui.ui.text.backups.backing_up import BACKUP_FILES
from zcc_keys_gui.ui.text.values import format_number
from zcc_keys_gui.ui.text.widgets import CANCEL, CANCELING
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.file_dialogs import ask_which_to_open
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 72

_ResultT = TypeVar("_ResultT")


def ask_for_backup(
    parent: QWidget, backups: Backups, clipboard: SecretClipboard, on_restored: Callable[[str, str], None]
) -> None:
    """Ask for a file, its passphrase, and how to restore it; call `on_restored` with a title and the details."""

    def open_file(path: Path) -> None:
        dialog = OpenBackupDialog(partial(backups.read, path), path, clipboard, parent)
        dialog.succeeded.connect(show)
        dialog.open()

    def show(backup: OpenBackup) -> None:
        dialog = RestoreDialog(backups, backup, parent)
        dialog.restored.connect(on_restored)
        dialog.open()

    ask_which_to_open(parent, "restoreFileDialog", texts.TITLE, BACKUP_FILES, open_file)


class RestoreDialog(QDialog):
    """A dialog that shows what is in a backup and what restoring it would do, and restores it.

    `restored` carries a title and the details of what was done.
    """

    restored = Signal(str, str)

    def __init__(self, backups: Backups, backup: OpenBackup, parent: QWidget) -> None:
        """Restore `backup`, which is closed with the dialog, to the vault of `backups`."""
        super().__init__(parent)
        self.setObjectName("restoreDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._backups = backups
        self._backup = backup
        self._background = BackgroundWork(self)
        self._canceled = Event()
        self._is_restoring = False
        self._contents = name_widget(Label(texts.describe_contents(backup.about), wordWrap=True), "contentsLabel")
        self._merge = name_widget(QRadioButton(texts.MERGE), "mergeButton")
        self._replace = name_widget(QRadioButton(texts.REPLACE), "replaceButton")
        self._undo_deleted = name_widget(QCheckBox(), "deletedBox")
        self._undo_disabled = name_widget(QCheckBox(), "disabledBox")
        self._undo_new_secrets = name_widget(QCheckBox(), "secretsBox")
        self._plan = name_widget(Label(wordWrap=True), "planLabel")
        self._confirm = name_widget(QPushButton(texts.RESTORE, default=True), "confirmButton")
        self._cancel = name_widget(QPushButton(CANCEL, autoDefault=False), "cancelButton")
        self._merge.setChecked(True)
        self._choices = (self._merge, self._undo_deleted, self._undo_disabled, self._undo_new_secrets)
        self._lay_out()
        for button in self._choices:
            button.toggled.connect(self._update_plan)
        self._confirm.clicked.connect(self._restore)
        self._cancel.clicked.connect(self.reject)
        self._update_undo_boxes(None)
        self._start(lambda _: backups.vault_id(), self._show_source)

    def reject(self) -> None:
        """Close without restoring anything; a restore that is running is canceled and undone first."""
        self._canceled.set()
        if self._is_restoring:
            self._cancel.setText(CANCELING)
            self._cancel.setEnabled(False)
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close the dialog and the backup."""
        self._canceled.set()
        self._background.ignore_outcome()
        close_in_background(self._backup)
        super().done(result)

    def _lay_out(self) -> None:
        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.addWidget(self._contents)
        for button, hint in ((self._merge, texts.MERGE_HINT), (self._replace, texts.REPLACE_HINT)):
            layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)  # A click beside its text does nothing.
            label = Label(hint, wordWrap=True)
            label.setContentsMargins(24, 0, 0, 0)
            layout.addWidget(label)
        group = QGroupBox(texts.UNDO_CHANGES)
        boxes = QVBoxLayout(group)
        boxes.setSpacing(8)
        for box in (self._undo_deleted, self._undo_disabled, self._undo_new_secrets):
            boxes.addWidget(box, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(group)
        layout.addWidget(self._plan)
        layout.addWidget(self._background.progress_bar(texts.WORKING))
        layout.addStretch()
        layout.addLayout(button_row(self._confirm, self._cancel))

    def _update_undo_boxes(self, plan: RestorePlan | None) -> None:
        """Show how many changes each box would undo; a checked box keeps its number, because none are left."""
        boxes: tuple[tuple[QAbstractButton, str, int], ...] = (
            (self._undo_deleted, texts.UNDO_DELETED, plan.left_deleted if plan else 0),
            (self._undo_disabled, texts.UNDO_DISABLED, plan.left_disabled if plan else 0),
            (self._undo_new_secrets, texts.UNDO_NEW_SECRETS, plan.left_secrets if plan else 0),
        )
        for box, text, number in boxes:
            if not box.isChecked():
                box.setText(text.format(number=format_number(number)))
                box.setAccessibleName(plain_text(box.text()))
                box.setEnabled(number > 0)

    def _show_source(self, vault_id: str) -> None:
        self._contents.setText(f"{self._contents.text()}\n{texts.describe_source(self._backup.about, vault_id)}")
        self._update_plan()

    def _update_plan(self) -> None:
        """Plan what restoring would do with the present choices; cancel the plan for earlier choices."""
        self._start(partial(self._backups.plan, self._backup, self._options()), self._show_plan)

    def _show_plan(self, plan: RestorePlan) -> None:
        self._update_undo_boxes(plan)
        self._plan.setText(texts.describe_plan(plan))
        self._confirm.setEnabled(plan.changes_anything)
        grow_to_fit_texts(self)

    def _restore(self) -> None:
        self._is_restoring = True
        for button in (*self._choices, self._replace):
            button.setEnabled(False)
        self._start(partial(self._backups.restore, self._backup, self._options()), self._show_restored)

    def _show_restored(self, done: tuple[RestorePlan, Path | None]) -> None:
        self._is_restoring = False
        self.accept()
        self.restored.emit(texts.RESTORED, texts.describe_restored(*done))

    def _options(self) -> RestoreOptions:
        return RestoreOptions(
            replace=self._replace.isChecked(),
            deleted=self._undo_deleted.isChecked(),
            disabled=self._undo_disabled.isChecked(),
            secrets=self._undo_new_secrets.isChecked(),
        )

    def _start(self, work: Callable[[Callable[[], bool]], _ResultT], on_result: Callable[[_ResultT], None]) -> None:
        """Start `work`, which gets a function that says whether to stop; cancel the work that is running."""
        self._canceled.set()
        self._canceled = Event()
        is_canceled = self._canceled.is_set
        self._confirm.setEnabled(False)
        self._background.start(lambda: work(is_canceled), on_result, self._show_failure)

    def _show_failure(self, error: Exception) -> None:
        self._is_restoring = False
        self.reject()
        if not isinstance(error, InterruptedError):
            show_problem(self.parentWidget(), error)
