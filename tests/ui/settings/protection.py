"""Helpers for tests of the protection page."""

from pathlib import Path

from PySide6.QtWidgets import QTabWidget, QWidget

from tests.support.gui import click, find, text, type_into, type_new_passphrase, wait_until, window, windows
from tests.ui.conftest import preferences_in
from zcc_keys_gui.domain.policies import Policies
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.service.open_vault import make_use_cases
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog
from zcc_keys_gui.ui.settings.protection_page import ProtectionPage
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"
OTHER_PASSPHRASE = "another four random words"


class Owner(QWidget):
    """A window that opens the preferences with the page."""

    def __init__(self, store: VaultStore, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.vault = make_use_cases(folder, store, lambda: "zoe")
        self.protection = self.vault.protection

    def open(self, policies: Policies | None = None) -> ProtectionPage:
        preferences = preferences_in(self._folder, self, policies)
        self.preferences = preferences
        page = ProtectionPage(self.vault, SecretClipboard(preferences, self), preferences)
        dialog = PreferencesDialog(preferences, page, self)
        find(dialog, "preferencesPages", QTabWidget).setCurrentWidget(page)
        dialog.open()
        wait_until(dialog.isActiveWindow)
        return page

    def ways(self) -> WaysToUnlock:
        return self.protection.ways_to_unlock()


def is_usable(page: QWidget, name: str) -> bool:
    button = find(page, name, QWidget)
    return button.isVisible() and button.isEnabled()


def wait_until_enabled(page: QWidget) -> None:
    wait_until(page.isEnabled)


def choose_passphrase(passphrase: str) -> None:
    dialog = window("setPassphraseDialog")
    type_new_passphrase(dialog, passphrase)
    click(dialog, "setPassphraseButton")
    wait_until(lambda: not windows("setPassphraseDialog"))


def confirm_passphrase(passphrase: str) -> None:
    dialog = window("confirmPassphraseDialog")
    type_into(dialog, "passphraseField", passphrase)
    click(dialog, "confirmButton")


def keep_recovery_key() -> RecoveryKey:
    """Check the box that says that the recovery key is written down, and return the key."""
    dialog = window("recoveryKeyDialog")
    key = parse_recovery_key(" ".join(text(dialog, f"recoveryKeyGroup{number}") for number in range(1, 9)))
    assert isinstance(key, RecoveryKey)
    click(dialog, "writtenDownBox")
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    return key
