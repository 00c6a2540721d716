"""Use cases with a real vault and a fixed clock."""

from datetime import UTC, datetime

import pytest

from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

NOW = datetime(2026, 11, 12, 9, 12, 33, 123456, UTC)
WHO = "CONTOSO\\zoe"


@pytest.fixture
def keys(store: VaultStore) -> Keys:
    return Keys(store, lambda: WHO, now=lambda: NOW)
