"""This account's key in real back ends of keyring."""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.file_keyring import FileKeyring
from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError
from zcc_keys_gui.vault.keys import key_store as module
from zcc_keys_gui.vault.keys.key_store import forget_key, load_key, save_key, service_name

KEY = bytes(range(32))
USER = "a user"


@pytest.fixture
def vault_id() -> str:
    return str(uuid.uuid4())


class LockedKeyring(FileKeyring):
    """A key store that the user has not unlocked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the key store is locked")


class MemoryKeyring(KeyringBackend):
    """A key store that a program keeps in memory and sets by `keyring.set_keyring`."""

    priority = 0.5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


class NumberKeyring(FileKeyring):
    """A key store that returns something other than text."""

    def get_password(self, service: str, username: str) -> Any:
        return 42


class ForgetfulKeyring(FileKeyring):
    """A key store that accepts everything and saves nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Save nothing."""


def test_a_saved_key_can_be_loaded(vault_id: str) -> None:
    save_key(vault_id, USER, KEY)
    assert load_key(vault_id, USER) == KEY


def test_each_user_name_has_an_entry_of_its_own(vault_id: str) -> None:
    save_key(vault_id, "first", KEY)
    save_key(vault_id, "second", KEY[::-1])
    assert load_key(vault_id, "first") == KEY
    assert load_key(vault_id, "second") == KEY[::-1]
    forget_key(vault_id, "first")
    assert load_key(vault_id, "second") == KEY[::-1]
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, "first")


def test_a_missing_entry_is_not_an_unavailable_key_store(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, USER)
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.LockedKeyring")
    with pytest.raises(KeystoreUnavailableError):
        load_key(vault_id, USER)
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)


@pytest.mark.usefixtures("no_keystore")
def test_an_account_without_a_key_store_is_reported(vault_id: str) -> None:
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)
    with pytest.raises(KeystoreUnavailableError):
        load_key(vault_id, USER)
    forget_key(vault_id, USER)


def test_a_back_end_that_cannot_be_loaded_is_reported(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "no.such.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)


def test_saving_fails_if_the_key_store_saves_nothing(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.ForgetfulKeyring")
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)


def test_an_entry_that_cannot_be_read_back_is_deleted(
    vault_id: str, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.LockedKeyring")
    with pytest.raises(KeystoreUnavailableError):
        save_key(vault_id, USER, KEY)
    assert json.loads((keystore / "keystore.json").read_text()) == {}


def test_a_back_end_set_by_code_is_used(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    backend = MemoryKeyring()
    keyring.core.set_keyring(backend)
    save_key(vault_id, USER, KEY)
    assert len(backend.entries) == 1
    assert load_key(vault_id, USER) == KEY


def test_an_entry_that_is_not_text_is_rejected(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "tests.vault.keys.test_key_store.NumberKeyring")
    with pytest.raises(WrongKeystoreEntryError):
        load_key(vault_id, USER)


@pytest.mark.parametrize("entry", ["not base 64!", "AAA"])
def test_an_entry_that_is_not_a_key_is_rejected(vault_id: str, entry: str) -> None:
    FileKeyring().set_password(service_name(vault_id), USER, entry)
    with pytest.raises(WrongKeystoreEntryError):
        load_key(vault_id, USER)


def test_the_id_of_the_vault_names_the_entry(vault_id: str, keystore: Path) -> None:
    save_key(vault_id, USER, KEY)
    assert vault_id in service_name(vault_id)
    file_keyring.clear()
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, USER)


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has Credential Manager")
def test_an_entry_of_credential_manager_does_not_roam(vault_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from win32ctypes.pywin32 import win32cred  # what keyring itself uses

    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    keyring.core._keyring_backend = None
    save_key(vault_id, USER, KEY)
    try:
        assert module._read_by_windows(vault_id, USER) is not None  # the quick way, without keyring
        assert load_key(vault_id, USER) == KEY
        kept = win32cred.CredRead(Type=win32cred.CRED_TYPE_GENERIC, TargetName=service_name(vault_id))
        assert kept["Persist"] == 2  # CRED_PERSIST_LOCAL_MACHINE
    finally:
        forget_key(vault_id, USER)
    with pytest.raises(KeystoreEntryMissingError):
        load_key(vault_id, USER)
