"""What the tests of the sign-in service share: one that runs."""

from collections.abc import Iterator

import pytest

from tests.signin.running import RunningService, running_service
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def service(store: VaultStore) -> Iterator[RunningService]:
    """The service of an empty vault."""
    with running_service(store) as running:
        yield running
