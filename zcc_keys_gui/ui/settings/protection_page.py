"""The page of the preferences on which a person sees and changes who can open the vault."""

import sys
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.errors import ReencryptionUnfinishedError, VaultError
from zcc_keys_gui.domain.policies import ASK_FOR_PASSPHRASE, LOCK_AFTER_MINUTES
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.text.unlock.unlocking import WAITING_FOR_KEY_STORE
from zcc_keys_gui.ui.text.values import time_words
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import ask, show_problem
from zcc_keys_gui.ui.widgets.naming import named

_PASSPHRASE_USE = "If this passphrase is forgotten, it opens nothing: keep a recovery key too."
_REENCRYPT = (
    "If somebody may have a copy of the vault and an old passphrase or recovery key, re-encrypt the vault: what they "
    "have then opens nothing new."
)
_WITH_WINDOWS = ", and when Windows is locked" if sys.platform == "win32" else ""
_SAY_WAITING_AFTER = 2_000  # milliseconds
_OFFER = "opens this vault no more. A copy that somebody made of it before still opens the old way."


class ProtectionPage(QWidget):
    """Shows the protectors, each with what can be done with it.

    `changed` tells that there are others now; `reencrypted` that the database has another key.
    """

    changed = Signal()
    reencrypted = Signal()

    def __init__(self, vault: OpenVault, clipboard: SecretClipboard, preferences: Preferences) -> None:
        """Show and change who can open `vault`."""
        super().__init__()
        self._vault = vault
        self._protection = vault.protection
        self._clipboard = clipboard
        self._preferences = preferences
        self._background = BackgroundWork(self)
        self._background.busy_changed.connect(self._show_busy)
        self._focus: QWidget | None = None
        self._was_passphrase = False
        self._account = _status("accountStatus")
        self._passphrase = _status("passphraseStatus")
        self._recovery = _status("recoveryKeyStatus")
        self._set_up_account = _button("Set &up", "setUpAccountButton", "Set up this account")
        self._remove_account = _button("Re&move…", "removeAccountButton", "Remove this account")
        self._set_passphrase = _button("", "changePassphraseButton", "")
        self._remove_passphrase = _button("Remo&ve…", "removePassphraseButton", "Remove the passphrase")
        self._new_recovery_key = _button("", "newRecoveryKeyButton", "")
        self._remove_recovery_key = _button("Rem&ove…", "removeRecoveryKeyButton", "Remove the recovery key")
        self._ask_always = named(QCheckBox("&Ask for the passphrase at every start"), "askForPassphraseBox")
        self._ask_always.setAccessibleName("Ask for the passphrase at every start")
        self._minutes = named(NumberField(), "lockAfterMinutesField", "Idle minutes until the vault is locked")
        self._reencrypt = _button("Re-&encrypt the vault…", "reencryptButton", "Re-encrypt the vault")
        self._said = named(Label(wordWrap=True), "protectionNote")
        self._lay_out()
        self._set_up_account.clicked.connect(lambda: self._do(self._protection.set_up_this_account))
        self._remove_account.clicked.connect(self._ask_to_remove_account)
        self._set_passphrase.clicked.connect(lambda: self._ask_for_new_passphrase(self._say_old_passphrase_is_void))
        self._remove_passphrase.clicked.connect(self._ask_to_remove_passphrase)
        self._new_recovery_key.clicked.connect(self._ask_for_new_recovery_key)
        self._remove_recovery_key.clicked.connect(self._ask_to_remove_recovery_key)
        self._ask_always.clicked.connect(self._choose_to_be_asked)
        self._minutes.valueChanged.connect(self._choose_minutes)
        self._reencrypt.clicked.connect(self._ask_to_reencrypt)
        self.follow()
        self._say_what_is_left()

    def follow(self) -> None:
        """Show the protectors that there are now."""
        who = self._protection.ways_to_unlock()
        policies = self._preferences.policies
        asks = who.asks_for_passphrase
        must_ask = bool(policies.value(ASK_FOR_PASSPHRASE))
        self._account.setText(_since(who.this_account))
        self._set_up_account.setVisible(who.this_account is None)
        self._set_up_account.setEnabled(not must_ask)
        self._remove_account.setVisible(who.this_account is not None)
        self._remove_account.setEnabled(who.passphrase is not None or who.recovery_key is not None)
        self._passphrase.setText(_since(who.passphrase))
        _rename(self._set_passphrase, "&Set…" if who.passphrase is None else "&Change…", "passphrase")
        self._remove_passphrase.setVisible(who.passphrase is not None)
        has_another = who.this_account is not None or who.recovery_key is not None
        self._remove_passphrase.setEnabled(has_another and not (asks and must_ask))
        self._recovery.setText(_since(who.recovery_key))
        _rename(self._new_recovery_key, "Ma&ke…" if who.recovery_key is None else "Re&place…", "recovery key")
        self._remove_recovery_key.setVisible(who.recovery_key is not None)
        self._remove_recovery_key.setEnabled(who.this_account is not None or who.passphrase is not None)
        self._ask_always.setChecked(asks)
        self._ask_always.setEnabled(not (asks and must_ask))
        self._minutes.setEnabled(asks and policies.value(LOCK_AFTER_MINUTES) is None)

    # --- this account ---

    def _ask_to_remove_account(self) -> None:
        if self._protection.ways_to_unlock().passphrase is not None:
            self._ask_for_passphrase_instead()
            return
        ask(
            self,
            "Let this account open the vault no more?",
            consequence="From the next start on, you are asked for the recovery key. If you don't have it any more, "
            "the API keys are lost.",
            confirm="Remove this account",
            on_confirm=lambda: self._do(
                self._protection.remove_this_account, lambda _: self._offer_reencryption("This account")
            ),
        )

    def _ask_for_passphrase_instead(self) -> None:
        """Remove this account, once the person has shown that they know the passphrase."""
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import ConfirmPassphraseDialog

        dialog = ConfirmPassphraseDialog(
            "Ask for the passphrase",
            "From the next start on, you are asked for the passphrase. Enter it, so that it is sure that you know it.",
            "&Remove this account",
            self._remove_account_for,
            self._clipboard,
            self,
        )
        dialog.succeeded.connect(self._follow_change)
        dialog.succeeded.connect(lambda _: self._offer_reencryption("This account"))
        dialog.finished.connect(self.follow)  # also where the box was ticked for nothing
        dialog.open()

    def _remove_account_for(self, passphrase: str) -> None:
        self._protection.check_passphrase(passphrase)
        self._protection.remove_this_account()

    # --- the passphrase ---

    def _ask_for_new_passphrase(self, then: Callable[[object], None]) -> None:
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import SetPassphraseDialog

        is_new = self._protection.ways_to_unlock().passphrase is None
        text = f"Choose a passphrase that opens this vault{'' if is_new else ' in place of the present one'}."
        dialog = SetPassphraseDialog(
            self._protection.set_passphrase, f"{text} {_PASSPHRASE_USE}", self._clipboard, self
        )
        dialog.succeeded.connect(self._follow_change)
        dialog.succeeded.connect(then)
        dialog.finished.connect(self.follow)  # also where the box was ticked for nothing
        self._was_passphrase = not is_new
        dialog.open()

    def _say_old_passphrase_is_void(self, _: object) -> None:
        if self._was_passphrase:
            self._offer_reencryption("The former passphrase")

    def _ask_to_remove_passphrase(self) -> None:
        ask(
            self,
            "Let the passphrase open the vault no more?",
            consequence="What else opens it stays as it is.",
            confirm="Remove the passphrase",
            on_confirm=lambda: self._do(
                self._protection.remove_passphrase, lambda _: self._offer_reencryption("The former passphrase")
            ),
        )

    # --- the recovery key ---

    def _ask_for_new_recovery_key(self) -> None:
        if self._protection.ways_to_unlock().recovery_key is None:
            self._offer_recovery_key(lambda _: self._follow_change())
            return
        ask(
            self,
            "Replace the recovery key?",
            consequence="Once you keep the new one, which is shown once, the present one opens the vault no more.",
            confirm="Replace",
            on_confirm=lambda: self._offer_recovery_key(self._say_old_recovery_key_is_void),
        )

    def _offer_recovery_key(self, kept: Callable[[object], None]) -> None:
        from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key

        offer_recovery_key(self, self._clipboard, self._vault.folder, self._protection.set_recovery_key, kept)

    def _say_old_recovery_key_is_void(self, _: object) -> None:
        self._follow_change()
        self._offer_reencryption("The former recovery key")

    def _ask_to_remove_recovery_key(self) -> None:
        ask(
            self,
            "Let the recovery key open the vault no more?",
            consequence="What else opens it stays as it is.",
            confirm="Remove the recovery key",
            on_confirm=lambda: self._do(
                self._protection.remove_recovery_key, lambda _: self._offer_reencryption("The former recovery key")
            ),
        )

    # --- the passphrase at every start ---

    def _choose_to_be_asked(self, wanted: bool) -> None:
        if not wanted:
            self._do(self._protection.set_up_this_account)
        elif self._protection.ways_to_unlock().passphrase is None:
            self._ask_for_new_passphrase(lambda _: self._do(self._protection.remove_this_account))
        else:
            self._ask_for_passphrase_instead()

    def _choose_minutes(self, minutes: int) -> None:
        self._preferences.lock_after_minutes = minutes

    # --- a new database key ---

    def _offer_reencryption(self, what: str) -> None:
        self._say(f"{what} {_OFFER}")

    def _ask_to_reencrypt(self) -> None:
        ask(
            self,
            "Re-encrypt the vault?",
            consequence=f"{_REENCRYPT}\n\nThis makes a new recovery key, and the present one void. A fresh automatic "
            "copy takes the place of the older ones. Copies that are kept elsewhere still open the old way. So "
            "do vaults that were set aside.",
            confirm="Re-encrypt",
            on_confirm=self._prepare_reencryption,
        )

    def _prepare_reencryption(self) -> None:
        if self._protection.ways_to_unlock().passphrase is None:
            self._do(lambda: self._protection.reencryption(None), self._offer_to_reencrypt_with)
            return
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import ConfirmPassphraseDialog

        dialog = ConfirmPassphraseDialog(
            "Re-encrypt the vault",
            "Enter the vault's passphrase. It goes on opening the vault.",
            "&Re-encrypt",
            self._protection.reencryption,
            self._clipboard,
            self,
        )
        dialog.succeeded.connect(self._offer_to_reencrypt_with)
        dialog.open()

    def _offer_to_reencrypt_with(self, reencrypt: Callable[[RecoveryKey], object]) -> None:
        from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key

        offer_recovery_key(
            self, self._clipboard, self._vault.folder, reencrypt, self._show_reencrypted, reencrypts=True
        )

    def _show_reencrypted(self, problem: object) -> None:
        self.reencrypted.emit()
        self._follow_change()
        if isinstance(problem, ReencryptionUnfinishedError):
            self._say_what_is_left()
        elif isinstance(problem, VaultError):
            self._say("The vault is re-encrypted. The older automatic copies are still there, and open the old way.")
            show_problem(self, problem)
        else:
            self._say(
                "The vault is re-encrypted, and a fresh automatic copy took the place of the older ones. Copies that "
                "are kept elsewhere still open the old way. So do vaults that were set aside."
            )

    def _say_what_is_left(self) -> None:
        """Say what re-encrypting has left to do, if anything; the next start does it."""
        problem = self._protection.unfinished_reencryption
        if problem is not None:
            words = explain(problem)
            self._say(f"{words.what} {words.next_step.partition(chr(10))[0]}")

    # --- how it is done ---

    def _do(self, work: Callable[[], object], then: Callable[..., None] = lambda _: None) -> None:
        """Do `work` in the background, and then `then` with what came of it; the page waits."""
        self._focus = self.window().focusWidget()
        self._background.start(work, lambda result: self._take_result(result, then), self._take_failure)
        QTimer.singleShot(_SAY_WAITING_AFTER, self, self._say_waiting)

    def _say_waiting(self) -> None:
        """Say why it takes so long: only the key store can, because it may ask the user something."""
        if self._background.is_busy:
            self._say(f"{WAITING_FOR_KEY_STORE} It may be asking for a password in another window.")

    def _show_busy(self, busy: bool) -> None:
        self.setEnabled(not busy)
        if not busy:
            self._say("")

    def _take_result(self, result: object, then: Callable[..., None]) -> None:
        self._follow_change()
        self._give_focus_back()
        then(result)

    def _take_failure(self, error: Exception) -> None:
        self.follow()
        self._give_focus_back()
        show_problem(self, error)

    def _give_focus_back(self) -> None:
        """Put the focus where it was before the page waited, or where it can always be."""
        is_there = self._focus is not None and self._focus.isVisible() and self._focus.isEnabled()
        (self._focus if self._focus is not None and is_there else self._set_passphrase).setFocus()

    def _follow_change(self) -> None:
        self.follow()
        self.changed.emit()

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (
            ("This account", self._account, (self._set_up_account, self._remove_account)),
            ("Passphrase", self._passphrase, (self._set_passphrase, self._remove_passphrase)),
            ("Recovery key", self._recovery, (self._new_recovery_key, self._remove_recovery_key)),
        )
        for row, (heading, status, buttons) in enumerate(rows):
            grid.addWidget(Label(heading), row, 0)
            grid.addWidget(status, row, 1)
            together = QHBoxLayout()
            together.setSpacing(8)
            together.addStretch()
            for button in buttons:
                together.addWidget(button)
            grid.addLayout(together, row, 2)
        self._minutes.setRange(LOCK_AFTER_MINUTES.minimum, LOCK_AFTER_MINUTES.maximum)
        self._minutes.setKeyboardTracking(False)  # of "60", the 6 is no choice yet
        self._minutes.setValue(self._preferences.lock_after_minutes)
        lock = QHBoxLayout()
        lock.setSpacing(8)
        lock.setContentsMargins(24, 0, 0, 0)
        label = Label("&Lock after")
        label.setBuddy(self._minutes)
        lock.addWidget(label)
        lock.addWidget(self._minutes)
        lock.addWidget(named(Label(f"idle minutes{_WITH_WINDOWS}", wordWrap=True), "idleMinutesLabel"), stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(Label("Who can open this vault"))
        layout.addLayout(grid)
        layout.addWidget(self._said)
        layout.addSpacing(8)
        layout.addWidget(self._ask_always)
        layout.addWidget(
            Label(
                "Then this account opens it no more, and the vault can be locked with Ctrl+L.",
                wordWrap=True,
                indent=24,
            )
        )
        layout.addLayout(lock)
        for policy in (ASK_FOR_PASSPHRASE, LOCK_AFTER_MINUTES):
            if self._preferences.policies.value(policy) is not None:
                layout.addWidget(named(Label(MANAGED, wordWrap=True, indent=24), f"managed{policy.name}Label"))
        layout.addSpacing(8)
        layout.addWidget(Label(_REENCRYPT, wordWrap=True))
        layout.addWidget(self._reencrypt, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        self._said.hide()


def _since(made: datetime | None) -> str:
    if made is None:
        return "No"
    return f"Yes, since {time_words(made)}" if made.timestamp() else "Yes"  # one from before times were kept


def _status(name: str) -> Label:
    return named(Label(wordWrap=True), name)


def _button(text: str, name: str, spoken: str) -> QPushButton:
    return named(QPushButton(text, autoDefault=False), name, spoken)


def _rename(button: QPushButton, text: str, what: str) -> None:
    button.setText(text)
    button.setAccessibleName(f"{text.replace('&', '').removesuffix('…')} {what}")
