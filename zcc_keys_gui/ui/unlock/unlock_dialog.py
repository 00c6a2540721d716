"""The dialog that asks for the passphrase or the recovery key of the vault."""

import math
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPushButton

from zcc_keys_gui.domain.errors import VaultNeedsRepairError, WrongRecoveryKeyError
from zcc_keys_gui.domain.pasted_text import join_lines
from zcc_keys_gui.domain.recovery_key import RecoveryKey, RecoveryKeyFault, RecoveryKeyProblem, parse_recovery_key
from zcc_keys_gui.domain.unlocking import UnlockMethod
from zcc_keys_gui.service.unlocking import Unlocking, UnlockRequest
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.backups.restoring import RESTORE_BACKUP
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.fields import describe_recovery_key_problem
from zcc_keys_gui.ui.text.unlock.unlocking import (
    RECOVERY_KEY,
    RECOVERY_KEY_PLACEHOLDER,
    TRY_AGAIN,
    UNLOCK,
    UNLOCK_TITLE,
    USE_PASSPHRASE,
    USE_RECOVERY_KEY,
    VAULT_FOLDER,
    describe_wrong_attempts,
    explain_unlock_request,
)
from zcc_keys_gui.ui.text.values import breakable_path
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.passphrase_dialog import PassphraseDialog
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

_MAX_RECOVERY_KEY_LENGTH = 4_096  # characters; in a saved sheet, the key is within the first 1,000
_COUNTDOWN_INTERVAL_MS = 250
_UNFINISHED = (RecoveryKeyFault.EMPTY, RecoveryKeyFault.TOO_FEW)


class UnlockDialog(PassphraseDialog):
    """A dialog that asks for the passphrase or the recovery key. After a few wrong attempts, each next one has to wait.

    `damaged` carries the error if the user entered the right one, but the vault is damaged. `restore_requested` is
    emitted if the user wants to restore a backup instead.
    """

    damaged = Signal(object)
    restore_requested = Signal()

    def __init__(
        self,
        unlocking: Unlocking,
        request: UnlockRequest,
        folder: Path,
        clipboard: SecretClipboard,
        *,
        can_restore: bool,
        notice: str = "",
    ) -> None:
        """Unlock the vault in `folder` with `unlocking`; `request` says what to ask for, and why.

        `can_restore` offers to restore a backup; `notice` is shown first.
        """
        why = "" if request.account_error is None else explain_unlock_request(request.account_error)
        super().__init__(
            "unlockDialog",
            UNLOCK_TITLE,
            "\n\n".join(filter(None, (notice, why, VAULT_FOLDER.format(folder=breakable_path(folder))))),
            name_widget(QPushButton(UNLOCK), "unlockButton"),
            clipboard,
            None,
        )
        self._unlocking = unlocking
        self._attempts_text = ""
        self._asks_for_recovery_key = False
        self._countdown = QTimer(self, interval=_COUNTDOWN_INTERVAL_MS)
        self._countdown.timeout.connect(self._show_wait)
        self._add_recovery_key_field()
        self._lay_out_buttons(can_restore=can_restore, can_switch=request.passphrase and request.recovery_key)
        self._ask_for_recovery_key(not request.passphrase)
        self._show_attempts()

    def fields(self) -> list[SecretField]:
        """Return the fields that contain secrets."""
        return [self._passphrase, self._recovery_key]

    @property
    def unlock_method(self) -> UnlockMethod:
        """The secret that the dialog asks for now."""
        return UnlockMethod.RECOVERY_KEY if self._asks_for_recovery_key else UnlockMethod.PASSPHRASE

    def _add_recovery_key_field(self) -> None:
        self._recovery_key = self._secret_field(
            "recoveryKeyField",
            plain_text(RECOVERY_KEY),
            is_hidden=False,
            max_length=_MAX_RECOVERY_KEY_LENGTH,
            rule=_recovery_key_in,
        )
        self._recovery_key.setPlaceholderText(RECOVERY_KEY_PLACEHOLDER)
        self._recovery_key.textChanged.connect(self._check_recovery_key)
        self._recovery_part = self._add_labelled(RECOVERY_KEY, self._recovery_key)
        self._recovery_problem = FieldProblem(self._recovery_key, "recoveryKeyError")
        self._layout.addWidget(self._recovery_problem)

    def _lay_out_buttons(self, *, can_restore: bool, can_switch: bool) -> None:
        self._attempts = name_widget(Label(wordWrap=True), "attemptsLabel")
        self._switch = name_widget(QPushButton(autoDefault=False), "otherWayButton")
        self._restore = name_widget(QPushButton(RESTORE_BACKUP, autoDefault=False), "restoreBackupButton")
        self._finish_layout()
        self._layout.insertWidget(self._layout.indexOf(self._show) + 1, self._switch, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.insertWidget(self._layout.indexOf(self._progress), self._attempts)
        self._buttons.insertWidget(0, self._restore)
        self._restore.setVisible(can_restore)
        self._restore.clicked.connect(self.restore_requested)
        self._switch.setVisible(can_switch)
        self._switch.clicked.connect(lambda: self._ask_for_recovery_key(not self._asks_for_recovery_key))

    def _submit(self) -> None:
        unlocking = self._unlocking
        if not self._asks_for_recovery_key:
            entered = self._entered_passphrase()
            if entered is not None:
                self._start(lambda _: unlocking.with_passphrase(entered.text, entered.uncleaned_text))
            return
        key = parse_recovery_key(self._recovery_key.text())
        if isinstance(key, RecoveryKey):
            self._start(lambda _: unlocking.with_recovery_key(key))
        else:
            self._recovery_problem.set_text(describe_recovery_key_problem(key))
            self._recovery_key.setFocus()

    def _show_failure(self, error: Exception) -> None:
        if isinstance(error, VaultNeedsRepairError):
            self.damaged.emit(error)  # Emitted first: the program would end if its last window were closed.
            self.accept()
            return
        if isinstance(error, WrongRecoveryKeyError):
            self._recovery_problem.set_text(explain(error).with_path)
        else:
            super()._show_failure(error)
        if self._asks_for_recovery_key:
            self._recovery_key.setFocus()
            self._recovery_key.selectAll()
        self._show_attempts()

    def _show_busy(self, busy: bool) -> None:
        super()._show_busy(busy)
        self._switch.setEnabled(not busy)
        self._restore.setEnabled(not busy)

    def _show_passphrase(self, is_shown: bool) -> None:
        """Show or hide only the passphrase, because the recovery key is always visible."""
        self._passphrase.show_text(is_shown)

    def _ask_for_recovery_key(self, wanted: bool) -> None:
        self._asks_for_recovery_key = wanted
        for widget in (self._passphrase_part, self._show):
            widget.setVisible(not wanted)
        self._recovery_part.setVisible(wanted)
        self._hint.setVisible(not wanted and bool(self._hint.text()))
        self._problem.set_text("")
        self._recovery_problem.set_text("")
        self._switch.setText(USE_PASSPHRASE if wanted else USE_RECOVERY_KEY)
        self._switch.setAccessibleName(plain_text(self._switch.text()))
        (self._recovery_key if wanted else self._passphrase).setFocus()
        if self.isVisible():
            grow_to_fit_texts(self)

    def _check_recovery_key(self, text: str) -> None:
        key = parse_recovery_key(text)
        if isinstance(key, RecoveryKeyProblem) and key.fault not in _UNFINISHED:
            self._recovery_problem.set_text(describe_recovery_key_problem(key))
        else:
            self._recovery_problem.set_text("")

    def _show_attempts(self) -> None:
        wrong = self._unlocking.wrong_attempts()
        self._attempts_text = describe_wrong_attempts(wrong) if wrong.number else ""
        self._show_wait()

    def _show_wait(self) -> None:
        """Show how long the next attempt has to wait, and enable the button once it need not wait any longer."""
        seconds = math.ceil(self._unlocking.seconds_to_wait())
        self._button.setEnabled(not seconds and not self._background.is_busy)
        wait = TRY_AGAIN.of(seconds) if seconds else ""
        self._attempts.setText(" ".join(filter(None, (self._attempts_text, wait))))
        self._attempts.setVisible(bool(self._attempts_text))
        if seconds and not self._countdown.isActive():
            self._countdown.start()
        elif not seconds:
            self._countdown.stop()
        if self.isVisible():
            grow_to_fit_texts(self)


def _recovery_key_in(text: str) -> str:
    """Return the groups of the recovery key in a text such as a saved sheet, or else the text in one line."""
    if not text.strip("0123456789- "):
        return text.lstrip(" ")  # as most users type it
    key = parse_recovery_key(text)
    return key.reveal() if isinstance(key, RecoveryKey) else join_lines(text)
