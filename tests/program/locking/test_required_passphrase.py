"""The policy that requires a passphrase at every start."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel

from tests.program.locking.helpers import PASSPHRASE
from tests.support.gui import click, find, trigger, type_new_passphrase, window
from zcc_keys_gui import app
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


def test_the_policy_makes_a_new_vault_ask_for_a_passphrase(
    set_policies: Callable[[str, str | int], None], data_folder: Path
) -> None:
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("createVaultDialog")
    assert any("Your organization requires a passphrase" in label.text() for label in dialog.findChildren(QLabel))
    type_new_passphrase(dialog, PASSPHRASE)
    click(dialog, "createVaultButton")
    main = window("mainWindow")
    trigger(main, "preferencesAction")
    assert not find(window("preferencesDialog"), "askForPassphraseBox", QCheckBox).isEnabled()
    main.close()


@pytest.mark.parametrize("answer", ["set", "decline"])
def test_the_policy_replaces_this_account_by_a_passphrase(
    set_policies: Callable[[str, str | int], None], data_folder: Path, answer: str
) -> None:
    opener = VaultOpener(VaultFolder(data_folder))
    opener.create_for_this_account().close()
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("setPassphraseDialog")
    if answer == "decline":
        dialog.close()
        assert opener.has_this_account()
        return
    type_new_passphrase(dialog, PASSPHRASE)
    click(dialog, "setPassphraseButton")
    window("mainWindow").close()
    assert not opener.has_this_account()
    opener.open_with_passphrase(PASSPHRASE).close()


@pytest.mark.parametrize("answer", ["set", "decline"])
def test_this_account_is_removed_after_a_passphrase_was_set(
    set_policies: Callable[[str, str | int], None], data_folder: Path, answer: str
) -> None:
    opener = VaultOpener(VaultFolder(data_folder))
    store = opener.create_for_this_account()
    store.protectors.set_passphrase("long since forgotten")
    store.close()
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("setPassphraseDialog")
    assert any("replaces your current one" in label.text() for label in dialog.findChildren(QLabel))
    if answer == "decline":
        dialog.close()
        assert opener.has_this_account()
        opener.open_with_passphrase("long since forgotten").close()
        return
    type_new_passphrase(dialog, PASSPHRASE)
    click(dialog, "setPassphraseButton")
    window("mainWindow").close()
    assert not opener.has_this_account()
    opener.open_with_passphrase(PASSPHRASE).close()
