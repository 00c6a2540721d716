"""The dialogs that create a new vault from a backup if the current one cannot be opened."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.gui import (
    click,
    find,
    question,
    text,
    trigger,
    type_into,
    type_new_passphrase,
    wait_until,
    window,
    windows,
)
from tests.ui.backups.test_backup_dialog import PASSPHRASE, choose
from tests.ui.backups.test_damaged_vault_dialog import examined_dialog
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import add_sample_keys
from zcc_keys_gui import app
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import quarantine as set_aside_module
from zcc_keys_gui.vault.store import VaultStore

VAULT_PASSPHRASE = "four random words fit"
KEYS = 18


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.zccbackup"


@pytest.fixture
def make_vault(qapp: QApplication, folder: VaultFolder, path: Path) -> Callable[[VaultStore], None]:
    """Fill a vault, back it up, and close it."""

    def make_vault(store: VaultStore) -> None:
        add_sample_keys(store, "Key", 20)
        Backups(store.backups, lambda: "me").back_up(path, PASSPHRASE)
        store.close()

    return make_vault


def start(folder: VaultFolder) -> None:
    app.start(["--data-folder", str(folder.path)])


def open_backup(asking: QWidget, path: Path) -> QWidget:
    """Choose the backup, and return the dialog that shows what it contains."""
    click(asking, "restoreBackupButton")
    choose(asking, "restoreFileDialog", path)
    dialog = window("openBackupDialog")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "openBackupButton")
    dialog = window("newVaultDialog")
    wait_until(lambda: bool(text(dialog, "planLabel")))
    return dialog


def new_main_window() -> QWidget:
    """Return the main window of the new vault, after all other windows are closed."""
    main = window("mainWindow")
    wait_until(lambda: [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [main])
    assert text(main, "countLabel") == f"{KEYS} keys"
    assert text(main, "recoveredBarText").startswith("The backup from ")
    return main


def test_restores_a_damaged_vault_from_a_backup(
    make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    flip_byte(folder.database, 1_000)
    start(folder)
    asking = examined_dialog()
    dialog = open_backup(asking, path)
    assert f"API keys: {KEYS}\n" in text(dialog, "contentsLabel")
    assert text(dialog, "planLabel").startswith(
        f"This is a backup of this vault. The new vault gets the {KEYS} API keys that can be read from the damaged one."
    )
    assert "Keys: 0 to add" in text(dialog, "planLabel")
    click(dialog, "cancelButton")
    assert windows("damagedVaultDialog")
    assert not folder.quarantine.exists()
    click(open_backup(asking, path), "confirmButton")
    main = new_main_window()
    (aside,) = folder.quarantine.iterdir()
    assert str(aside) in text(main, "recoveredBarText")
    main.close()
    start(folder)
    window("mainWindow").close()


def test_restores_a_vault_without_vault_json(
    make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()
    start(folder)
    dialog = open_backup(examined_dialog(), path)
    assert "This account unlocks it." in text(dialog, "planLabel")
    click(dialog, "confirmButton")
    new_main_window().close()


def test_restores_a_vault_with_a_forgotten_passphrase(
    make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make_vault(VaultOpener(folder).create_with_passphrase(VAULT_PASSPHRASE))
    start(folder)
    asking = window("unlockDialog")
    type_into(asking, "passphraseField", "wrong")
    click(asking, "unlockButton")
    wait_until(folder.attempts.exists)
    wait_until(find(asking, "restoreBackupButton", QWidget).isEnabled)
    click(open_backup(asking, path), "confirmButton")
    new_main_window().close()
    assert not folder.attempts.exists()
    start(folder)
    assert text(window("mainWindow"), "unlockedByLabel") == "Unlocked by this account"
    window("mainWindow").close()


def test_restores_a_vault_after_its_key_was_deleted(
    make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    file_keyring.clear()
    start(folder)
    asking = question()
    assert f"missing from {KEY_STORE}" in text(asking, "qt_msgbox_label")
    click(open_backup(asking, path), "cancelButton")
    assert asking.isVisible()
    click(open_backup(asking, path), "confirmButton")
    new_main_window().close()


def test_asks_for_a_passphrase_without_a_key_store(
    make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    start(folder)
    click(open_backup(question(), path), "confirmButton")
    choose_passphrase()
    new_main_window().close()
    assert not VaultOpener(folder).has_this_account()


def test_asks_for_a_passphrase_if_a_policy_requires_it(
    make_vault: Callable[[VaultStore], None],
    folder: VaultFolder,
    path: Path,
    set_policies: Callable[[str, str | int], None],
) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()
    set_policies("AskForPassphrase", 1)
    start(folder)
    dialog = open_backup(examined_dialog(), path)
    assert "you choose a passphrase for it" in text(dialog, "planLabel")
    click(dialog, "confirmButton")
    choose_passphrase()
    new_main_window().close()


def choose_passphrase() -> None:
    dialog = window("newVaultPassphraseDialog")
    type_new_passphrase(dialog, VAULT_PASSPHRASE)
    click(dialog, "createVaultButton")


def test_a_failed_restore_can_be_tried_again(
    make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    start(folder)
    asking = examined_dialog()
    with monkeypatch.context() as patched:
        patched.setattr(set_aside_module, "flush", fail)
        click(open_backup(asking, path), "confirmButton")
        assert text(question(), "qt_msgbox_label") == "The disk is full."
    click(question(), "closeButton")
    assert not windows("newVaultDialog")
    click(open_backup(asking, path), "confirmButton")
    new_main_window().close()


def test_is_not_offered_for_a_locked_vault(make_vault: Callable[[VaultStore], None], folder: VaultFolder) -> None:
    make_vault(VaultOpener(folder).create_with_passphrase(VAULT_PASSPHRASE))
    start(folder)
    asking = window("unlockDialog")
    type_into(asking, "passphraseField", VAULT_PASSPHRASE)
    click(asking, "unlockButton")
    trigger(window("mainWindow"), "lockAction")
    asking = window("unlockDialog")
    assert not find(asking, "restoreBackupButton", QWidget).isVisible()
    asking.close()


def test_shows_all_texts_completely(make_vault: Callable[[VaultStore], None], folder: VaultFolder, path: Path) -> None:
    make_vault(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()
    start(folder)
    asking = examined_dialog()
    dialog = open_backup(asking, path)
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    click(dialog, "cancelButton")
    asking.close()
