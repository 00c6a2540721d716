"""The dialogs that ask for the passphrase of a vault, with a real vault."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.support import gui
from tests.support.gui import click, line, question, spoken, text, type_into, type_new_passphrase, wait_until, window
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.service.unlocking import Unlocking, UnlockRequest
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.unlock.passphrase_dialogs import CreateVaultDialog
from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog
from zcc_keys_gui.ui.widgets.passphrase_dialog import PassphraseDialog
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener

PASSPHRASE = "four random words fit"


@pytest.fixture
def create(
    opener: VaultOpener, data_folder: Path, stores: list[Store], secret_clipboard: SecretClipboard
) -> CreateVaultDialog:
    dialog = CreateVaultDialog(opener.create_with_passphrase, data_folder, secret_clipboard, is_required=False)
    dialog.succeeded.connect(stores.append)
    dialog.open()
    return dialog


@pytest.fixture
def unlock(
    opener: VaultOpener, data_folder: Path, stores: list[Store], secret_clipboard: SecretClipboard
) -> UnlockDialog:
    opener.create_with_passphrase(PASSPHRASE).close()
    unlocking = Unlocking(opener, WrongAttemptsFile(data_folder / "attempts.json"))
    need = UnlockRequest(passphrase=True, recovery_key=False, account_error=None)
    dialog = UnlockDialog(unlocking, need, data_folder, secret_clipboard, can_restore=False)
    dialog.succeeded.connect(stores.append)
    dialog.open()
    return dialog


def test_a_passphrase_typed_twice_creates_the_vault(
    create: CreateVaultDialog, opener: VaultOpener, stores: list[Store]
) -> None:
    type_new_passphrase(create, PASSPHRASE)
    QTest.keyClick(create, Qt.Key.Key_Return)
    wait_until(lambda: bool(stores))
    assert opener.vault_exists()
    wait_until(lambda: not gui.windows("createVaultDialog"))


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        ("short", "short", "Choose a passphrase of at least 8 characters."),
        ("", "", "Choose a passphrase of at least 8 characters."),
        (PASSPHRASE, "another one", "The two passphrases differ. Type the same one twice."),
    ],
)
def test_an_unusable_passphrase_creates_nothing(
    create: CreateVaultDialog, opener: VaultOpener, first: str, second: str, error: str
) -> None:
    type_into(create, "passphraseField", first)
    type_into(create, "repeatPassphraseField", second)
    click(create, "createVaultButton")
    assert text(create, "passphraseError") == error
    assert not opener.vault_exists()
    create.reject()


def test_shows_the_strength_of_the_passphrase(create: CreateVaultDialog) -> None:
    assert "at least 8 characters" in text(create, "strengthHint")
    type_into(create, "passphraseField", "password1")
    wait_until(lambda: text(create, "strengthHint").startswith("Weak"))
    assert spoken(create, "strengthHint").startswith("Weak")
    line(create, "passphraseField").setText("uncle Sunday hammock 7 orbit")
    wait_until(lambda: text(create, "strengthHint").startswith("Strong"))
    create.reject()


def test_hides_the_passphrase_until_the_box_is_checked(create: CreateVaultDialog) -> None:
    for name in ("passphraseField", "repeatPassphraseField"):
        assert line(create, name).echoMode() == QLineEdit.EchoMode.Password
    click(create, "showPassphraseBox")
    for name in ("passphraseField", "repeatPassphraseField"):
        assert line(create, name).echoMode() == QLineEdit.EchoMode.Normal
    create.reject()


def test_the_right_passphrase_unlocks(unlock: UnlockDialog, stores: list[Store]) -> None:
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    wait_until(lambda: bool(stores))


def test_a_wrong_passphrase_can_be_corrected(unlock: UnlockDialog, stores: list[Store]) -> None:
    click(unlock, "unlockButton")
    assert text(unlock, "passphraseError") == "Enter the passphrase."
    type_into(unlock, "passphraseField", "a wrong one")
    QTest.keyClick(unlock, Qt.Key.Key_Return)
    wait_until(lambda: "does not open the vault" in text(unlock, "passphraseError"))
    assert line(unlock, "passphraseField").selectedText()
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    wait_until(lambda: bool(stores))


def test_explains_other_errors_in_a_message_box(unlock: UnlockDialog, data_folder: Path) -> None:
    (data_folder / "vault.json").unlink()
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    assert text(question(), "qt_msgbox_label") == "The vault's files can't be read or written."
    click(question(), "closeButton")
    unlock.reject()


def test_reports_damage_after_the_right_passphrase(unlock: UnlockDialog, data_folder: Path) -> None:
    errors: list[Exception] = []
    unlock.damaged.connect(errors.append)
    (data_folder / "vault.db").write_bytes(b"")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    wait_until(lambda: bool(errors))
    assert isinstance(errors[0], VaultDamagedError)


def test_cannot_be_closed_while_the_vault_is_created(
    create: CreateVaultDialog, opener: VaultOpener, stores: list[Store]
) -> None:
    type_new_passphrase(create, PASSPHRASE)
    click(create, "createVaultButton")
    QTest.keyClick(create, Qt.Key.Key_Escape)
    create.close()
    assert create.isVisible()
    wait_until(lambda: bool(stores))
    assert opener.vault_exists()


def test_closing_clears_the_passphrase(unlock: UnlockDialog) -> None:
    type_into(unlock, "passphraseField", PASSPHRASE)
    unlock.close()
    assert not unlock.isVisible()
    assert line(unlock, "passphraseField").text() == ""


def test_typing_clears_the_error(create: CreateVaultDialog) -> None:
    type_into(create, "passphraseField", PASSPHRASE)
    for name in ("repeatPassphraseField", "passphraseField"):
        click(create, "createVaultButton")
        assert "differ" in text(create, "passphraseError")
        type_into(create, name, "x")
        assert text(create, "passphraseError") == ""
    create.reject()


@pytest.mark.parametrize("which", ["create", "unlock"])
def test_tab_reaches_every_control_and_each_has_a_name(request: pytest.FixtureRequest, which: str) -> None:
    dialog: PassphraseDialog = request.getfixturevalue(which)
    assert dialog is window(dialog.objectName())
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    dialog.reject()
