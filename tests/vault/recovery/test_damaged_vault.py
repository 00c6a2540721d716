"""A damaged vault: the newest healthy automatic backup is offered and restored, and its files are kept."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support import file_keyring
from tests.vault.recovery.conftest import NOON
from tests.vault.recovery.damage import flip_byte, needs_links, put_folder
from tests.vault.recovery.repairs import close_repaired, damaged_vault_in
from tests.vault.recovery.sample_vault import SampleVault, add_sample_keys, healthy_content, opened_vault, table_rows
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import AutomaticBackupFailedError, KeystoreEntryMissingError, VaultDamagedError
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import damaged_vault
from zcc_keys_gui.vault.recovery.salvage import salvage


def test_the_newest_healthy_backup_is_offered(backed_up: SampleVault) -> None:
    flip_byte(backed_up.folder.database, PAGE_BYTES + 1_000)
    backup = damaged_vault_in(backed_up.folder).examine().automatic_backup
    assert backup is not None
    assert backup.made == NOON + timedelta(days=1)
    assert backup.keys == len(backed_up.content["keys"])
    assert [entry.action for entry in backup.newer] == [Action.DELETED, Action.EDITED, Action.ADDED]


def test_a_damaged_backup_is_not_offered(backed_up: SampleVault) -> None:
    flip_byte(backed_up.folder.automatic_backups / "2026-11-13T120033Z" / "vault.db", 3 * PAGE_BYTES + 5)
    flip_byte(backed_up.folder.database, 5 * PAGE_BYTES + 1)
    backup = damaged_vault_in(backed_up.folder).examine().automatic_backup
    assert backup is not None
    assert backup.made == NOON


@pytest.mark.parametrize("fault", ["flipped", "missing", "empty", "folder", "log missing"])
def test_a_backup_is_restored_and_the_damaged_files_are_kept(backed_up: SampleVault, fault: str) -> None:
    database = backed_up.folder.database
    if fault == "flipped":
        flip_byte(database, 100)
    elif fault == "missing":
        database.unlink()
    elif fault == "empty":
        database.write_bytes(b"")
    elif fault == "folder":
        put_folder(backed_up, database)
        (database / "mine").write_text("mine")
    else:
        lose_log(backed_up.folder)
    content = database.read_bytes() if database.is_file() else None
    vault = damaged_vault_in(backed_up.folder)
    backup = vault.examine().automatic_backup
    assert backup is not None
    recovered = close_repaired(vault.restore_automatic_backup(backup.made))
    assert recovered.keys == backup.keys
    if content is not None:
        assert (recovered.quarantine / "vault.db").read_bytes() == content
    elif fault == "folder":
        assert (recovered.quarantine / "vault.db.as-it-was" / "mine").read_text() == "mine"
    assert table_rows(healthy_content(backed_up.folder), "keys") == table_rows(backed_up.content, "keys")
    with opened_vault(backed_up.folder) as store:
        assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.RESTORED


def lose_log(folder: VaultFolder) -> None:
    """Leave a database that refers to a write-ahead log which is no longer there."""
    store = VaultOpener(folder).open_for_this_account()
    add_sample_keys(store, "Unlogged", 1)
    copy = folder.database.with_name("copy")
    shutil.copyfile(folder.database, copy)
    store.close()
    copy.replace(folder.database)


@pytest.mark.parametrize("offset", range(16))
def test_a_wrong_byte_in_the_salt_loses_nothing(sample: SampleVault, offset: int) -> None:
    """Every page depends on the salt, which is in the first 16 bytes of the database and in no other file."""
    flip_byte(sample.folder.database, offset)
    recovered = close_repaired(damaged_vault_in(sample.folder).salvage())
    assert recovered.lost is not None
    assert (recovered.lost.bad_pages, recovered.lost.keys_lost, recovered.lost.history_lost) == (1, 0, 0)
    assert table_rows(healthy_content(sample.folder), "keys") == table_rows(sample.content, "keys")


@pytest.mark.parametrize("repair", ["restore", "salvage"])
def test_no_old_secret_works_after_a_repair(sample: SampleVault, repair: str) -> None:
    with opened_vault(sample.folder) as store:
        keys = Keys(store, lambda: "me")
        client_id = store.keys.page(KeyQuery(), 0, 1)[0].client_id
        new = keys.regenerate_secret(client_id, timedelta(days=7))
        store.automatic_backups.make(NOON)
        if repair == "restore":
            keys.stop_replaced_secret(client_id)
    flip_byte(sample.folder.database, 100)  # no key is lost
    vault = damaged_vault_in(sample.folder)
    vault.examine()
    close_repaired(vault.restore_automatic_backup(NOON) if repair == "restore" else vault.salvage())
    with opened_vault(sample.folder) as store:
        assert store.key(client_id).replaced_until is None
        found = Keys(store, lambda: "me").check_secret(new.secret)
        assert found is not None
        assert found.signs_in


@needs_links
def test_a_link_is_moved_and_its_target_is_unchanged(backed_up: SampleVault) -> None:
    elsewhere = backed_up.folder.path.parent / "elsewhere"
    elsewhere.write_bytes(b"mine")
    backed_up.folder.database.unlink()
    backed_up.folder.database.symlink_to(elsewhere)
    vault = damaged_vault_in(backed_up.folder)
    backup = vault.examine().automatic_backup
    assert backup is not None
    close_repaired(vault.restore_automatic_backup(backup.made))
    assert elsewhere.read_bytes() == b"mine"
    assert not backed_up.folder.database.is_symlink()
    assert table_rows(healthy_content(backed_up.folder), "keys") == table_rows(backed_up.content, "keys")


def test_without_its_key_a_damaged_vault_cannot_be_salvaged(sample: SampleVault) -> None:
    flip_byte(sample.folder.database, 100)
    vault = damaged_vault_in(sample.folder)
    vault.forget()
    with pytest.raises(Exception, match="closed"):
        vault.salvage()


def test_examining_can_be_canceled(sample: SampleVault, monkeypatch: pytest.MonkeyPatch) -> None:
    flip_byte(sample.folder.database, 100)
    vault = damaged_vault_in(sample.folder)

    def cancel_first(*arguments: Any) -> Any:
        vault.cancel()
        return salvage(*arguments)

    monkeypatch.setattr(damaged_vault, "salvage", cancel_first)
    with pytest.raises(InterruptedError):
        vault.examine()


def test_a_damaged_vault_of_an_older_schema_is_not_upgraded(tmp_path: Path) -> None:
    stored = Path(__file__).parents[2] / "data" / "schema-1"
    shutil.copytree(stored, tmp_path / "old")
    folder = VaultFolder(tmp_path / "old")
    flip_byte(folder.database, 6 * PAGE_BYTES + 1_000)
    opener = VaultOpener(folder)
    with pytest.raises(VaultDamagedError) as caught:
        opener.open_with_passphrase("four random words fit")
    assert not isinstance(caught.value, AutomaticBackupFailedError)
    assert close_repaired(opener.prepare_repair(caught.value, lambda: "me").salvage()).keys > 0


def test_a_missing_keyring_entry_is_not_reported_as_damage(sample: SampleVault) -> None:
    file_keyring.clear()
    flip_byte(sample.folder.database, 100)
    with pytest.raises(KeystoreEntryMissingError):
        VaultOpener(sample.folder).open_for_this_account()


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Give new files all permissions that the program asks for."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="files in a Windows profile inherit their permissions")
@pytest.mark.parametrize("repair", ["restore", "salvage", "restore vault.json"])
def test_after_a_repair_only_the_owner_may_read_the_files(backed_up: SampleVault, no_umask: None, repair: str) -> None:
    folder = backed_up.folder
    if repair == "restore vault.json":
        folder.database.unlink()
        folder.protectors.write_bytes(b"junk")
        damaged_vault_in(folder).restore_protectors(NOON)
    else:
        flip_byte(folder.database, 4 * PAGE_BYTES + 1_000)
        vault = damaged_vault_in(folder)
        vault.examine()
        close_repaired(vault.restore_automatic_backup(NOON) if repair == "restore" else vault.salvage())
    with opened_vault(folder) as store:
        add_sample_keys(store, "Later", 1)
        assert folder.write_ahead_log.stat().st_size > 0
        for path in folder.path.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path
