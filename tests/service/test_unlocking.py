"""How a vault is opened: by itself where it can be, else by asking."""

import pytest

from tests import file_keyring
from tests.conftest import use_keyring
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultDamagedError,
    VaultFileMissingError,
)
from zcc_keys_gui.service.unlocking import NewPassphrase, Unlock, open_or_ask
from zcc_keys_gui.vault import protector_file, protectors
from zcc_keys_gui.vault.door import VaultDoor
from zcc_keys_gui.vault.folder import VaultFolder
from zcc_keys_gui.vault.keystore import load_key
from zcc_keys_gui.vault.store import VaultStore


def add_passphrase(folder: VaultFolder, passphrase: str) -> None:
    """Let a passphrase open this account's vault as well."""
    found = protector_file.read(folder.protectors)
    assert found.account is not None
    key = load_key(found.vault_id, found.account.keystore_user)
    database_key = protectors.unwrap(found.account.wrap, key, found.vault_id, protectors.THIS_ACCOUNT)
    kdf = protectors.Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)
    wrap = protectors.wrap(database_key, protectors.derive(passphrase, kdf), found.vault_id, protectors.PASSPHRASE)
    both = protector_file.Protectors(
        found.vault_id, found.generation, found.account, protectors.PassphraseProtector(kdf, wrap)
    )
    protector_file.write(folder.protectors, both)


def test_the_first_start_asks_nothing_and_neither_does_the_next(door: VaultDoor) -> None:
    for _ in range(2):
        opened = open_or_ask(door)
        assert isinstance(opened, VaultStore)
        opened.close()


@pytest.mark.usefixtures("no_keystore")
def test_without_a_key_store_a_passphrase_is_asked_for(door: VaultDoor, folder: VaultFolder) -> None:
    assert open_or_ask(door) == NewPassphrase()
    assert not folder.path.exists()
    door.create_with_passphrase("four random words fit").close()
    assert open_or_ask(door) == Unlock(passphrase=True, recovery_key=False, why=None)


def test_a_missing_entry_is_told_and_no_new_vault_is_made(door: VaultDoor, folder: VaultFolder) -> None:
    door.create_for_this_account().close()
    before = folder.protectors.read_bytes()
    file_keyring.clear()
    with pytest.raises(KeystoreEntryMissingError):
        open_or_ask(door)
    assert folder.protectors.read_bytes() == before


def test_where_there_is_a_passphrase_too_it_takes_the_place_of_the_key_store(
    door: VaultDoor, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.create_for_this_account().close()
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        open_or_ask(door)
    use_keyring(monkeypatch, "tests.file_keyring.FileKeyring")
    add_passphrase(folder, "four random words fit")
    file_keyring.clear()
    asked = open_or_ask(door)
    assert isinstance(asked, Unlock)
    assert (asked.passphrase, asked.recovery_key) == (True, False)
    assert isinstance(asked.why, KeystoreEntryMissingError)
    door.open_with_passphrase("four random words fit").close()


def test_half_a_vault_and_a_damaged_one_are_told(door: VaultDoor, folder: VaultFolder) -> None:
    door.create_for_this_account().close()
    content = folder.protectors.read_bytes()
    folder.protectors.unlink()
    with pytest.raises(VaultFileMissingError):
        open_or_ask(door)
    folder.protectors.write_bytes(content[:-20])
    with pytest.raises(VaultDamagedError):
        open_or_ask(door)
