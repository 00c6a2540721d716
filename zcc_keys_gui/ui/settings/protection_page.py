"""The page of the preferences with the ways to unlock the vault."""

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.policies import ASK_FOR_PASSPHRASE, LOCK_AFTER_MINUTES
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.settings.protection_commands import ProtectionCommands
from zcc_keys_gui.ui.text.settings import protection as texts
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.text.values import format_time
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import button_row
from zcc_keys_gui.ui.widgets.naming import name_widget

_WAITING_NOTE_DELAY_MS = 2_000


class ProtectionPage(QWidget):
    """A page with the ways to unlock the vault, each with buttons that change it.

    `changed` is emitted after the ways to unlock have changed, and `reencrypted` after the database got another key.
    """

    changed = Signal()
    reencrypted = Signal()

    def __init__(self, vault: OpenVault, clipboard: SecretClipboard, preferences: Preferences) -> None:
        """Show and change the ways to unlock `vault`."""
        super().__init__()
        self._protection = vault.protection
        self._preferences = preferences
        self._commands = ProtectionCommands(vault, clipboard, self)
        self._focus_before: QWidget | None = None
        self._must_restore_focus = False
        self._account = _status("accountStatus")
        self._passphrase = _status("passphraseStatus")
        self._recovery_key = _status("recoveryKeyStatus")
        self._set_up_account = _button(texts.SET_UP, "setUpAccountButton", texts.SET_UP_ACCOUNT)
        self._remove_account = _button(texts.REMOVE_ACCOUNT_BUTTON, "removeAccountButton", texts.REMOVE_ACCOUNT)
        self._set_passphrase = _button("", "changePassphraseButton", "")
        self._remove_passphrase = _button(
            texts.REMOVE_PASSPHRASE_BUTTON, "removePassphraseButton", texts.REMOVE_PASSPHRASE
        )
        self._new_recovery_key = _button("", "newRecoveryKeyButton", "")
        self._remove_recovery_key = _button(
            texts.REMOVE_RECOVERY_KEY_BUTTON, "removeRecoveryKeyButton", texts.REMOVE_RECOVERY_KEY
        )
        self._ask_always = name_widget(QCheckBox(texts.ASK_ALWAYS), "askForPassphraseBox")
        self._minutes = name_widget(NumberField(), "lockAfterMinutesField", texts.LOCK_AFTER_FIELD)
        self._reencrypt = name_widget(QPushButton(texts.REENCRYPT_BUTTON, autoDefault=False), "reencryptButton")
        self._note = name_widget(Label(wordWrap=True), "protectionNote")
        self._lay_out()
        self._connect()
        self.refresh()
        self._commands.note_unfinished_reencryption()

    def refresh(self) -> None:
        """Show the ways to unlock that the vault has now."""
        ways = self._protection.ways_to_unlock()
        policies = self._preferences.policies
        asks = ways.asks_for_passphrase
        must_ask = bool(policies.value(ASK_FOR_PASSPHRASE))
        has_account, has_passphrase, has_recovery_key = (
            made is not None for made in (ways.this_account, ways.passphrase, ways.recovery_key)
        )
        self._account.setText(_describe_way(ways.this_account))
        self._set_up_account.setVisible(not has_account)
        self._set_up_account.setEnabled(not must_ask)
        self._remove_account.setVisible(has_account)
        self._remove_account.setEnabled(has_passphrase or has_recovery_key)
        self._passphrase.setText(_describe_way(ways.passphrase))
        if has_passphrase:
            _set_button_text(self._set_passphrase, texts.CHANGE_PASSPHRASE_BUTTON, texts.CHANGE_PASSPHRASE)
        else:
            _set_button_text(self._set_passphrase, texts.SET_PASSPHRASE_BUTTON, texts.SET_PASSPHRASE)
        self._remove_passphrase.setVisible(has_passphrase)
        self._remove_passphrase.setEnabled((has_account or has_recovery_key) and not (asks and must_ask))
        self._recovery_key.setText(_describe_way(ways.recovery_key))
        if has_recovery_key:
            _set_button_text(self._new_recovery_key, texts.REPLACE_RECOVERY_KEY_BUTTON, texts.REPLACE_RECOVERY_KEY)
        else:
            _set_button_text(self._new_recovery_key, texts.CREATE_RECOVERY_KEY_BUTTON, texts.CREATE_RECOVERY_KEY)
        self._remove_recovery_key.setVisible(has_recovery_key)
        self._remove_recovery_key.setEnabled(has_account or has_passphrase)
        self._ask_always.setChecked(asks)
        self._ask_always.setEnabled(not (asks and must_ask))
        self._minutes.setEnabled(asks and policies.value(LOCK_AFTER_MINUTES) is None)

    def _connect(self) -> None:
        commands = self._commands
        self._set_up_account.clicked.connect(commands.set_up_account)
        self._remove_account.clicked.connect(commands.remove_account)
        self._set_passphrase.clicked.connect(commands.set_passphrase)
        self._remove_passphrase.clicked.connect(commands.remove_passphrase)
        self._new_recovery_key.clicked.connect(commands.create_recovery_key)
        self._remove_recovery_key.clicked.connect(commands.remove_recovery_key)
        self._ask_always.clicked.connect(commands.require_passphrase)
        self._minutes.valueChanged.connect(self._save_minutes)
        self._reencrypt.clicked.connect(commands.reencrypt)
        commands.busy_changed.connect(self._show_busy)
        commands.ended.connect(self._show_result)
        commands.noted.connect(self._show_note)
        commands.changed.connect(self.changed)
        commands.reencrypted.connect(self.reencrypted)

    def _save_minutes(self, minutes: int) -> None:
        self._preferences.lock_after_minutes = minutes

    def _show_busy(self, busy: bool) -> None:
        if busy:
            self._focus_before = self.window().focusWidget()
            self._must_restore_focus = True
            QTimer.singleShot(_WAITING_NOTE_DELAY_MS, self, self._show_waiting)
        else:
            self._show_note("")
        self.setEnabled(not busy)

    def _show_waiting(self) -> None:
        """Say that the program waits for the key store, which is the only part that can take seconds."""
        if self._commands.is_busy:
            self._show_note(texts.WAITING)

    def _show_result(self) -> None:
        self.refresh()
        if self._must_restore_focus and self.isEnabled():
            self._must_restore_focus = False
            self._restore_focus()

    def _restore_focus(self) -> None:
        """Focus the control that had the focus before the page was disabled, or one that is always enabled."""
        focus = self._focus_before
        if focus is None or not focus.isVisible() or not focus.isEnabled():
            focus = self._set_passphrase
        focus.setFocus()

    def _show_note(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(Label(texts.HEADING))
        layout.addLayout(self._ways_to_unlock())
        layout.addWidget(self._note)
        layout.addSpacing(8)
        layout.addWidget(self._ask_always)
        layout.addWidget(Label(texts.ASK_ALWAYS_HINT, wordWrap=True, indent=24))
        layout.addLayout(self._lock_row())
        for policy in (ASK_FOR_PASSPHRASE, LOCK_AFTER_MINUTES):
            if self._preferences.policies.value(policy) is not None:
                layout.addWidget(name_widget(Label(MANAGED, wordWrap=True, indent=24), f"managed{policy.name}Label"))
        layout.addSpacing(8)
        layout.addWidget(Label(texts.REENCRYPT_HINT, wordWrap=True))
        layout.addWidget(self._reencrypt, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        self._note.hide()

    def _ways_to_unlock(self) -> QGridLayout:
        """Return a grid with a row for each way to unlock: its name, whether the vault has it, and its buttons."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (
            (texts.THIS_ACCOUNT, self._account, (self._set_up_account, self._remove_account)),
            (texts.PASSPHRASE, self._passphrase, (self._set_passphrase, self._remove_passphrase)),
            (texts.RECOVERY_KEY, self._recovery_key, (self._new_recovery_key, self._remove_recovery_key)),
        )
        for row, (heading, status, buttons) in enumerate(rows):
            grid.addWidget(Label(heading), row, 0)
            grid.addWidget(status, row, 1)
            grid.addLayout(button_row(*buttons), row, 2)
        return grid

    def _lock_row(self) -> QHBoxLayout:
        self._minutes.setRange(LOCK_AFTER_MINUTES.minimum, LOCK_AFTER_MINUTES.maximum)
        self._minutes.setKeyboardTracking(False)  # The 6 is not saved while the user types 60.
        self._minutes.setValue(self._preferences.lock_after_minutes)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(24, 0, 0, 0)
        row.addWidget(label_for(self._minutes, texts.LOCK_AFTER))
        row.addWidget(self._minutes)
        row.addWidget(name_widget(Label(texts.IDLE_MINUTES, wordWrap=True), "idleMinutesLabel"), stretch=1)
        return row


def _describe_way(made: datetime | None) -> str:
    if made is None:
        return texts.NO
    if not made.timestamp():  # Vaults of version 0.1.0 did not store the time.
        return texts.YES
    return texts.YES_SINCE.format(time=format_time(made))


def _status(name: str) -> Label:
    return name_widget(Label(wordWrap=True), name)


def _button(text: str, name: str, accessible_name: str) -> QPushButton:
    return name_widget(QPushButton(text, autoDefault=False), name, accessible_name)


def _set_button_text(button: QPushButton, text: str, accessible_name: str) -> None:
    button.setText(text)
    button.setAccessibleName(accessible_name)
