"""The dialog that asks for what opens the vault: its passphrase, or its recovery key."""

import math
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton

from zcc_keys_gui.domain.errors import VaultNeedsRepairError, WrongRecoveryKeyError
from zcc_keys_gui.domain.pasted_text import in_one_line
from zcc_keys_gui.domain.recovery_key import RecoveryKey, RecoveryKeyFault, RecoveryKeyProblem, parse_recovery_key
from zcc_keys_gui.service.unlocking import Unlocking, UnlockRequest
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.fields import recovery_key_problem_words
from zcc_keys_gui.ui.text.unlock.unlocking import UNLOCKED_BY_PASSPHRASE, why_unlock_words, wrong_attempts_words
from zcc_keys_gui.ui.text.values import PROGRAM, counted
from zcc_keys_gui.ui.unlock.passphrase_dialogs import PassphraseDialog, breakable
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_MAX_LENGTH = 4_096  # characters; in a saved sheet, the key stands within the first 1,000
_TICK = 250  # milliseconds


class UnlockDialog(PassphraseDialog):
    """Asks for the passphrase or the recovery key. After a few wrong ones, the next has to wait, longer each time.

    `damaged` carries the error where either was right, but the vault is damaged; `restore_wanted` tells that the person
    has neither, and a backup.
    """

    damaged = Signal(object)
    restore_wanted = Signal()

    def __init__(
        self,
        unlocking: Unlocking,
        need: UnlockRequest,
        folder: Path,
        clipboard: SecretClipboard,
        *,
        can_restore: bool,
        before: str = "",
    ) -> None:
        """Open the vault in `folder` by way of `unlocking`; `need` says what can be asked for, and why it is.

        `can_restore` offers to make a new vault of a backup; `before` is said first.
        """
        why = "" if need.account_error is None else f"{why_unlock_words(need.account_error)}\n\n"
        super().__init__(
            "unlockDialog",
            f"Unlock {PROGRAM}",
            f"{before}{why}The vault is in:\n{breakable(folder)}",
            named(QPushButton("&Unlock"), "unlockButton", "Unlock"),
            clipboard,
            None,
        )
        self._unlocking = unlocking
        self._need = need
        self._recovery_key = self._secret_field(
            "recoveryKeyField", "Recovery key", is_hidden=False, max_length=_MAX_LENGTH, rule=_recovery_key_in
        )
        self._recovery_key.setPlaceholderText("Eight groups of six digits")
        self._recovery_part = self._add_labelled("&Recovery key", self._recovery_key)
        self._recovery_problem = FieldProblem(self._recovery_key, "recoveryKeyError")
        self._attempts = named(Label(wordWrap=True), "attemptsLabel")
        self._other_way = named(QPushButton(autoDefault=False), "otherWayButton")
        self._restore = named(
            QPushButton("&Restore from a backup…", autoDefault=False), "restoreBackupButton", "Restore from a backup"
        )
        self._wait = QTimer(self, interval=_TICK)
        self._layout.addWidget(self._recovery_problem)
        self._finish_layout()
        self._layout.insertWidget(self._layout.indexOf(self._show) + 1, self._other_way, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.insertWidget(self._layout.indexOf(self._progress), self._attempts)
        self._buttons.insertWidget(0, self._restore)
        self._restore.setVisible(can_restore)
        self._restore.clicked.connect(self.restore_wanted)
        self._wait.timeout.connect(self._follow_wait)
        self._recovery_key.textChanged.connect(self._judge_while_typing)
        self._other_way.clicked.connect(self._go_the_other_way)
        self._other_way.setVisible(need.passphrase and need.recovery_key)
        self._ask_for_recovery_key(not need.passphrase)
        self._show_attempts()

    def fields(self) -> list[SecretField]:
        """Return the fields that hold what is secret."""
        return [self._passphrase, self._recovery_key]

    @property
    def unlocked_by(self) -> str:
        """What the status bar says once the vault is open."""
        return "Unlocked by recovery key" if self._asks_for_recovery_key else UNLOCKED_BY_PASSPHRASE

    def _go(self) -> None:
        if not self._asks_for_recovery_key:
            self._work_with_passphrase(lambda _: self._unlocking.with_passphrase)
            return
        key = parse_recovery_key(self._recovery_key.text())
        if isinstance(key, RecoveryKey):
            self._work(lambda _: self._unlocking.with_recovery_key(key))
        else:
            self._recovery_problem.set_text(recovery_key_problem_words(key))
            self._recovery_key.setFocus()

    def _take_failure(self, error: Exception) -> None:
        if isinstance(error, VaultNeedsRepairError):
            self.damaged.emit(error)  # before closing, which would end a program that has no other window
            self.accept()
            return
        super()._take_failure(error)
        if isinstance(error, WrongRecoveryKeyError):
            words = explain(error)
            self._recovery_problem.set_text(f"{words.what} {words.next_step}")
        if self._asks_for_recovery_key:
            self._recovery_key.setFocus()
            self._recovery_key.selectAll()
        self._show_attempts()

    def _explains_itself(self, error: Exception) -> bool:
        return isinstance(error, WrongRecoveryKeyError)

    def _show_busy(self, busy: bool) -> None:
        super()._show_busy(busy)
        self._other_way.setEnabled(not busy)
        self._restore.setEnabled(not busy)

    def _show_passphrase(self, shown: bool) -> None:
        self._passphrase.show_text(shown)

    def _go_the_other_way(self) -> None:
        self._ask_for_recovery_key(not self._asks_for_recovery_key)

    def _ask_for_recovery_key(self, wanted: bool) -> None:
        self._asks_for_recovery_key = wanted
        for widget in (self._passphrase_part, self._show):
            widget.setVisible(not wanted)
        self._recovery_part.setVisible(wanted)
        self._hint.setVisible(not wanted and bool(self._hint.text()))
        self._problem.set_text("")
        self._recovery_problem.set_text("")
        self._other_way.setText(f"Use the {'passphrase' if wanted else 'recovery key'} &instead")
        self._other_way.setAccessibleName(self._other_way.text().replace("&", ""))
        (self._recovery_key if wanted else self._passphrase).setFocus()
        if self.isVisible():
            grow_to_fit_texts(self)

    def _judge_while_typing(self, text: str) -> None:
        key = parse_recovery_key(text)
        unfinished = (RecoveryKeyFault.EMPTY, RecoveryKeyFault.TOO_FEW)
        if isinstance(key, RecoveryKeyProblem) and key.fault not in unfinished:
            self._recovery_problem.set_text(recovery_key_problem_words(key))
        else:
            self._recovery_problem.set_text("")

    def _show_attempts(self) -> None:
        wrong = self._unlocking.wrong_attempts()
        self._said_of_attempts = wrong_attempts_words(wrong) if wrong.number else ""
        self._follow_wait()

    def _follow_wait(self) -> None:
        seconds = math.ceil(self._unlocking.seconds_to_wait())
        self._button.setEnabled(not seconds and not self._background.is_busy)
        wait = f" Try again in {counted(seconds, 'second')}." if seconds else ""
        self._attempts.setText(self._said_of_attempts + wait)
        self._attempts.setVisible(bool(self._said_of_attempts))
        if seconds and not self._wait.isActive():
            self._wait.start()
        elif not seconds:
            self._wait.stop()
        if self.isVisible():
            grow_to_fit_texts(self)


def _recovery_key_in(text: str) -> str:
    """Return the groups of a whole recovery key that stands in a text such as a saved sheet; else the text, cleaned."""
    if not text.strip("0123456789- "):
        return text.lstrip(" ")  # as most type it
    key = parse_recovery_key(text)
    return key.reveal() if isinstance(key, RecoveryKey) else in_one_line(text)
