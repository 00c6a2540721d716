"""The dialog that asks for the passphrase or the recovery key, with a real vault."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.support import gui
from tests.support.gui import click, find, line, question, text, type_into, wait_until, window
from tests.ui.unlock.unlocking import PASSPHRASE, Asking, is_shown, label_texts
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    WrongKeystoreEntryError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.domain.unlocking import UnlockMethod
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.vault.files.folder import VaultFolder


def test_asks_only_for_the_passphrase_if_there_is_no_key(ask: Asking, stores: list[Store]) -> None:
    dialog = ask(recovery_key=False)
    assert is_shown(dialog, "passphraseField")
    assert not is_shown(dialog, "recoveryKeyField")
    assert not is_shown(dialog, "otherWayButton")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))
    assert dialog.unlock_method is UnlockMethod.PASSPHRASE


def test_asks_only_for_the_key_if_there_is_no_passphrase(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask(passphrase=False)
    assert not is_shown(dialog, "passphraseField")
    assert not is_shown(dialog, "showPassphraseBox")
    assert not is_shown(dialog, "otherWayButton")
    assert dialog.focusWidget() is line(dialog, "recoveryKeyField")
    type_into(dialog, "recoveryKeyField", key.reveal())
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_until(lambda: bool(stores))
    assert dialog.unlock_method is UnlockMethod.RECOVERY_KEY


def test_the_user_can_switch_between_passphrase_and_key(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask()
    for other in ("recovery key", "passphrase", "recovery key"):
        assert text(dialog, "otherWayButton").replace("&", "") == f"Use the {other} instead"
        click(dialog, "otherWayButton")
    assert not is_shown(dialog, "passphraseField")
    assert dialog.focusWidget() is line(dialog, "recoveryKeyField")
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


@pytest.mark.parametrize(
    ("why", "text_part"),
    [
        (KeystoreEntryMissingError(), f"is missing from {KEY_STORE}"),
        (KeystoreUnavailableError(), "which the program can't reach"),
        (WrongKeystoreEntryError(), "does not open this vault"),
    ],
)
def test_says_why_it_asks(ask: Asking, why: ZccKeysError, text_part: str) -> None:
    assert text_part in label_texts(ask(why=why))


def test_names_no_key_store_if_it_always_asks(ask: Asking, data_folder: Path) -> None:
    text_part = label_texts(ask())
    assert KEY_STORE not in text_part
    assert str(data_folder) in text_part.replace("\u200b", "").replace("\u2060", "")


def test_names_the_group_with_a_typing_error(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask(passphrase=False)
    groups = list(key.groups())
    wrong = groups[2][:5] + str((int(groups[2][5]) + 1) % 10)
    type_into(dialog, "recoveryKeyField", f"{groups[0]} {groups[1]}-{wrong[:5]}")
    assert text(dialog, "recoveryKeyError") == ""
    type_into(dialog, "recoveryKeyField", wrong[5])
    assert text(dialog, "recoveryKeyError") == "Group 3 has a typing error. Check its six digits."
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Backspace)
    assert text(dialog, "recoveryKeyError") == ""
    type_into(dialog, "recoveryKeyField", groups[2][5] + "x")
    assert "Group 4 contains characters that aren't digits" in text(dialog, "recoveryKeyError")
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Backspace)
    type_into(dialog, "recoveryKeyField", "".join(groups[3:]))
    assert text(dialog, "recoveryKeyError") == ""
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


@pytest.mark.parametrize(
    ("typed", "text_part"),
    [
        ("", "Enter the recovery key."),
        ("123", "Some digits are missing"),
        ("１２", "Some digits are missing"),
        ("1x", "Group 1 contains characters"),
    ],
)
def test_a_malformed_key_is_not_a_wrong_attempt(ask: Asking, folder: VaultFolder, typed: str, text_part: str) -> None:
    dialog = ask(passphrase=False)
    line(dialog, "recoveryKeyField").setText(typed)
    click(dialog, "unlockButton")
    assert text_part in text(dialog, "recoveryKeyError")
    assert not folder.attempts.exists()


def test_rejects_ten_megabytes_pasted_as_recovery_key(ask: Asking, qapp: QApplication) -> None:
    dialog = ask(passphrase=False)
    qapp.clipboard().setText("1" * 10_000_000)
    line(dialog, "recoveryKeyField").paste()
    assert "too many digits" in text(dialog, "recoveryKeyError")


def test_accepts_a_key_pasted_in_several_lines(
    ask: Asking, key: RecoveryKey, stores: list[Store], qapp: QApplication
) -> None:
    dialog = ask(passphrase=False)
    qapp.clipboard().setText("\n".join(key.groups()))
    line(dialog, "recoveryKeyField").paste()
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


def test_says_that_a_key_is_for_another_vault(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask(passphrase=False)
    type_into(dialog, "recoveryKeyField", new_recovery_key().reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: "This recovery key does not open the vault." in text(dialog, "recoveryKeyError"))
    assert line(dialog, "recoveryKeyField").selectedText()
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


def test_disables_the_buttons_while_it_unlocks(ask: Asking, stores: list[Store]) -> None:
    dialog = ask()
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    assert not find(dialog, "otherWayButton", QWidget).isEnabled()
    assert not find(dialog, "unlockButton", QWidget).isEnabled()
    wait_until(lambda: bool(stores))
    assert dialog.unlock_method is UnlockMethod.PASSPHRASE


def test_another_error_is_not_a_wrong_attempt(ask: Asking, folder: VaultFolder, key: RecoveryKey) -> None:
    dialog = ask(passphrase=False)
    folder.protectors.unlink()
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    assert text(question(), "qt_msgbox_label") == "The vault's files can't be read or written."
    click(question(), "closeButton")
    assert not folder.attempts.exists()


def test_closing_clears_the_fields(ask: Asking, key: RecoveryKey) -> None:
    dialog = ask()
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "otherWayButton")
    type_into(dialog, "recoveryKeyField", key.reveal())
    dialog.close()
    for name in ("passphraseField", "recoveryKeyField"):
        field = line(dialog, name)
        assert field.text() == ""
        field.undo()
        assert field.text() == ""


def test_the_box_shows_only_the_passphrase(ask: Asking) -> None:
    dialog = ask()
    click(dialog, "showPassphraseBox")
    assert line(dialog, "passphraseField").echoMode() == QLineEdit.EchoMode.Normal
    click(dialog, "showPassphraseBox")
    assert line(dialog, "passphraseField").echoMode() == QLineEdit.EchoMode.Password
    assert line(dialog, "recoveryKeyField").echoMode() == QLineEdit.EchoMode.Normal


@pytest.mark.parametrize("passphrase", [True, False])
def test_tab_reaches_every_control_and_each_has_a_name(ask: Asking, passphrase: bool) -> None:
    dialog = ask(passphrase=passphrase, why=KeystoreEntryMissingError())
    assert dialog is window("unlockDialog")
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()


def test_is_high_enough_for_its_texts(ask: Asking) -> None:
    dialog = ask(why=KeystoreEntryMissingError())
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() == layout.totalHeightForWidth(dialog.width())
