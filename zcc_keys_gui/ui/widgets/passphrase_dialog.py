"""The base of the dialogs that ask for a passphrase and do slow work with it."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.errors import BackupNotOpenedError, WrongPassphraseError
from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.secret_memory import overwrite_freed_memory_soon
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.unlock.passphrase import (
    COPIED,
    ENTER_PASSPHRASE,
    NOT_COPIED,
    PASSPHRASE,
    PROCESSING_PASSPHRASE,
    SHOW_PASSPHRASE,
    passphrase_hint,
)
from zcc_keys_gui.ui.text.widgets import CANCEL
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_WIDTH_DIGITS = 64

_ResultT = TypeVar("_ResultT")


class EnteredPassphrase(NamedTuple):
    """A passphrase that the user typed or pasted."""

    text: str
    uncleaned_text: str
    """The text before characters were removed from it; empty if none were."""

    def try_with(self, work: Callable[[str], _ResultT]) -> _ResultT:
        """Return what `work` returns for the passphrase, or else for the uncleaned text.

        Version 0.1.0 kept a pasted line break in the passphrase. What it encrypted needs that line break.
        """
        try:
            return work(self.text)
        except (WrongPassphraseError, BackupNotOpenedError):
            if not self.uncleaned_text:
                raise
            return work(self.uncleaned_text)


class PassphraseDialog(QDialog):
    """A dialog that asks for a passphrase and uses it in the background; `succeeded` carries the result of the work.

    Subclasses implement `_submit`, which calls `_start`, and call `_finish_layout` at the end of their `__init__`.
    """

    succeeded = Signal(object)

    def __init__(
        self,
        name: str,
        title: str,
        text: str,
        button: QPushButton,
        clipboard: SecretClipboard,
        parent: QWidget | None,
    ) -> None:
        """Show `text` above the field; `button` starts the work. Without a parent, there is no Cancel button."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._clipboard = clipboard
        self._background = BackgroundWork(self)
        self._passphrase = self._secret_field("passphraseField", plain_text(PASSPHRASE))
        self._hint = name_widget(Label(wordWrap=True), "passphraseHint")
        self._show = name_widget(QCheckBox(SHOW_PASSPHRASE), "showPassphraseBox")
        self._problem = FieldProblem(self._passphrase, "passphraseError")
        self._progress = self._background.progress_bar(PROCESSING_PASSPHRASE)
        self._button = button
        self._layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        self._layout.addWidget(Label(text, wordWrap=True))
        self._passphrase_part = self._add_labelled(PASSPHRASE, self._passphrase)
        self._layout.addWidget(self._hint)
        self._hint.hide()
        self._background.busy_changed.connect(self._show_busy)
        self._show.toggled.connect(self._show_passphrase)
        self._passphrase.textChanged.connect(self._clear_problem)
        self._passphrase.textChanged.connect(self._show_passphrase_hint)
        self._button.clicked.connect(self._submit)

    def fields(self) -> list[SecretField]:
        """Return the fields that contain secrets."""
        return [self._passphrase]

    def showEvent(self, event: QShowEvent) -> None:
        """Grow to the height that the texts need, because Qt uses at most two thirds of the screen."""
        super().showEvent(event)
        grow_to_fit_texts(self)

    def reject(self) -> None:
        """Close, unless the work is running, which takes only a moment."""
        if not self._background.is_busy:
            super().reject()

    def done(self, result: int) -> None:
        """Close, and remove what was typed from the memory."""
        self._background.ignore_outcome()
        for field in self.fields():
            field.setText("")  # This also clears the field's undo history.
        super().done(result)
        overwrite_freed_memory_soon()

    def _finish_layout(self) -> None:
        self._layout.addWidget(self._problem)
        self._layout.addWidget(self._show, alignment=Qt.AlignmentFlag.AlignLeft)
        self._layout.addStretch()
        self._layout.addWidget(self._progress)
        self._buttons = button_row(self._button)
        if self.parentWidget() is not None:  # Otherwise closing the dialog ends the program.
            self._cancel = name_widget(QPushButton(CANCEL, autoDefault=False), "cancelButton")
            self._cancel.clicked.connect(self.reject)
            self._buttons.addWidget(self._cancel)
        self._layout.addLayout(self._buttons)
        self._button.setDefault(True)
        self._passphrase.setFocus()

    def _secret_field(self, name: str, accessible_name: str, *, is_hidden: bool = True, **options: Any) -> SecretField:
        return SecretField(name, accessible_name, self._copy_secret, is_hidden=is_hidden, **options)

    def _copy_secret(self, text: str) -> bool:
        is_copied = self._clipboard.copy_secret_text(text)
        self._show_hint(COPIED.of(self._clipboard.seconds) if is_copied else NOT_COPIED)
        return is_copied

    def _show_passphrase_hint(self, passphrase: str) -> None:
        self._show_hint(passphrase_hint(passphrase, self._passphrase.uncleaned_text))

    def _show_hint(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._passphrase.setAccessibleDescription(text)
        grow_to_fit_texts(self)

    def _add_labelled(self, text: str, field: QLineEdit) -> QWidget:
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label_for(field, text))
        layout.addWidget(field)
        self._layout.addWidget(part)
        return part

    def _show_passphrase(self, is_shown: bool) -> None:
        for field in self.fields():
            field.show_text(is_shown)

    def _clear_problem(self) -> None:
        self._problem.set_text("")

    def _submit(self) -> None:
        raise NotImplementedError

    def _entered_passphrase(self) -> EnteredPassphrase | None:
        """Return the passphrase, of any length. If the field is empty, ask for a passphrase and return None."""
        if self._passphrase.text():
            return EnteredPassphrase(self._passphrase.text(), self._passphrase.uncleaned_text)
        self._problem.set_text(ENTER_PASSPHRASE)
        self._passphrase.setFocus()
        return None

    def _start(self, work: Callable[[Report], object]) -> None:
        self._problem.set_text("")
        self._background.start_reporting(work, self._pass_result_on, self._show_failure)

    def _pass_result_on(self, result: object) -> None:
        self.succeeded.emit(result)  # Emitted first: the program would end if its last window were closed.
        self.accept()

    def _show_failure(self, error: Exception) -> None:
        if isinstance(error, WrongPassphraseError | BackupNotOpenedError):
            self._problem.set_text(explain(error).with_path)
        else:
            show_problem(self, error)
        self._passphrase.setFocus()
        self._passphrase.selectAll()

    def _show_busy(self, busy: bool) -> None:
        for widget in (*self.fields(), self._show, self._button):
            widget.setEnabled(not busy)
