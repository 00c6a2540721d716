"""Unlocking the vault without the key store."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from tests.conftest import use_keyring
from tests.program.key_store.helpers import PASSPHRASE, start
from tests.support import waiting_keyring
from tests.support.gui import click, find, text, type_into, type_new_passphrase, wait_until, window, windows
from zcc_keys_gui import app
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store as module
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.mark.usefixtures("qapp", "waiting")
def test_a_new_vault_can_be_created_with_a_passphrase(data_folder: Path) -> None:
    dialog = start(data_folder)
    assert text(dialog, "otherWayButton") == "Use a &passphrase instead…"
    click(dialog, "otherWayButton")
    create = window("createVaultDialog")
    wait_until(lambda: not windows("waitingDialog"))
    type_new_passphrase(create, PASSPHRASE)
    click(create, "createVaultButton")
    window("mainWindow").close()


@pytest.mark.usefixtures("qapp", "waiting")
def test_a_passphrase_unlocks_the_vault(folder: VaultFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zcc_keys_gui.vault.keys.vault_protectors._CHECK_TIMEOUT_SECONDS", 0.1)
    waiting_keyring.answering.set()
    store = VaultOpener(folder).create_for_this_account()
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    waiting_keyring.answering.clear()
    click(start(folder.path), "otherWayButton")
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    window("mainWindow").close()  # although the program asks the key store for its key


@pytest.mark.usefixtures("qapp")
def test_the_policy_removes_the_key_in_another_thread(
    folder: VaultFolder, set_policies: Callable[[str, str | int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = VaultOpener(folder).create_for_this_account()
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    set_policies("AskForPassphrase", 1)
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    threads: list[threading.Thread] = []
    monkeypatch.setattr(module, "forget_key", lambda *_: threads.append(threading.current_thread()))
    app.start(["--data-folder", str(folder.path)])
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    window("mainWindow").close()
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


@pytest.mark.usefixtures("qapp", "waiting")
def test_without_another_way_there_is_no_button_for_it(vault: VaultFolder) -> None:
    dialog = start(vault.path)
    assert not find(dialog, "otherWayButton", QPushButton).isVisible()
    click(dialog, "cancelButton")
