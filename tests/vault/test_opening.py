"""Opening the vault in a folder: with each key, and with each file missing."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.vault.conftest import PASSPHRASE, a_key, content, insert, names_in
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultDamagedError,
    VaultExistsError,
    VaultFileMissingError,
    VaultFilesMissingError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
)
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.keys.key_store import load_key, service_name
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_this_account_opens_the_vault_that_it_created(vault: VaultFolder, opener: VaultOpener) -> None:
    assert opener.vault_exists()
    assert opener.has_this_account()
    assert not opener.has_passphrase()
    assert names_in(opener.open_for_this_account()) == ["ProdSync"]
    assert sorted(path.name for path in vault.path.iterdir()) == ["vault.db", "vault.json"]


def test_a_passphrase_opens_the_vault_created_with_it(opener: VaultOpener) -> None:
    opener.create_with_passphrase(PASSPHRASE).close()
    assert opener.has_passphrase()
    assert not opener.has_this_account()
    opener.open_with_passphrase(PASSPHRASE).close()
    with pytest.raises(WrongPassphraseError):
        opener.open_with_passphrase(PASSPHRASE.upper())
    with pytest.raises(KeystoreEntryMissingError):
        opener.open_for_this_account()


def test_a_vault_of_this_account_has_no_passphrase(vault: VaultFolder, opener: VaultOpener) -> None:
    with pytest.raises(WrongPassphraseError):
        opener.open_with_passphrase("")


def test_two_vaults_have_different_ids_and_entries(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        folder = VaultFolder(tmp_path / name)
        VaultOpener(folder).create_for_this_account().close()
        found.append(protector_file.read(folder.protectors))
    one, other = found
    assert one.vault_id != other.vault_id
    assert one.account is not None
    assert other.account is not None
    assert one.account.keystore_user != other.account.keystore_user


def test_no_key_is_in_a_file(vault: VaultFolder) -> None:
    found = protector_file.read(vault.protectors)
    assert found.account is not None
    wrapping_key = load_key(found.vault_id, found.account.keystore_user)
    database_key = key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, key_wrapping.THIS_ACCOUNT)
    everything = b"".join(content(vault).values())
    for key in (wrapping_key, database_key):
        assert key not in everything
        assert key.hex().encode() not in everything


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_only_the_owner_can_read_the_files(vault: VaultFolder) -> None:
    for path in vault.path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("missing", ["vault.db", "vault.json"])
def test_a_vault_with_a_missing_file_is_not_replaced(vault: VaultFolder, opener: VaultOpener, missing: str) -> None:
    (vault.path / missing).unlink()
    before = content(vault)
    with pytest.raises(VaultFileMissingError) as raised:
        opener.vault_exists()
        opener.open_for_this_account()
    assert raised.value.path.name == missing
    assert content(vault) == before


def test_a_log_without_its_database_is_not_replaced(vault: VaultFolder, opener: VaultOpener) -> None:
    vault.database.unlink()
    vault.protectors.unlink()
    vault.write_ahead_log.write_bytes(b"changes of a killed program")
    before = content(vault)
    with pytest.raises(VaultFileMissingError) as raised:
        opener.create_for_this_account()
    assert raised.value.path == vault.database
    assert content(vault) == before


def test_a_vault_with_only_backups_left_is_not_replaced(vault: VaultFolder, opener: VaultOpener) -> None:
    store = opener.open_for_this_account()
    store.automatic_backups.make(datetime(2026, 11, 12, tzinfo=UTC))
    store.close()
    vault.database.unlink()
    vault.protectors.unlink()
    for use in (
        opener.vault_exists,
        opener.create_for_this_account,
        lambda: opener.create_with_passphrase(PASSPHRASE),
    ):
        with pytest.raises(VaultFilesMissingError):
            use()
    assert [path.name for path in vault.path.iterdir()] == ["copies"]
    (vault.automatic_backups / "2026-11-12T000000Z").rename(vault.automatic_backups / "another folder")
    opener.create_for_this_account().close()


def test_a_vault_opens_if_only_its_connections_were_closed(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    """As when Python exits: SQLite has then moved the log into the database and deleted it."""
    insert(store, a_key("ProdSync"))
    for connection in (store._reader, store._db):
        connection.close()
    assert not folder.write_ahead_log.exists()
    again = opener.open_for_this_account()
    assert [key.name for key in again.keys.page(KeyQuery(), 0, 10)] == ["ProdSync"]
    insert(again, a_key("Later"))
    again.close()
    opener.open_for_this_account().close()


@pytest.mark.parametrize("way", ["account", "passphrase"])
def test_creating_never_replaces_a_vault(vault: VaultFolder, opener: VaultOpener, keystore: Path, way: str) -> None:
    before, entries = content(vault), (keystore / "keystore.json").read_text()
    with pytest.raises(VaultExistsError):
        opener.create_for_this_account() if way == "account" else opener.create_with_passphrase("any")
    assert content(vault) == before
    assert (keystore / "keystore.json").read_text() == entries


def test_an_empty_folder_has_no_vault(opener: VaultOpener, folder: VaultFolder) -> None:
    assert not opener.vault_exists()
    folder.make()
    assert not opener.vault_exists()


def test_a_missing_key_store_entry_is_not_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    file_keyring.clear()
    before = content(vault)
    with pytest.raises(KeystoreEntryMissingError):
        opener.open_for_this_account()
    assert content(vault) == before


def test_a_key_store_entry_of_another_vault_is_rejected(vault: VaultFolder, opener: VaultOpener) -> None:
    found = protector_file.read(vault.protectors)
    assert found.account is not None
    file_keyring.FileKeyring().set_password(service_name(found.vault_id), found.account.keystore_user, "A" * 43 + "=")
    with pytest.raises(WrongKeystoreEntryError):
        opener.open_for_this_account()


def test_a_key_store_that_is_available_again_opens_the_vault(
    vault: VaultFolder, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        opener.open_for_this_account()
    use_keyring(monkeypatch, "tests.support.file_keyring.FileKeyring")
    assert names_in(opener.open_for_this_account()) == ["ProdSync"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the memory of a process")
def test_a_passphrase_that_needs_too_much_memory_is_damage(opener: VaultOpener, folder: VaultFolder) -> None:
    opener.create_with_passphrase(PASSPHRASE).close()
    document = json.loads(folder.protectors.read_bytes())
    document["protectors"][0]["kdf"] |= {"memory_kib": 2 << 20, "iterations": 1}
    folder.protectors.write_text(json.dumps(document))
    with little_memory(), pytest.raises(VaultDamagedError) as raised:
        opener.open_with_passphrase(PASSPHRASE)
    assert raised.value.path == folder.protectors


@contextmanager
def little_memory() -> Iterator[None]:
    """Limit the memory of this process to 1 GiB more than it uses."""
    if sys.platform == "win32":  # for mypy
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + (1 << 30), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
