"""The key store while the vault is open."""

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.program.key_store.helpers import PASSPHRASE
from tests.support import waiting_keyring
from tests.support.gui import click, text, trigger, type_into, visible, wait_until, window, windows
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import KeystoreUnavailableError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store as module
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.fixture
def page(qapp: QApplication, folder: VaultFolder, waiting: None) -> QWidget:
    """The Protection page of a vault with a passphrase, while the key store does not answer."""
    VaultOpener(folder).create_with_passphrase(PASSPHRASE).close()
    app.start(["--data-folder", str(folder.path)])
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    main = window("mainWindow")
    trigger(main, "preferencesAction")
    return window("preferencesDialog")


def max_unresponsive_seconds(during: float) -> float:
    """Run the event loop for `during` seconds; return the longest time in which it did not react."""
    gaps: list[float] = []
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        gaps.append(time.monotonic() - last)
        last = time.monotonic()

    timer = QTimer(interval=1)
    timer.timeout.connect(tick)
    timer.start()
    wait_until(lambda: sum(gaps) > during)
    timer.stop()
    return max(gaps)


def test_setting_up_this_account_does_not_block_the_window(page: QWidget, folder: VaultFolder) -> None:
    click(page, "setUpAccountButton")
    wait_until(waiting_keyring.asked.is_set)
    assert max_unresponsive_seconds(0.5) < 0.4
    wait_until(lambda: "Waiting for " in text(page, "protectionNote"))
    page.close()
    window("mainWindow").close()
    assert not waiting_keyring.answering.is_set()
    assert not (folder.path / "vault.lock").exists()
    assert not windows("mainWindow")
    for box in QApplication.topLevelWidgets():
        box.close()


def test_setting_up_this_account_waits_for_the_answer(page: QWidget) -> None:
    click(page, "setUpAccountButton")
    wait_until(lambda: "Waiting for " in text(page, "protectionNote"))
    waiting_keyring.answering.set()
    wait_until(lambda: text(page, "accountStatus").startswith("Yes"))
    assert not visible(page, "protectionNote")
    page.close()
    window("mainWindow").close()


@pytest.mark.usefixtures("waiting")
def test_requests_end_after_their_timeout(keystore: Path) -> None:
    for ask in (
        lambda: module.load_key("an id", "a user", timeout_seconds=0.05),
        lambda: module.save_key("an id", "a user", bytes(32), timeout_seconds=0.05),
    ):
        with pytest.raises(KeystoreUnavailableError):
            ask()
    assert module.waiting_seconds() == 0


@pytest.mark.usefixtures("waiting")
def test_deleting_an_entry_ends_after_its_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DELETE_TIMEOUT_SECONDS", 0.05)
    module.forget_key("an id", "a user")
    assert waiting_keyring.asked.is_set()


@pytest.mark.usefixtures("waiting")
def test_waiting_can_be_stopped(keystore: Path) -> None:
    errors: list[Exception] = []

    def load() -> None:
        try:
            module.load_key("an id", "a user", timeout_seconds=None)
        except KeystoreUnavailableError as error:
            errors.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    waiting_keyring.asked.wait()
    assert module.waiting_seconds() > 0
    module.stop_waiting()
    thread.join()
    assert len(errors) == 1
