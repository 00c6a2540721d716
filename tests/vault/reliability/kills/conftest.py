"""Fixtures of the tests that kill a process during an operation on a vault."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.reliability.killed_process import KilledProcess, killed_process
from tests.reliability.operations import PASSPHRASE
from tests.support.recovery_keys import add_recovery_key
from tests.vault.conftest import a_key, insert
from tests.vault.reliability.kills.vault_states import ACCOUNT, FIRST, KEYS, OLD_KEY, Before
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

DAY_OF_FIRST_BACKUP = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def process() -> Iterator[KilledProcess]:
    with killed_process() as process:
        yield process


@pytest.fixture
def make_vault(folder: VaultFolder, keystore: Path, tmp_path: Path) -> Callable[[set[str]], Before]:
    """Make a vault with keys and two automatic backups, which certain ways unlock."""

    def make(ways: set[str]) -> Before:
        store = VaultOpener(folder).create_for_this_account()
        insert(store, *(a_key(name) for name in sorted(KEYS)))
        key = add_recovery_key(store.protectors)
        if FIRST in ways:
            store.protectors.set_passphrase(PASSPHRASE)
        if OLD_KEY not in ways:
            store.protectors.remove_recovery_key()
        if ACCOUNT not in ways:
            store.protectors.remove_this_account()
        for day in range(2):
            store.automatic_backups.make(DAY_OF_FIRST_BACKUP + timedelta(days=day))
        store.close()
        shutil.copytree(folder.path, tmp_path / "saved")
        keyring = keystore / "keystore.json"
        return Before(folder, tmp_path / "saved", keyring, keyring.read_bytes(), key)

    return make
