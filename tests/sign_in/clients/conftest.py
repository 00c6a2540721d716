"""Fixtures with real clients of the sign-in service."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.conftest import use_keyring
from tests.sign_in.clients.real_clients import Curl, needed
from tests.sign_in.helpers.sdk_process import SdkProcess
from tests.sign_in.helpers.service_process import RunningService, running_service
from tests.support.file_keyring import FOLDER_VARIABLE
from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One service for all tests of a module; each adds its own keys."""
    folder = tmp_path_factory.mktemp("service")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(folder / "keystore"))
        use_keyring(patch, "tests.support.file_keyring.FileKeyring")
        store = VaultOpener(VaultFolder(folder / "data")).create_for_this_account()
    with closing(store), running_service(store) as running:
        yield running


@pytest.fixture(autouse=True)
def no_simulated_failures(service: RunningService) -> Iterator[None]:
    """Stop simulating failures after each test."""
    yield
    service.simulate(SimulatedFailures())


@pytest.fixture(scope="module")
def python() -> Iterator[SdkProcess]:
    """The process in which the SDKs run."""
    client = SdkProcess()
    yield client
    client.close()


@pytest.fixture
def curl() -> Curl:
    """The curl of this computer."""
    return Curl(needed("curl"))
