"""Fixtures for the tests of the dialogs that unlock a vault."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support import gui
from tests.support.gui import wait_until
from tests.support.recovery_keys import add_recovery_key
from tests.ui.conftest import preferences_in
from tests.ui.unlock.recovery_key import offer
from tests.ui.unlock.unlocking import PASSPHRASE, Asking, Seconds
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.service.open_vault import OpenVault, make_use_cases
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.service.unlocking import Unlocking, UnlockRequest
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.unlock.recovery_key_dialog import RecoveryKeyDialog
from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def vault(store: VaultStore, data_folder: Path) -> OpenVault:
    return make_use_cases(data_folder, store, lambda: "zoe")


@pytest.fixture
def used() -> list[bool]:
    """A list with one item for each time that the dialog reported that the key unlocks the vault."""
    return []


@pytest.fixture
def owner(nothing_left_behind: None, tmp_path: Path, qapp: QApplication) -> Iterator[QWidget]:
    owner = QWidget()
    owner.show()
    yield owner
    owner.close()
    owner.deleteLater()


@pytest.fixture
def clipboard(owner: QWidget, tmp_path: Path) -> SecretClipboard:
    return SecretClipboard(preferences_in(tmp_path, owner), owner)


@pytest.fixture
def dialog(owner: QWidget, vault: OpenVault, clipboard: SecretClipboard, used: list[bool]) -> RecoveryKeyDialog:
    offer(owner, vault, clipboard, used)
    dialog = gui.window("recoveryKeyDialog")
    assert isinstance(dialog, RecoveryKeyDialog)
    wait_until(dialog.isActiveWindow)
    return dialog


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def key(opener: VaultOpener) -> RecoveryKey:
    """The recovery key of a vault that has a passphrase too."""
    store = opener.create_with_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    return key


@pytest.fixture
def ask(
    nothing_left_behind: None,
    key: RecoveryKey,
    opener: VaultOpener,
    folder: VaultFolder,
    stores: list[Store],
    seconds: Seconds,
    secret_clipboard: SecretClipboard,
) -> Iterator[Asking]:
    """A function that opens the dialog, which asks for a passphrase, a recovery key, or both."""
    opened: list[UnlockDialog] = []

    def ask(passphrase: bool = True, recovery_key: bool = True, why: ZccKeysError | None = None) -> UnlockDialog:
        unlocking = Unlocking(opener, WrongAttemptsFile(folder.attempts), seconds=seconds)
        need = UnlockRequest(passphrase, recovery_key, why)
        dialog = UnlockDialog(unlocking, need, folder.path, secret_clipboard, can_restore=False)
        dialog.succeeded.connect(stores.append)
        opened.append(dialog)
        dialog.open()
        wait_until(dialog.isActiveWindow)
        return dialog

    yield ask
    for dialog in QApplication.topLevelWidgets():
        if dialog in opened:
            dialog.close()
