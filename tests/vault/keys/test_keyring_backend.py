"""Which of keyring's back ends keeps this account's key."""

import sys

import keyring.backend
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from tests.conftest import use_keyring
from tests.support.file_keyring import FileKeyring
from zcc_keys_gui.domain.errors import KeystoreUnavailableError
from zcc_keys_gui.vault.keys.keyring_backend import find_backend, was_set_by_code


class MemoryKeyring(KeyringBackend):
    """A key store that a program sets by `keyring.set_keyring`."""

    priority = 0.5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Save nothing."""


class PlainTextKeyring(FileKeyring):
    """A back end that works, but that keyring does not recommend."""

    priority = 0.5


class RecommendedKeyring(FileKeyring):
    """A back end with the highest priority."""

    priority = 4.0


def test_the_environment_chooses_the_back_end() -> None:
    assert isinstance(find_backend(), FileKeyring)


def test_a_back_end_that_cannot_be_loaded_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "no.such.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        find_backend()


def test_the_back_end_that_always_fails_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        find_backend()


def test_a_back_end_set_by_code_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    backend = MemoryKeyring()
    keyring.core.set_keyring(backend)
    assert was_set_by_code()
    assert find_backend() is backend


def test_keyrings_own_chain_was_not_set_by_code() -> None:
    keyring.core.set_keyring(chainer.ChainerBackend())
    assert not was_set_by_code()


def test_the_best_recommended_back_end_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.setattr(sys, "platform", "linux")  # so that Windows' own call is not used
    keyring.core._keyring_backend = None
    chain = chainer.ChainerBackend()
    best = RecommendedKeyring()
    installed: list[KeyringBackend] = [chain, PlainTextKeyring(), best, null.Keyring()]
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: installed)
    assert find_backend() is best
    installed[:] = [chain, PlainTextKeyring(), null.Keyring(), fail.Keyring()]
    with pytest.raises(KeystoreUnavailableError):
        find_backend()
