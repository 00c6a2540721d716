"""The record of protectors: obsolete entries in the key store are deleted, others never."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.vault.conftest import PASSPHRASE
from tests.vault.keys.conftest import PowerCutError, entries, fill_disk_after_one_write
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store, protector_file
from zcc_keys_gui.vault.keys.protector_record import ProtectorRecord
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_opening_deletes_an_obsolete_key_store_entry(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.protectors.set_passphrase(PASSPHRASE)

    def kill(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patched, pytest.raises(PowerCutError):
        patched.setattr(key_store, "forget_key", kill)
        store.protectors.remove_this_account()
    store.close()
    assert len(entries(keystore)) == 1
    opener.open_with_passphrase(PASSPHRASE).close()
    assert entries(keystore) == {}
    assert protector_file.read(folder.protectors).obsolete_entries == ()


def test_an_entry_in_use_is_not_deleted_if_listed_as_obsolete(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    store.close()
    found = protector_file.read(folder.protectors)
    assert found.account is not None
    protector_file.write(folder.protectors, replace(found, obsolete_entries=(found.account.keystore_user,)))
    for _ in range(2):
        opener.open_for_this_account().close()


def test_the_list_of_obsolete_entries_is_limited(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(f"user {number}" for number in range(protector_file.MAX_OBSOLETE_ENTRIES))
    record = store.protectors._record
    record.current = replace(record.current, obsolete_entries=many)
    account = record.current.account
    assert account is not None
    with monkeypatch.context() as patched:
        patched.setattr(ProtectorRecord, "delete_obsolete_entries", lambda _: None)
        store.protectors.set_up_this_account()
    assert protector_file.read(folder.protectors).obsolete_entries == (*many[1:], account.keystore_user)


def test_a_change_succeeds_if_the_list_cannot_be_shortened(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fill_disk_after_one_write(patched)
        store.protectors.set_up_this_account()
    assert [type(error) for error in store.protectors.nonfatal_errors] == [DiskFullError]
    store.close()
    assert len(protector_file.read(folder.protectors).obsolete_entries) == 1
    opener.open_for_this_account().close()
    assert protector_file.read(folder.protectors).obsolete_entries == ()
