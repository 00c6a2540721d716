"""The dialogs that ask for a passphrase, over a real vault."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.support import gui
from tests.support.gui import click, line, question, spoken, text, type_into, wait_until, window
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


def test_a_passphrase_typed_twice_makes_the_vault(
    create: CreateVaultDialog, opener: VaultOpener, stores: list[Store]
) -> None:
    type_into(create, "passphraseField", PASSPHRASE)
    type_into(create, "repeatPassphraseField", PASSPHRASE)
    QTest.keyClick(create, Qt.Key.Key_Return)
    wait_until(lambda: bool(stores))
    assert opener.vault_exists()
    wait_until(lambda: not gui.windows("createVaultDialog"))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("short", "short", "Choose a passphrase of at least 8 characters."),
        ("", "", "Choose a passphrase of at least 8 characters."),
        (PASSPHRASE, "another one", "The two passphrases differ. Type the same one twice."),
    ],
)
def test_what_is_no_passphrase_is_said_and_nothing_is_made(
    create: CreateVaultDialog, opener: VaultOpener, first: str, second: str, said: str
) -> None:
    type_into(create, "passphraseField", first)
    type_into(create, "repeatPassphraseField", second)
    click(create, "createVaultButton")
    assert text(create, "passphraseError") == said
    assert not opener.vault_exists()
    create.reject()


def test_the_strength_is_told_honestly(create: CreateVaultDialog) -> None:
    assert "at least 8 characters" in text(create, "strengthHint")
    type_into(create, "passphraseField", "password1")
    wait_until(lambda: text(create, "strengthHint").startswith("Weak"))
    assert spoken(create, "strengthHint").startswith("Weak")
    line(create, "passphraseField").setText("uncle Sunday hammock 7 orbit")
    wait_until(lambda: text(create, "strengthHint").startswith("Strong"))
    create.reject()


def test_the_passphrase_is_hidden_until_it_is_asked_to_be_shown(create: CreateVaultDialog) -> None:
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


def test_a_wrong_passphrase_is_said_and_can_be_tried_again(unlock: UnlockDialog, stores: list[Store]) -> None:
    click(unlock, "unlockButton")
    assert text(unlock, "passphraseError") == "Enter the passphrase."
    type_into(unlock, "passphraseField", "a wrong one")
    QTest.keyClick(unlock, Qt.Key.Key_Return)
    wait_until(lambda: "does not open the vault" in text(unlock, "passphraseError"))
    assert line(unlock, "passphraseField").selectedText()
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    wait_until(lambda: bool(stores))


def test_another_problem_is_explained(unlock: UnlockDialog, data_folder: Path) -> None:
    (data_folder / "vault.json").unlink()
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    assert text(question(), "qt_msgbox_label") == "The vault's files can't be read or written."
    click(question(), "closeButton")
    unlock.reject()


def test_damage_that_shows_behind_the_right_passphrase_is_passed_on(unlock: UnlockDialog, data_folder: Path) -> None:
    errors: list[Exception] = []
    unlock.damaged.connect(errors.append)
    (data_folder / "vault.db").write_bytes(b"")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    wait_until(lambda: bool(errors))
    assert isinstance(errors[0], VaultDamagedError)


def test_a_vault_in_the_making_is_not_cancelled_half_way(
    create: CreateVaultDialog, opener: VaultOpener, stores: list[Store]
) -> None:
    type_into(create, "passphraseField", PASSPHRASE)
    type_into(create, "repeatPassphraseField", PASSPHRASE)
    click(create, "createVaultButton")
    QTest.keyClick(create, Qt.Key.Key_Escape)
    create.close()
    assert create.isVisible()
    wait_until(lambda: bool(stores))
    assert opener.vault_exists()


def test_closing_forgets_what_was_typed(unlock: UnlockDialog) -> None:
    type_into(unlock, "passphraseField", PASSPHRASE)
    unlock.close()
    assert not unlock.isVisible()
    assert line(unlock, "passphraseField").text() == ""


def test_a_problem_is_taken_back_while_it_is_being_mended(create: CreateVaultDialog) -> None:
    type_into(create, "passphraseField", PASSPHRASE)
    for name in ("repeatPassphraseField", "passphraseField"):
        click(create, "createVaultButton")
        assert "differ" in text(create, "passphraseError")
        type_into(create, name, "x")
        assert text(create, "passphraseError") == ""
    create.reject()


@pytest.mark.parametrize("which", ["create", "unlock"])
def test_every_control_has_a_name_and_is_reached_with_tab(request: pytest.FixtureRequest, which: str) -> None:
    dialog: PassphraseDialog = request.getfixturevalue(which)
    assert dialog is window(dialog.objectName())
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    dialog.reject()
