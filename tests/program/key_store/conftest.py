"""A key store that does not answer until the test wants it to."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import use_keyring
from tests.support import waiting_keyring
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.fixture
def waiting(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A key store that does not answer until the test wants it to."""
    waiting_keyring.asked.clear()
    waiting_keyring.answering.clear()
    use_keyring(monkeypatch, "tests.support.waiting_keyring.WaitingKeyring")
    yield
    waiting_keyring.answering.set()
    for thread in threading.enumerate():
        if thread.name in ("key store", "opening"):
            thread.join()


@pytest.fixture
def vault(folder: VaultFolder) -> VaultFolder:
    """A vault that this account unlocks; the key store answers while the vault is created."""
    waiting_keyring.answering.set()
    VaultOpener(folder).create_for_this_account().close()
    waiting_keyring.asked.clear()
    waiting_keyring.answering.clear()
    return folder
