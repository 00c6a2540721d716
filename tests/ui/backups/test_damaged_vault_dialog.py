"""The dialog for a damaged vault, from the start of the program on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.conftest import use_keyring
from tests.support import gui
from tests.support.gui import click, find, text, type_into, wait_until, window, windows
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import SampleVault, add_sample_keys, make_sample_vault, opened_vault
from zcc_keys_gui import app
from zcc_keys_gui.ui.text.backups import damage as texts
from zcc_keys_gui.ui.text.values import breakable_path
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import damaged_vault as damage_module

PASSPHRASE = "four random words fit"


@pytest.fixture
def saved(data_folder: Path) -> SampleVault:
    """A vault with an automatic backup from yesterday, and a key that is not in the backup."""
    saved = make_sample_vault(data_folder)
    with opened_vault(saved.folder) as store:
        store.automatic_backups.make(datetime.now(UTC) - timedelta(days=1))
        add_sample_keys(store, "Newer", 2)
    return saved


@pytest.fixture
def damaged(saved: SampleVault) -> VaultFolder:
    """The same vault with a damaged first page."""
    flip_byte(saved.folder.database, 1_000)
    return saved.folder


@pytest.fixture
def dialog(damaged: VaultFolder, qapp: QApplication) -> Iterator[QWidget]:
    """The dialog that the program shows for the damaged vault, after it has examined it."""
    yield start(damaged)
    for left in QApplication.topLevelWidgets():
        left.close()


def start(folder: VaultFolder) -> QWidget:
    app.start(["--data-folder", str(folder.path)])
    return examined_dialog()


def examined_dialog() -> QWidget:
    """Return the dialog after it has examined the vault."""
    dialog = window("damagedVaultDialog")
    wait_until(find(dialog, "progressBar", QWidget).isHidden)
    return dialog


def offered(dialog: QWidget) -> list[str]:
    return [button.objectName() for button in dialog.findChildren(QPushButton) if button.isVisible()]


def test_says_what_is_damaged_and_offers_repairs(dialog: QWidget, damaged: VaultFolder) -> None:
    assert text(dialog, "damageLabel") == "The file vault.db is damaged."
    assert "1 of 7" in text(dialog, "extentLabel")
    assert "API keys that can be read: 181." in text(dialog, "extentLabel")
    assert text(dialog, "copyLabel").startswith("The newest healthy automatic backup is from ")
    assert "Added Newer001" in text(dialog, "copyLabel")
    assert breakable_path(damaged.quarantine) in " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert offered(dialog) == ["openCopyButton", "salvageButton", "restoreBackupButton", "closeButton"]


@pytest.mark.parametrize("no_key_is_lost", [True, False])
def test_recommends_saving_if_no_key_is_lost(saved: SampleVault, qapp: QApplication, no_key_is_lost: bool) -> None:
    if no_key_is_lost:
        flip_byte(saved.folder.database, 1_000)
    else:
        saved.folder.database.write_bytes(b"\0" * PAGE)
    dialog = start(saved.folder)
    assert (texts.SALVAGE_IS_BETTER in text(dialog, "copyLabel")) is no_key_is_lost
    dialog.close()


def test_closing_changes_nothing(damaged: VaultFolder, qapp: QApplication) -> None:
    before = {path: path.read_bytes() for path in damaged.path.glob("vault.*")}
    click(start(damaged), "closeButton")
    assert before.items() <= {path: path.read_bytes() for path in damaged.path.glob("vault.*")}.items()
    assert not damaged.quarantine.exists()
    assert not (damaged.path / "vault.lock").exists()


def test_saves_and_opens_what_can_be_read(dialog: QWidget, damaged: VaultFolder) -> None:
    click(dialog, "salvageButton")
    main = window("mainWindow")
    assert text(main, "countLabel") == "181 keys"
    (aside,) = damaged.quarantine.iterdir()
    assert str(aside) in text(main, "recoveredBarText")
    gui.trigger(main, "checkVaultAction")
    check = window("checkVaultDialog")
    wait_until(find(check, "progressBar", QWidget).isHidden)
    assert text(check, "resultLabel").startswith("The vault is healthy.")
    click(check, "closeButton")


def test_opens_the_automatic_backup(dialog: QWidget, damaged: VaultFolder) -> None:
    click(dialog, "openCopyButton")
    main = window("mainWindow")
    assert text(main, "countLabel") == "180 keys"
    assert "The automatic backup from " in text(main, "recoveredBarText")


def test_examines_a_vault_that_a_passphrase_unlocks(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = VaultFolder(data_folder)
    store = VaultOpener(folder).create_with_passphrase(PASSPHRASE)
    add_sample_keys(store, "Key", 20)
    store.automatic_backups.make(datetime.now(UTC))
    store.close()
    folder.database.unlink()
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    app.start(["--data-folder", str(data_folder)])
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    dialog = examined_dialog()
    assert text(dialog, "damageLabel") == "A file of the vault is missing: vault.db."
    assert text(dialog, "extentLabel") == texts.NOTHING_READABLE
    assert offered(dialog) == ["openCopyButton", "restoreBackupButton", "closeButton"]
    click(dialog, "openCopyButton")
    main = window("mainWindow")
    assert text(main, "countLabel") == "18 keys"
    main.close()


def test_puts_back_vault_json_and_opens_the_vault(saved: SampleVault, qapp: QApplication) -> None:
    saved.folder.protectors.write_bytes(b"{}")
    dialog = start(saved.folder)
    assert offered(dialog) == ["putBackButton", "restoreBackupButton", "closeButton"]
    click(dialog, "putBackButton")
    main = window("mainWindow")
    assert text(main, "countLabel") == "181 keys"
    main.close()


@pytest.mark.parametrize("leftover", [None, "vault.db.new"])
def test_puts_back_both_files_instead_of_a_new_vault(
    saved: SampleVault, qapp: QApplication, leftover: str | None
) -> None:
    saved.folder.database.unlink()
    saved.folder.protectors.unlink()
    if leftover is not None:
        (saved.folder.path / leftover).write_bytes(b"half of a vault")
    dialog = start(saved.folder)
    assert text(dialog, "damageLabel") == "The vault's files are missing: vault.db and vault.json."
    assert text(dialog, "extentLabel") == texts.FILES_MISSING
    assert text(dialog, "copyLabel").startswith("Both files can be put back from the automatic backup from ")
    assert offered(dialog) == ["putBackButton", "restoreBackupButton", "closeButton"]
    click(dialog, "putBackButton")
    main = window("mainWindow")
    assert text(main, "countLabel") == "180 keys"
    main.close()


def test_damage_found_after_the_start_can_be_repaired(saved: SampleVault, qapp: QApplication) -> None:
    flip_byte(saved.folder.database, 30 * PAGE + 1_000)
    app.start(["--data-folder", str(saved.folder.path)])
    main = window("mainWindow")
    wait_until(lambda: main.findChild(QWidget, "damageBar") is not None)
    assert text(main, "damageBarText").startswith("The vault is damaged. Damaged pages: 1 of 7")
    gui.trigger(main, "checkVaultAction")
    check = window("checkVaultDialog")
    wait_until(lambda: bool(gui.visible(check, "closeButton")))
    assert "page" in text(check, "resultLabel")
    assert find(check, "repairButton", QWidget).isVisible()
    assert text(check, "copiesLabel").startswith("The automatic backup from ")
    click(check, "repairButton")
    dialog = examined_dialog()
    assert not windows("mainWindow")
    click(dialog, "salvageButton")
    window("mainWindow").close()


def test_a_failed_repair_can_be_tried_again(
    dialog: QWidget, damaged: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    before = damaged.database.read_bytes()
    monkeypatch.setattr(damage_module, "verify_database", fail)
    click(dialog, "openCopyButton")
    assert text(gui.question(), "qt_msgbox_label") == "The disk is full."
    click(gui.question(), "closeButton")
    assert damaged.database.read_bytes() == before
    assert offered(dialog) == ["openCopyButton", "salvageButton", "restoreBackupButton", "closeButton"]


def test_cannot_be_closed_while_the_vault_is_repaired(dialog: QWidget) -> None:
    QTimer.singleShot(0, dialog.close)
    click(dialog, "salvageButton")
    dialog.close()
    window("mainWindow")
