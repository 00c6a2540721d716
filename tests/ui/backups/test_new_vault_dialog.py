"""A new vault from a backup, from whatever a start says of a vault that cannot be opened."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.gui import click, find, question, text, trigger, type_into, wait_until, window, windows
from tests.ui.backups.test_backup_dialog import PASSPHRASE, choose
from tests.ui.backups.test_damaged_vault_dialog import looked
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
def make(qapp: QApplication, folder: VaultFolder, path: Path) -> Callable[[VaultStore], None]:
    """Fill a vault, back it up, and close it."""

    def make(store: VaultStore) -> None:
        add_sample_keys(store, "Key", 20)
        Backups(store.backups, lambda: "me").back_up(path, PASSPHRASE)
        store.close()

    return make


def start(folder: VaultFolder) -> None:
    app.start(["--data-folder", str(folder.path)])


def open_backup(asking: QWidget, path: Path) -> QWidget:
    """Choose the backup, and return what shows it, once that is worked out."""
    click(asking, "restoreBackupButton")
    choose(asking, "restoreFileDialog", path)
    dialog = window("openBackupDialog")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "openBackupButton")
    dialog = window("newVaultDialog")
    wait_until(lambda: bool(text(dialog, "planLabel")))
    return dialog


def opened() -> QWidget:
    """Wait for the main window of the new vault, alone."""
    main = window("mainWindow")
    wait_until(lambda: [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [main])
    assert text(main, "countLabel") == f"{KEYS} keys"
    assert text(main, "recoveredBarText").startswith("The backup from ")
    return main


def test_of_a_damaged_vault(make: Callable[[VaultStore], None], folder: VaultFolder, path: Path) -> None:
    make(VaultOpener(folder).create_for_this_account())
    flip_byte(folder.database, 1_000)
    start(folder)
    asking = looked()
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
    main = opened()
    (aside,) = folder.quarantine.iterdir()
    assert str(aside) in text(main, "recoveredBarText")
    main.close()
    start(folder)
    window("mainWindow").close()


def test_of_a_vault_whose_vault_json_is_gone(
    make: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()
    start(folder)
    dialog = open_backup(looked(), path)
    assert "This account unlocks it." in text(dialog, "planLabel")
    click(dialog, "confirmButton")
    opened().close()


def test_of_a_vault_whose_passphrase_is_forgotten(
    make: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make(VaultOpener(folder).create_with_passphrase(VAULT_PASSPHRASE))
    start(folder)
    asking = window("unlockDialog")
    type_into(asking, "passphraseField", "wrong")
    click(asking, "unlockButton")
    wait_until(folder.attempts.exists)
    wait_until(find(asking, "restoreBackupButton", QWidget).isEnabled)
    click(open_backup(asking, path), "confirmButton")
    opened().close()
    assert not folder.attempts.exists()
    start(folder)
    assert text(window("mainWindow"), "unlockedByLabel") == "Unlocked by this account"
    window("mainWindow").close()


def test_of_a_vault_whose_key_is_gone_from_the_key_store(
    make: Callable[[VaultStore], None], folder: VaultFolder, path: Path
) -> None:
    make(VaultOpener(folder).create_for_this_account())
    file_keyring.clear()
    start(folder)
    asking = question()
    assert f"missing from {KEY_STORE}" in text(asking, "qt_msgbox_label")
    click(open_backup(asking, path), "cancelButton")
    assert asking.isVisible()
    click(open_backup(asking, path), "confirmButton")
    opened().close()


def test_without_a_key_store_a_passphrase_is_asked_for(
    make: Callable[[VaultStore], None], folder: VaultFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(VaultOpener(folder).create_for_this_account())
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    start(folder)
    click(open_backup(question(), path), "confirmButton")
    choose_passphrase()
    opened().close()
    assert not VaultOpener(folder).has_this_account()


def test_where_the_organization_wants_a_passphrase_it_is_asked_for(
    make: Callable[[VaultStore], None],
    folder: VaultFolder,
    path: Path,
    set_policies: Callable[[str, str | int], None],
) -> None:
    make(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()
    set_policies("AskForPassphrase", 1)
    start(folder)
    dialog = open_backup(looked(), path)
    assert "you choose a passphrase for it" in text(dialog, "planLabel")
    click(dialog, "confirmButton")
    choose_passphrase()
    opened().close()


def choose_passphrase() -> None:
    dialog = window("newVaultPassphraseDialog")
    type_into(dialog, "passphraseField", VAULT_PASSPHRASE)
    type_into(dialog, "repeatPassphraseField", VAULT_PASSPHRASE)
    click(dialog, "createVaultButton")


def test_what_goes_wrong_is_told_and_leaves_the_choice(
    make: Callable[[VaultStore], None], folder: VaultFolder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    start(folder)
    asking = looked()
    with monkeypatch.context() as patched:
        patched.setattr(set_aside_module, "flush", fail)
        click(open_backup(asking, path), "confirmButton")
        assert text(question(), "qt_msgbox_label") == "The disk is full."
    click(question(), "closeButton")
    assert not windows("newVaultDialog")
    click(open_backup(asking, path), "confirmButton")
    opened().close()


def test_it_is_not_offered_to_whoever_is_at_the_desk_of_a_locked_vault(
    make: Callable[[VaultStore], None], folder: VaultFolder
) -> None:
    make(VaultOpener(folder).create_with_passphrase(VAULT_PASSPHRASE))
    start(folder)
    asking = window("unlockDialog")
    type_into(asking, "passphraseField", VAULT_PASSPHRASE)
    click(asking, "unlockButton")
    trigger(window("mainWindow"), "lockAction")
    asking = window("unlockDialog")
    assert not find(asking, "restoreBackupButton", QWidget).isVisible()
    asking.close()


def test_all_of_it_fits_at_its_width(make: Callable[[VaultStore], None], folder: VaultFolder, path: Path) -> None:
    make(VaultOpener(folder).create_for_this_account())
    folder.protectors.unlink()
    start(folder)
    asking = looked()
    dialog = open_backup(asking, path)
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    click(dialog, "cancelButton")
    asking.close()
