"""Fixtures with a running sign-in service."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.sign_in.helpers.service_process import RunningService, running_service
from tests.vault.conftest import reader_of
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture(scope="module")
def shared_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One service for the tests of a module, because starting one takes longer than most tests."""
    folder = VaultFolder(tmp_path_factory.mktemp("service") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_wrapping, "TARGET_SECONDS", 0.0)
        store = VaultOpener(folder).create_with_passphrase("four random words fit")
    with closing(store), running_service(store) as running:
        yield running


@pytest.fixture
def service(shared_service: RunningService) -> Iterator[RunningService]:
    """The service of a vault without keys, which has sent no rows yet."""
    yield shared_service
    shared_service.start_over()


@pytest.fixture
def own_service(store: VaultStore) -> Iterator[RunningService]:
    """The service of an empty vault, for a test that ends it or reads everything in the vault."""
    with running_service(store) as running:
        yield running


@pytest.fixture
def reader(store: VaultStore) -> Iterator[VaultKeyReader]:
    """Reads the keys of a vault for the service."""
    with closing(reader_of(store)) as reader:
        yield reader
