"""Locking and unlocking the vault as the user does, and letting the idle time end."""

import pytest
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from tests.support.gui import click, find, trigger, type_into, wait_until, window
from tests.support.running_program import has_open_vault, session

PASSPHRASE = "four random words fit"


def unlock(passphrase: str = PASSPHRASE) -> QWidget:
    """Type the passphrase, and return the main window."""
    dialog = window("unlockDialog")
    type_into(dialog, "passphraseField", passphrase)
    click(dialog, "unlockButton")
    return window("mainWindow")


def lock(main: QWidget) -> QWidget:
    """Lock the vault by its action, and return the dialog that unlocks it."""
    trigger(main, "lockAction")
    return window("unlockDialog")


def end_idle_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program believe that no window was used for the idle time."""
    watch = session()._lock_watch
    assert watch is not None
    now = watch._now()
    watch._check_timer.setInterval(1)  # so that the test does not wait
    monkeypatch.setattr(watch, "_now", lambda: now + 5 * 60 + 1)


def assert_only_unlock_dialog_is_open() -> None:
    """Wait until the dialog that asks for the passphrase is the only visible window."""
    asks = window("unlockDialog")
    wait_until(lambda: [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [asks])
    assert not has_open_vault()
    assert QApplication.activeModalWidget() is asks


def open_recovery_key_dialog(main: QWidget) -> QWidget:
    """Create a recovery key, and return the dialog that shows it."""
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "newRecoveryKeyButton")
    return window("recoveryKeyDialog")
