"""What the tests of the use cases share: a real vault, and a clock that can be set."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.door import VaultDoor
from zcc_keys_gui.vault.folder import VaultFolder
from zcc_keys_gui.vault.store import VaultStore

NOW = datetime(2026, 11, 12, 9, 12, 33, 123456, UTC)
WHO = "CONTOSO\\zoe"


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = VaultDoor(VaultFolder(data_folder)).create_for_this_account()
    yield store
    store.close()


@pytest.fixture
def keys(store: VaultStore) -> Keys:
    return Keys(store, WHO, now=lambda: NOW)
