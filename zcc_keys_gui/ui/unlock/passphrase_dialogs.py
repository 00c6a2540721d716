"""The dialogs that ask for a passphrase: a new one, or the one that there is."""

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.errors import BackupNotOpenedError, WrongPassphraseError
from zcc_keys_gui.domain.pasted_text import typeable, without_control, without_invisible, without_line_breaks
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.values import PROGRAM, counted
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.passphrase_strength import strength_words
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

SHORTEST_PASSPHRASE = 8  # characters; NIST SP 800-63B §5.1.1.2 asks for as many of a person's own choice
_TOO_SHORT = f"At least {SHORTEST_PASSPHRASE} characters; four random words are a good choice."
_NOT_COPIED = "Not copied: another program holds the clipboard. Try again."


class PassphraseDialog(QDialog):
    """Asks for a passphrase and does slow work with it in the background; `succeeded` carries what came of it."""

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
        """Lay out what the dialogs share; what is copied goes by way of `clipboard`."""
        super().__init__(parent)
        self._clipboard = clipboard
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._background = BackgroundWork(self)
        self._background.busy_changed.connect(self._show_busy)
        self._passphrase = self._secret_field("passphraseField", "Passphrase")
        self._hint = named(Label(wordWrap=True), "passphraseHint")
        self._show = named(QCheckBox("&Show passphrase"), "showPassphraseBox", "Show passphrase")
        self._problem = FieldProblem(self._passphrase, "passphraseError")
        self._progress = named(QProgressBar(maximum=0, textVisible=False), "progressBar", "Working on the passphrase")
        self._button = button
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 16, 16, 16)
        self._layout.setSpacing(8)
        self._layout.addWidget(Label(text, wordWrap=True))
        self._passphrase_part = self._add_labelled("&Passphrase", self._passphrase)
        self._layout.addWidget(self._hint)
        self._hint.hide()
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)
        self._show.toggled.connect(self._show_passphrase)
        self._passphrase.textChanged.connect(self._take_problem_back)
        self._passphrase.textChanged.connect(self._hint_at_what_is_hidden)
        button.clicked.connect(self._go)

    def fields(self) -> list[SecretField]:
        """Return the fields that hold passphrases."""
        return [self._passphrase]

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the texts need, for which Qt allows two thirds of the screen at most."""
        super().showEvent(event)
        grow_to_fit_texts(self)

    def reject(self) -> None:
        """Close without having done it; not while it is being done, which is over in a moment."""
        if not self._background.is_busy:
            super().reject()

    def done(self, result: int) -> None:
        """Close, and forget what was typed."""
        self._background.ignore_outcome()
        for field in self.fields():
            field.setText("")  # also empties what undo would bring back
        super().done(result)
        QTimer.singleShot(0, overwrite_freed_memory)

    def _finish_layout(self) -> None:
        self._layout.addWidget(self._problem)
        self._layout.addWidget(self._show, alignment=Qt.AlignmentFlag.AlignLeft)
        self._layout.addStretch()
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        self._layout.addWidget(self._progress)
        buttons = self._buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self._button)
        if self.parentWidget() is not None:  # else closing means the end of the program
            self._cancel = named(QPushButton("Cancel", autoDefault=False), "cancelButton", "Cancel")
            self._cancel.clicked.connect(self.reject)
            buttons.addWidget(self._cancel)
        self._layout.addLayout(buttons)
        self._button.setDefault(True)
        self._passphrase.setFocus()

    def _secret_field(self, name: str, spoken: str, *, is_hidden: bool = True, **choices: Any) -> SecretField:
        return SecretField(name, spoken, self._copy_secret, is_hidden=is_hidden, **choices)

    def _copy_secret(self, text: str) -> bool:
        copied = self._clipboard.copy_secret_text(text)
        seconds = counted(self._clipboard.seconds, "second")
        self._say_hint(f"Copied. The clipboard clears in {seconds}." if copied else _NOT_COPIED)
        return copied

    def _hint_at_what_is_hidden(self, passphrase: str) -> None:
        """Say what the user can't see of a passphrase, but has to type again next time."""
        self._say_hint(passphrase_hint(passphrase, self._passphrase.as_pasted))

    def _say_hint(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._passphrase.setAccessibleDescription(text)
        grow_to_fit_texts(self)

    def _add_labelled(self, text: str, field: QLineEdit) -> QWidget:
        label = Label(text)
        label.setBuddy(field)
        together = QWidget()
        layout = QVBoxLayout(together)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(label)
        layout.addWidget(field)
        self._layout.addWidget(together)
        return together

    def _show_passphrase(self, shown: bool) -> None:
        for field in self.fields():
            field.show_text(shown)

    def _take_problem_back(self) -> None:
        self._problem.set_text("")

    def _go(self) -> None:
        raise NotImplementedError

    def _work_with_passphrase(self, work_reporting: Callable[[Report], Callable[[str, str], object]]) -> None:
        """Do the work with the passphrase that was typed, whatever its length; without one, ask for it.

        The second is the passphrase as it was pasted, if it had a line break: see `either`.
        """
        passphrase, as_pasted = self._passphrase.text(), self._passphrase.as_pasted
        if passphrase:
            self._work(lambda report: work_reporting(report)(passphrase, as_pasted))
        else:
            self._problem.set_text("Enter the passphrase.")
            self._passphrase.setFocus()

    def _work(self, work: Callable[[Report], object]) -> None:
        self._problem.set_text("")
        self._background.start_reporting(work, self._take_result, self._take_failure)

    def _take_result(self, result: object) -> None:
        self.succeeded.emit(result)  # before closing, which would end a program that has no other window
        self.accept()

    def _take_failure(self, error: Exception) -> None:
        if isinstance(error, WrongPassphraseError | BackupNotOpenedError):
            words = explain(error)
            self._problem.set_text(f"{words.what} {words.next_step}")
        elif not self._explains_itself(error):
            show_problem(self, error)
        self._passphrase.setFocus()
        self._passphrase.selectAll()

    def _explains_itself(self, error: Exception) -> bool:
        """Say whether a dialog says at a field of its own what this error means."""
        return False

    def _show_busy(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        for widget in (*self.fields(), self._show, self._button):
            widget.setEnabled(not busy)


class NewPassphraseDialog(PassphraseDialog):
    """Asks for a new passphrase, twice, and says how strong it is."""

    def __init__(
        self,
        name: str,
        title: str,
        text: str,
        button: QPushButton,
        do: Callable[[str], object],
        clipboard: SecretClipboard,
        parent: QWidget | None,
    ) -> None:
        """Do `do` with the passphrase that was chosen."""
        super().__init__(name, title, text, button, clipboard, parent)
        self._do = do
        self._strength = named(Label(wordWrap=True), "strengthHint")
        self._repeat = self._secret_field("repeatPassphraseField", "Repeat passphrase")
        self._layout.addWidget(self._strength)
        self._add_labelled("&Repeat passphrase", self._repeat)
        self._finish_layout()
        self._estimate_work = BackgroundWork(self)
        self._passphrase.textChanged.connect(self._estimate)
        self._repeat.textChanged.connect(self._take_problem_back)
        self._estimate("")

    def fields(self) -> list[SecretField]:
        """Return the fields that hold passphrases."""
        return [self._passphrase, self._repeat]

    def _estimate(self, passphrase: str) -> None:
        self._estimate_work.ignore_outcome()
        if len(passphrase) < SHORTEST_PASSPHRASE:
            self._strength.setText(_TOO_SHORT)
            return
        words = self._strength_words
        self._estimate_work.start(lambda: words(passphrase), self._say_strength)

    @staticmethod
    def _strength_words(passphrase: str) -> str:
        return strength_words(passphrase)

    def _say_strength(self, words: str) -> None:
        self._strength.setText(words)
        grow_to_fit_texts(self)

    def _go(self) -> None:
        passphrase = self._passphrase.text()
        if len(passphrase) < SHORTEST_PASSPHRASE:
            self._problem.set_text(f"Choose a passphrase of at least {SHORTEST_PASSPHRASE} characters.")
            self._passphrase.setFocus()
        elif passphrase != self._repeat.text():
            self._problem.set_text("The two passphrases differ. Type the same one twice.")
            self._repeat.setFocus()
            self._repeat.selectAll()
        else:
            do = self._do
            self._work(lambda _: do(passphrase))


class CreateVaultDialog(NewPassphraseDialog):
    """Asks for the passphrase of a vault that is to be made."""

    NO_KEYSTORE = "This account has no key store that could open it for you, so choose a passphrase"
    POLICY = "Your organization wants it to be opened by a passphrase, so choose one"

    def __init__(self, create: Callable[[str], Store], folder: Path, why: str, clipboard: SecretClipboard) -> None:
        """Make the vault in `folder` with `create`; `why` says why there is to be a passphrase."""
        text = (
            f"Your API keys are kept in an encrypted vault on this computer. {why}; you will be asked for it at every "
            f"start. If it is forgotten, the keys are lost for good.\n\nThe vault will be in:\n{breakable(folder)}"
        )
        button = named(QPushButton("&Create vault"), "createVaultButton", "Create vault")
        super().__init__("createVaultDialog", f"Welcome to {PROGRAM}", text, button, create, clipboard, None)


class DemandPassphraseDialog(NewPassphraseDialog):
    """Asks for the passphrase that is to open a vault in place of this account, as the organization wants it."""

    def __init__(self, set_it: Callable[[str], None], clipboard: SecretClipboard, *, replaces: bool) -> None:
        """Set the passphrase with `set_it`; where there is one already, it `replaces` that."""
        present = " It takes the place of the present one, and may be the same." if replaces else ""
        text = (
            "Your organization wants a passphrase to open your vault, in place of this account. You will be asked for "
            f"it at every start.{present} If it is forgotten, only a recovery key still opens the vault: save one in "
            "Preferences."
            f"\n\nWithout a passphrase, {PROGRAM} closes, and asks for one again at the next start."
        )
        button = named(QPushButton("&Set passphrase"), "setPassphraseButton", "Set passphrase")
        super().__init__("setPassphraseDialog", PROGRAM, text, button, set_it, clipboard, None)


class SetPassphraseDialog(NewPassphraseDialog):
    """Asks for a new passphrase of a vault that is open."""

    def __init__(self, set_it: Callable[[str], None], text: str, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Set the passphrase with `set_it`; `text` says what that means."""
        button = named(QPushButton("&Set passphrase"), "setPassphraseButton", "Set passphrase")
        super().__init__("setPassphraseDialog", "Passphrase", text, button, set_it, clipboard, parent)


class ConfirmPassphraseDialog(PassphraseDialog):
    """Asks for the passphrase before something that needs it, and does that."""

    def __init__(
        self,
        title: str,
        text: str,
        confirm: str,
        do: Callable[[str], object],
        clipboard: SecretClipboard,
        parent: QWidget,
    ) -> None:
        """Do `do` with the passphrase; `confirm` is what the button says."""
        button = named(QPushButton(confirm), "confirmButton", confirm.replace("&", ""))
        super().__init__("confirmPassphraseDialog", title, text, button, clipboard, parent)
        self._do = do
        self._finish_layout()

    def _go(self) -> None:
        self._work_with_passphrase(lambda _: either(self._do))


def either(work: Callable[[str], object]) -> Callable[[str, str], object]:
    """Return what does `work` with a passphrase, and if that is wrong, with the same one as it was pasted.

    Version 0.1.0 took a pasted line break for a part of the passphrase, and what was encrypted with it can be opened
    only so.
    """

    def do(passphrase: str, as_pasted: str) -> object:
        try:
            return work(passphrase)
        except (WrongPassphraseError, BackupNotOpenedError):
            if not as_pasted:
                raise
            return work(as_pasted)

    return do


def passphrase_hint(passphrase: str, as_pasted: str) -> str:
    """Return what can't be seen of a passphrase; `as_pasted` is the same before something was removed from it."""
    said = []
    if as_pasted != without_line_breaks(as_pasted):
        said.append("Line breaks were removed from the pasted passphrase.")
    if as_pasted != without_control(as_pasted):
        said.append("Control characters were removed from the pasted passphrase.")
    if len(typeable(as_pasted)) > len(passphrase):
        said.append(f"The passphrase was cut to its first {len(passphrase):,} characters.")
    if passphrase != passphrase.strip(" "):
        said.append("The passphrase begins or ends with a space. The space is part of it.")
    if "\t" in passphrase:
        said.append("The passphrase contains tabs. They are part of it.")
    if any(each.isspace() and each not in " \t" for each in passphrase):
        said.append("The passphrase contains non-breaking or other special spaces. They are part of it.")
    if passphrase != without_invisible(passphrase):
        said.append("The passphrase contains invisible characters. They are part of it.")
    return " ".join(said)


def breakable(path: PurePath) -> str:
    """Return a path that a label breaks after any separator, and not after a drive's colon."""
    return str(path).replace(":", ":\u2060").replace("\\", "\\\u200b").replace("/", "/\u200b")
