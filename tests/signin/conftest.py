"""What the tests of the sign-in service share: one that runs."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.signin.running import RunningService, running_service
from tests.vault.conftest import reader_of
from zcc_keys_gui.vault.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def service(store: VaultStore) -> Iterator[RunningService]:
    """The service of an empty vault."""
    with running_service(store) as running:
        yield running


@pytest.fixture
def reader(store: VaultStore) -> Iterator[VaultKeyReader]:
    """What reads the keys of that vault for the service."""
    with closing(reader_of(store)) as reader:
        yield reader
