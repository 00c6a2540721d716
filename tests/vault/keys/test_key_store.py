"""This account's key, in real keyring back ends."""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import keyring.backend
import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.file_keyring import FileKeyring
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    WrongKeystoreEntryError,
)
from zcc_keys_gui.vault.keys import key_store as module
from zcc_keys_gui.vault.keys.key_store import forget_key, load_key, save_key, service_name

KEY = bytes(range(32))
USER = "a user"


@pytest.fixture
def vault_id() -> str:
    return str(uuid.uuid4())


class LockedKeyring(FileKeyring):
    """A key store that a person has not unlocked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the key store is locked")


class MemoryKeyring(KeyringBackend):
    """A key store that a program keeps in memory, and names by `keyring.set_keyring`."""

    priority = 0.5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


class NumberKeyring(FileKeyring):
    """A key store that answers something that is no text."""

    def get_password(self, service: str, username: str) -> Any:
        return 42


class ForgetfulKeyring(FileKeyring):
    """A key store that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


class PlainTextKeyring(FileKeyring):
    """Works, but keyring itself does not recommend it."""

    priority = 0.5


class GoodKeyring(FileKeyring):
    """The best of those that there are."""

    priority = 4.0


def test_a_key_is_kept_and_found_again(vault_id: str) -> None:
    save_key(vault_id, USER, KEY)
    assert load_key(vault_id, USER) == KEY


def test_each_generation_has_an_entry_of_its_own(vault_id: str) -> None:
    save_key(vault_id, "first", KEY)
    save_key(vault_id, "second", KEY[::-1])
    assert load_key(vault_id, "first") == KEY
    assert load_key(vault_id, "second") == KEY[::-1]
    forget_key(vault_id, "first")
    assert load_key(vault_id, "second") == KEY[::-1]
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, "first")


def test_a_missing_entry_is_told_from_a_key_store_that_cannot_be_reached(
    vault_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, USER)
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.LockedKeyring")
    with pytest.raises(KeystoreUnavailableError):
        load_key(vault_id, USER)
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)


@pytest.mark.usefixtures("no_keystore")
def test_an_account_without_a_key_store_is_told(vault_id: str) -> None:
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)
    with pytest.raises(KeystoreUnavailableError):
        load_key(vault_id, USER)
    forget_key(vault_id, USER)


def test_a_back_end_that_cannot_be_loaded_is_told(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "no.such.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)


def test_a_key_store_that_keeps_nothing_is_not_trusted(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.ForgetfulKeyring")
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)


def test_an_entry_that_cannot_be_read_back_is_not_left_behind(
    vault_id: str, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.LockedKeyring")
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)
    assert json.loads((keystore / "keystore.json").read_text()) == {}


def test_a_back_end_set_by_a_program_is_used(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    backend = MemoryKeyring()
    keyring.core.set_keyring(backend)
    save_key(vault_id, USER, KEY)
    assert len(backend.entries) == 1
    assert load_key(vault_id, USER) == KEY


def test_keyrings_own_chain_is_nobodys_choice(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.core.set_keyring(MemoryKeyring())
    assert module._was_set_by_code()
    keyring.core.set_keyring(chainer.ChainerBackend())
    assert not module._was_set_by_code()


def test_an_answer_that_is_no_text_is_told(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.NumberKeyring")
    with pytest.raises(WrongKeystoreEntryError):
        load_key(vault_id, USER)


@pytest.mark.parametrize("entry", ["not base 64!", "AAA"])
def test_an_entry_that_is_no_key_is_told(vault_id: str, entry: str) -> None:
    FileKeyring().set_password(service_name(vault_id), USER, entry)
    with pytest.raises(WrongKeystoreEntryError):
        load_key(vault_id, USER)


def test_without_a_choice_the_best_recommended_back_end_is_taken(
    vault_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.setattr(sys, "platform", "linux")  # so that Windows' own call is passed over
    keyring.core._keyring_backend = None
    chain = chainer.ChainerBackend()
    there: list[keyring.backend.KeyringBackend] = [chain, PlainTextKeyring(), GoodKeyring(), null.Keyring()]
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: there)
    save_key(vault_id, USER, KEY)
    assert load_key(vault_id, USER) == KEY
    there[:] = [chain, PlainTextKeyring(), null.Keyring(), fail.Keyring()]
    with pytest.raises(KeystoreUnavailableError):
        load_key(vault_id, USER)


def test_only_the_vaults_id_names_the_entry(vault_id: str, keystore: Path) -> None:
    save_key(vault_id, USER, KEY)
    assert vault_id in service_name(vault_id)
    file_keyring.clear()
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, USER)


@pytest.mark.skipif(sys.platform != "win32", reason="Credential Manager is Windows'")
def test_credential_manager_keeps_it_for_this_computer_only(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from win32ctypes.pywin32 import win32cred  # what keyring itself uses

    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    keyring.core._keyring_backend = None
    save_key(vault_id, USER, KEY)
    try:
        assert module._read_by_windows(vault_id, USER) is not None  # not by keyring's slower way
        assert load_key(vault_id, USER) == KEY
        kept = win32cred.CredRead(Type=win32cred.CRED_TYPE_GENERIC, TargetName=service_name(vault_id))
        assert kept["Persist"] == 2  # CRED_PERSIST_LOCAL_MACHINE
    finally:
        forget_key(vault_id, USER)
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, USER)
