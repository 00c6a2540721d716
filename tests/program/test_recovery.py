"""Unlocking a vault whose key is missing from the key store, and the count of wrong attempts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.gui import (
    click,
    close_main_window,
    find,
    question,
    text,
    type_into,
    type_new_passphrase,
    wait_until,
    window,
    windows,
)
from tests.support.recovery_keys import add_recovery_key
from tests.support.user_process import start_user
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import KeystoreEntryMissingError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.ui.text.opening import ACCOUNT_SET_UP_AGAIN
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

PASSPHRASE = "four random words fit"


def start(folder: Path) -> None:
    app.start(["--data-folder", str(folder)])


def unlock_with_recovery_key(key: RecoveryKey) -> QWidget:
    dialog = window("unlockDialog")
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    return window("mainWindow")


@pytest.fixture
def key(opener: VaultOpener, qapp: QApplication) -> RecoveryKey:
    """The recovery key of a vault that this account unlocks."""
    store = opener.create_for_this_account()
    key = add_recovery_key(store.protectors)
    store.close()
    return key


def test_a_recovery_key_restores_a_lost_key_store_entry(key: RecoveryKey, data_folder: Path) -> None:
    file_keyring.clear()
    start(data_folder)
    dialog = window("unlockDialog")
    said = " ".join(str(each.property("text")) for each in dialog.findChildren(QWidget))
    assert f"is missing from {KEY_STORE}" in said
    main = unlock_with_recovery_key(key)
    assert text(main, "unlockedByLabel") == "Unlocked by recovery key"
    assert text(main, "accountBarText") == ACCOUNT_SET_UP_AGAIN
    click(main, "accountBarHideButton")
    assert not find(main, "accountBar", QWidget).isVisible()
    close_main_window(main)

    start(data_folder)  # and asks nothing
    main = window("mainWindow")
    assert text(main, "unlockedByLabel") == "Unlocked by this account"
    assert main.findChild(QWidget, "accountBar") is None
    close_main_window(main)


@pytest.mark.parametrize("answer", ["set", "decline"])
def test_with_the_policy_a_recovery_key_leads_to_a_passphrase(
    key: RecoveryKey,
    opener: VaultOpener,
    data_folder: Path,
    set_policies: Callable[[str, str | int], None],
    answer: str,
) -> None:
    set_policies("AskForPassphrase", 1)
    file_keyring.clear()
    start(data_folder)
    dialog = window("unlockDialog")
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    demanded = window("setPassphraseDialog")
    if answer == "decline":
        demanded.close()
        with pytest.raises(KeystoreEntryMissingError):
            opener.open_for_this_account()
        return
    type_new_passphrase(demanded, PASSPHRASE)
    click(demanded, "setPassphraseButton")
    main = window("mainWindow")
    assert main.findChild(QWidget, "accountBar") is None
    assert not opener.has_this_account()
    close_main_window(main)
    opener.open_with_passphrase(PASSPHRASE).close()


def test_with_the_policy_a_known_passphrase_is_enough(
    key: RecoveryKey, opener: VaultOpener, data_folder: Path, set_policies: Callable[[str, str | int], None]
) -> None:
    store = opener.open_for_this_account()
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    set_policies("AskForPassphrase", 1)
    file_keyring.clear()
    start(data_folder)
    dialog = window("unlockDialog")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    main = window("mainWindow")
    assert main.findChild(QWidget, "accountBar") is None
    assert not opener.has_this_account()
    close_main_window(main)


def test_an_unreachable_key_store_is_not_set_up_again(
    key: RecoveryKey, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    start(data_folder)
    main = unlock_with_recovery_key(key)
    assert main.findChild(QWidget, "accountBar") is None
    close_main_window(main)
    use_keyring(monkeypatch, "tests.support.file_keyring.FileKeyring")
    start(data_folder)
    close_main_window(window("mainWindow"))


def test_without_another_way_the_problem_is_shown(opener: VaultOpener, data_folder: Path, qapp: QApplication) -> None:
    opener.create_for_this_account().close()
    file_keyring.clear()
    start(data_folder)
    assert f"missing from {KEY_STORE}" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")
    assert not windows("unlockDialog")


def test_a_saved_recovery_key_unlocks_the_vault(data_folder: Path, tmp_path: Path, qapp: QApplication) -> None:
    start(data_folder)
    main = window("mainWindow")
    click(main, "saveRecoveryKeyButton")
    dialog = window("recoveryKeyDialog")
    click(dialog, "copyButton")
    copied = qapp.clipboard().text()
    click(dialog, "closeButton")
    wait_until(lambda: not find(main, "recoveryBar", QWidget).isVisible())
    close_main_window(main)
    assert qapp.clipboard().text() == ""
    file_keyring.clear()  # another computer has none
    elsewhere = data_folder.rename(tmp_path / "elsewhere")
    start(elsewhere)
    type_into(window("unlockDialog"), "recoveryKeyField", copied)
    click(window("unlockDialog"), "unlockButton")
    close_main_window(window("mainWindow"))


@pytest.mark.usefixtures("no_keystore")
def test_wrong_attempts_are_counted_across_starts_and_shown_once(
    opener: VaultOpener, folder: VaultFolder, qapp: QApplication
) -> None:
    opener.create_with_passphrase(PASSPHRASE).close()
    process = start_user(folder.path, "wrong_passphrases", "2")
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "2"
    finally:
        process.kill()
        process.communicate()
    start(folder.path)
    dialog = window("unlockDialog")
    assert text(dialog, "attemptsLabel").startswith("Wrong passphrases or recovery keys were entered 2 times")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    main = window("mainWindow")
    assert text(main, "attemptsBarText").startswith("Wrong passphrases or recovery keys were entered 2 times")
    click(main, "attemptsBarHideButton")
    assert not find(main, "attemptsBar", QWidget).isVisible()
    close_main_window(main)
    assert not folder.attempts.exists()

    start(folder.path)
    dialog = window("unlockDialog")
    assert not find(dialog, "attemptsLabel", QWidget).isVisible()
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    main = window("mainWindow")
    assert main.findChild(QWidget, "attemptsBar") is None
    close_main_window(main)
