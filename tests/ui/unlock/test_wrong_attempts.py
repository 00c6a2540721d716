"""Wrong passphrases and recovery keys in the dialog that asks for them."""

import json
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from tests.support.gui import click, find, line, replace_text, spoken, text, type_into, wait_until
from tests.ui.unlock.unlocking import Asking, Seconds, is_shown, label_texts
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile


def enter_wrong_key(dialog: UnlockDialog, folder: VaultFolder) -> None:
    before = WrongAttemptsFile(folder.attempts).read().number
    replace_text(dialog, "recoveryKeyField", new_recovery_key().reveal())
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Return)
    wait_until(lambda: WrongAttemptsFile(folder.attempts).read().number > before)
    wait_until(lambda: line(dialog, "recoveryKeyField").isEnabled())


def test_the_third_wrong_attempt_delays_the_next(
    ask: Asking, folder: VaultFolder, seconds: Seconds, key: RecoveryKey, stores: list[Store]
) -> None:
    dialog = ask(passphrase=False)
    button = find(dialog, "unlockButton", QAbstractButton)
    assert not is_shown(dialog, "attemptsLabel")
    enter_wrong_key(dialog, folder)
    assert "A wrong passphrase or recovery key was entered" in text(dialog, "attemptsLabel")
    enter_wrong_key(dialog, folder)
    assert button.isEnabled()
    enter_wrong_key(dialog, folder)
    assert not button.isEnabled()
    assert text(dialog, "attemptsLabel").startswith("Wrong passphrases or recovery keys were entered 3 times")
    assert text(dialog, "attemptsLabel").endswith("Try again in 1 second.")
    assert spoken(dialog, "attemptsLabel") == text(dialog, "attemptsLabel")
    assert spoken(dialog, "recoveryKeyError") == text(dialog, "recoveryKeyError") != ""
    replace_text(dialog, "recoveryKeyField", key.reveal())
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Return)
    assert not stores
    seconds.now += 1
    wait_until(button.isEnabled)
    assert "Try again" not in text(dialog, "attemptsLabel")
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Return)
    wait_until(lambda: bool(stores))


def test_the_delay_outlasts_a_restart_and_counts_down(ask: Asking, folder: VaultFolder, seconds: Seconds) -> None:
    WrongAttemptsFile(folder.attempts).write(WrongAttempts(7, datetime.now(UTC)))
    dialog = ask()
    button = find(dialog, "unlockButton", QAbstractButton)
    assert not button.isEnabled()
    assert text(dialog, "attemptsLabel").startswith("Wrong passphrases or recovery keys were entered 7 times")
    assert "Try again in 1" in text(dialog, "attemptsLabel")  # 16 seconds, minus the time that has passed
    seconds.now += 8
    wait_until(lambda: "Try again in 8 seconds." in text(dialog, "attemptsLabel") or "7 sec" in label_texts(dialog))
    assert not button.isEnabled()
    seconds.now += 8
    wait_until(button.isEnabled)


def test_a_clock_set_back_by_years_delays_by_seconds(ask: Asking, folder: VaultFolder, seconds: Seconds) -> None:
    folder.attempts.write_text(json.dumps({"wrong": 40, "last": int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())}))
    dialog = ask()
    assert "Try again in 30 seconds." in text(dialog, "attemptsLabel")
    seconds.now += 30
    wait_until(find(dialog, "unlockButton", QAbstractButton).isEnabled)


def test_unlocks_if_attempts_cannot_be_counted(
    ask: Asking, folder: VaultFolder, key: RecoveryKey, stores: list[Store]
) -> None:
    folder.attempts.mkdir()
    dialog = ask(passphrase=False)
    type_into(dialog, "recoveryKeyField", new_recovery_key().reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: "does not open the vault" in text(dialog, "recoveryKeyError"))
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))
