"""A sign-in service with a short timeout."""

from collections.abc import Iterator

import pytest

from tests.sign_in.helpers.local_service import application_of, serving
from tests.sign_in.helpers.service_process import Caller
from zcc_keys_gui.sign_in.http import connection, server
from zcc_keys_gui.vault.store import VaultStore

IDLE_SECONDS = 0.5  # seconds, instead of ten


@pytest.fixture
def quick(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """A service that waits half a second for its clients, instead of ten seconds."""
    monkeypatch.setattr(connection, "IDLE_TIMEOUT_SECONDS", IDLE_SECONDS)
    monkeypatch.setattr(server, "_IDLE_CHECK_INTERVAL_SECONDS", IDLE_SECONDS / 10)
    with application_of(store) as application, serving(application) as port:
        yield Caller(port)
