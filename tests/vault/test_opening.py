"""The way into a vault folder: every file there or not, every key right or not, every step cut short."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.vault.conftest import PASSPHRASE, a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultDamagedError,
    VaultExistsError,
    VaultFileMissingError,
    VaultFilesMissingError,
    VaultMismatchError,
    VaultReadOnlyError,
    VaultTooNewError,
    WrongKeystoreEntryError,
    WrongPassphraseError,
)
from zcc_keys_gui.vault import opening as module
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, key_wrapping, protector_file
from zcc_keys_gui.vault.keys import key_store as keystore_module
from zcc_keys_gui.vault.keys.key_store import load_key, service_name
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def vault(opener: VaultOpener, folder: VaultFolder) -> VaultFolder:
    """A vault of this account with one key in it, closed."""
    store = opener.create_for_this_account()
    insert(store, a_key("ProdSync"))
    store.close()
    return folder


def content(folder: VaultFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.path.iterdir())}


def names_in(store: VaultStore) -> list[str]:
    try:
        return [key.name for key in store.keys.page(KeyQuery(), 0, 10)]
    finally:
        store.close()


# --- making and opening -----------------------------------------------------------------------------------


def test_this_account_opens_what_it_made(vault: VaultFolder, opener: VaultOpener) -> None:
    assert opener.vault_exists()
    assert opener.has_this_account()
    assert not opener.has_passphrase()
    assert names_in(opener.open_for_this_account()) == ["ProdSync"]
    assert sorted(path.name for path in vault.path.iterdir()) == ["vault.db", "vault.json"]


def test_a_passphrase_opens_what_it_made(opener: VaultOpener) -> None:
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


def test_two_vaults_have_nothing_in_common(tmp_path: Path) -> None:
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


def test_neither_key_is_in_a_file(vault: VaultFolder) -> None:
    found = protector_file.read(vault.protectors)
    assert found.account is not None
    wrapping_key = load_key(found.vault_id, found.account.keystore_user)
    database_key = key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, key_wrapping.THIS_ACCOUNT)
    everything = b"".join(content(vault).values())
    for key in (wrapping_key, database_key):
        assert key not in everything
        assert key.hex().encode() not in everything


@pytest.mark.skipif(os.name == "nt", reason="a file's mode is POSIX's")
def test_the_files_are_their_owners_alone(vault: VaultFolder) -> None:
    for path in vault.path.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


# --- what is missing or wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["vault.db", "vault.json"])
def test_half_a_vault_is_told_and_no_new_one_is_made(vault: VaultFolder, opener: VaultOpener, missing: str) -> None:
    (vault.path / missing).unlink()
    before = content(vault)
    with pytest.raises(VaultFileMissingError) as caught:
        opener.vault_exists()
        opener.open_for_this_account()
    assert caught.value.path.name == missing
    assert content(vault) == before


def test_changes_without_their_database_are_half_a_vault(vault: VaultFolder, opener: VaultOpener) -> None:
    vault.database.unlink()
    vault.protectors.unlink()
    vault.write_ahead_log.write_bytes(b"what a killed program has saved")
    before = content(vault)
    with pytest.raises(VaultFileMissingError) as caught:
        opener.create_for_this_account()
    assert caught.value.path == vault.database
    assert content(vault) == before


def test_no_new_vault_is_made_where_only_copies_of_the_former_are_left(vault: VaultFolder, opener: VaultOpener) -> None:
    store = opener.open_for_this_account()
    store.automatic_backups.make(datetime(2026, 11, 12, tzinfo=UTC))
    store.close()
    vault.database.unlink()
    vault.protectors.unlink()
    for make in (
        opener.vault_exists,
        opener.create_for_this_account,
        lambda: opener.create_with_passphrase(PASSPHRASE),
    ):
        with pytest.raises(VaultFilesMissingError):
            make()
    assert [path.name for path in vault.path.iterdir()] == ["copies"]
    (vault.automatic_backups / "2026-11-12T000000Z").rename(vault.automatic_backups / "somebody's")
    opener.create_for_this_account().close()


def test_a_vault_that_nobody_closed_is_whole_where_the_database_was(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    """As where Python ends, and with it each connection: the log is in the database then, and deleted."""
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
def test_a_vault_is_never_replaced_by_a_new_one(
    vault: VaultFolder, opener: VaultOpener, keystore: Path, way: str
) -> None:
    before, entries = content(vault), (keystore / "keystore.json").read_text()
    with pytest.raises(VaultExistsError):
        opener.create_for_this_account() if way == "account" else opener.create_with_passphrase("any")
    assert content(vault) == before
    assert (keystore / "keystore.json").read_text() == entries


def test_an_empty_folder_has_no_vault(opener: VaultOpener, folder: VaultFolder) -> None:
    assert not opener.vault_exists()
    folder.make()
    assert not opener.vault_exists()


def test_a_missing_key_store_entry_is_told_from_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    file_keyring.clear()
    before = content(vault)
    with pytest.raises(KeystoreEntryMissingError):
        opener.open_for_this_account()
    assert content(vault) == before


def test_an_entry_of_another_vault_is_told(vault: VaultFolder, opener: VaultOpener) -> None:
    found = protector_file.read(vault.protectors)
    assert found.account is not None
    file_keyring.FileKeyring().set_password(service_name(found.vault_id), found.account.keystore_user, "A" * 43 + "=")
    with pytest.raises(WrongKeystoreEntryError):
        opener.open_for_this_account()


@pytest.mark.parametrize("size", [0, 1, 4095])
def test_a_database_cut_to_less_than_a_page_is_damaged(vault: VaultFolder, opener: VaultOpener, size: int) -> None:
    os.truncate(vault.database, size)
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()
    assert vault.database.stat().st_size == size


def test_a_damaged_first_page_is_told_from_a_wrong_key(vault: VaultFolder, opener: VaultOpener) -> None:
    changed = bytearray(vault.database.read_bytes())
    changed[100] ^= 1
    vault.database.write_bytes(changed)
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()


def test_another_program_s_database_under_our_key_is_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    change(vault, "PRAGMA application_id = 1")
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()


def test_a_newer_vault_is_refused_and_left_untouched(vault: VaultFolder, opener: VaultOpener) -> None:
    change(vault, f"PRAGMA user_version = {schema.SCHEMA + 1}")
    before = content(vault)
    with pytest.raises(VaultTooNewError):
        opener.open_for_this_account()
    assert content(vault) == before


def test_an_older_schema_than_any_that_there_was_is_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    change(vault, "PRAGMA user_version = 0")
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()


def test_the_last_step_of_a_newer_version_is_left_to_it(vault: VaultFolder, opener: VaultOpener) -> None:
    vault.database.rename(vault.new_database)
    vault.protectors.write_text(
        json.dumps(json.loads(vault.protectors.read_text()) | {"format": protector_file.FORMAT + 1})
    )
    before = content(vault)
    with pytest.raises(VaultTooNewError):
        opener.vault_exists()
    assert content(vault) == before


def test_a_database_that_may_not_be_read_is_told(
    vault: VaultFolder, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def refuse(path: Path, *arguments: Any, **named: Any) -> Any:
        if path == vault.database:
            raise PermissionError(13, "not for this account")
        return real(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", refuse)  # tests may run as root, who may read everything
    with pytest.raises(VaultReadOnlyError):
        opener.open_for_this_account()


def test_an_older_database_beside_newer_protectors_is_a_mismatch(vault: VaultFolder, opener: VaultOpener) -> None:
    found = json.loads(vault.protectors.read_text())
    vault.protectors.write_text(json.dumps(found | {"generation": 2}))
    with pytest.raises(VaultMismatchError):
        opener.open_for_this_account()


def test_a_database_under_another_key_is_damage_as_far_as_anyone_can_tell(vault: VaultFolder, tmp_path: Path) -> None:
    other = VaultFolder(tmp_path / "other")
    VaultOpener(other).create_for_this_account().close()
    shutil.copy(other.database, vault.database)
    with pytest.raises(VaultDamagedError):
        VaultOpener(vault).open_for_this_account()


def change(vault: VaultFolder, statement: str) -> None:
    """Change the database as no version of the program would have done."""
    found = protector_file.read(vault.protectors)
    assert found.account is not None
    wrapping_key = load_key(found.vault_id, found.account.keystore_user)
    database_key = key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, key_wrapping.THIS_ACCOUNT)
    db = cipher.connect(vault.database, database_key)
    db.execute(statement)
    db.close()


# --- making a vault, cut short ----------------------------------------------------------------------------


@pytest.mark.usefixtures("no_keystore")
def test_without_a_key_store_nothing_is_made(opener: VaultOpener, folder: VaultFolder) -> None:
    with pytest.raises(KeystoreUnavailableError):
        opener.create_for_this_account()
    assert not folder.path.exists()


STEPS: list[tuple[object, str]] = [
    (module, "connect"),
    (schema, "create"),
    (module, "flush"),
    (protector_file, "write"),
    (module, "rename_durably"),
]


@pytest.mark.parametrize(("place", "step"), STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_creation_cut_short_leaves_no_vault_or_a_whole_one(
    opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, place: object, step: str, moment: str
) -> None:
    class PowerCutError(BaseException):
        """Nothing catches this but what has to be undone."""

    real: Callable[..., object] = getattr(place, step)

    def cut(*arguments: object) -> object:
        if moment == "after":
            real(*arguments)
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(place, step, cut)
        # The process is gone: it takes nothing back in the key store.
        patched.setattr(keystore_module, "forget_key", lambda *_: None)
        with pytest.raises(PowerCutError):
            opener.create_for_this_account()
    again = VaultOpener(folder)
    store = again.open_for_this_account() if again.vault_exists() else again.create_for_this_account()
    insert(store, a_key())
    store.close()
    assert sorted(path.name for path in folder.path.iterdir()) == ["vault.db", "vault.json"]
    assert names_in(VaultOpener(folder).open_for_this_account()) == ["ProdSync"]


def test_a_creation_that_fails_takes_its_key_back(
    opener: VaultOpener, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(module, "flush", fail)
    with pytest.raises(DiskFullError):
        opener.create_for_this_account()
    assert json.loads((keystore / "keystore.json").read_text()) == {}


def test_a_vault_that_waits_for_its_last_step_keeps_its_key(
    opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "a virus scanner looks at the file")

    with monkeypatch.context() as patched:
        patched.setattr(module, "rename_durably", fail)
        with pytest.raises(VaultReadOnlyError):
            opener.create_for_this_account()
    assert opener.vault_exists()
    assert names_in(opener.open_for_this_account()) == []


def test_the_key_store_chosen_later_does_not_lose_the_vault(
    vault: VaultFolder, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        opener.open_for_this_account()
    use_keyring(monkeypatch, "tests.support.file_keyring.FileKeyring")
    assert names_in(opener.open_for_this_account()) == ["ProdSync"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, the memory of a process cannot be limited")
def test_a_passphrase_that_asks_for_more_memory_than_there_is_makes_vault_json_damaged(
    opener: VaultOpener, folder: VaultFolder
) -> None:
    opener.create_with_passphrase(PASSPHRASE).close()
    document = json.loads(folder.protectors.read_bytes())
    document["protectors"][0]["kdf"] |= {"memory_kib": 2 << 20, "iterations": 1}
    folder.protectors.write_text(json.dumps(document))
    with little_memory(), pytest.raises(VaultDamagedError) as damaged:
        opener.open_with_passphrase(PASSPHRASE)
    assert damaged.value.path == folder.protectors


@contextmanager
def little_memory() -> Iterator[None]:
    """Give this process 1 GiB more than it has."""
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
