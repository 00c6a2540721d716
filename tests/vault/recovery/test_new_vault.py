"""A new vault from a backup, which replaces one that cannot be opened, has everything that can be saved."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.sign_in_check import signs_in
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import BackupContent, read_backup
from tests.vault.recovery.backed_up_vault import (
    PASSPHRASE,
    contents_of_files,
    make_backed_up_vault,
    make_new_vault,
    plan_new_vault,
    spoil_protectors,
    vault_from_backup,
)
from tests.vault.recovery.damage import flip_byte, put_another_vault, put_folder
from tests.vault.recovery.repairs import (
    PowerCutError,
    close_repaired,
    cut_power_at_call,
    damaged_vault_in,
    fail_with_full_disk,
)
from tests.vault.recovery.sample_vault import SampleVault, add_sample_keys, healthy_content, opened_vault, table_rows
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.domain.errors import DiskFullError, KeystoreUnavailableError, VaultTooNewError
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import new_vault, replacement
from zcc_keys_gui.vault.recovery.quarantine import remove_quarantined


@pytest.fixture
def sample(tmp_path: Path) -> SampleVault:
    """A vault with an automatic backup and a backup."""
    return make_backed_up_vault(tmp_path / "sample", tmp_path / "a.zccbackup")


@pytest.fixture
def backup(sample: SampleVault, tmp_path: Path) -> BackupContent:
    return read_backup(tmp_path / "a.zccbackup", PASSPHRASE)


# --- a vault whose key is known ---------------------------------------------------------------------------


def test_readable_keys_and_the_backup_are_in_the_new_vault(
    sample: SampleVault, backup: BackupContent, tmp_path: Path
) -> None:
    with opened_vault(sample.folder) as store:
        add_sample_keys(store, "Newer", 2)
        newer = content_of(store)
    lost: set[Any] = set()
    for page in range(1, len(sample.folder.database.read_bytes()) // PAGE_BYTES, 5):
        mutant = sample.copy_to(tmp_path / "mutant")
        flip_byte(mutant.database, page * PAGE_BYTES + 1_000)
        damaged, protectors = contents_of_files(mutant).values()
        vault = damaged_vault_in(mutant)
        readable = vault.examine().readable
        assert readable is not None
        planned = plan_new_vault(vault.from_backup, backup)
        recovered = close_repaired(make_new_vault(vault.from_backup, backup))
        assert planned.readable == readable.keys
        assert recovered.keys == planned.readable + planned.plan.added
        assert recovered.backup_made == backup.made
        assert (recovered.quarantine / "vault.db").read_bytes() == damaged
        assert mutant.protectors.read_bytes() == protectors
        found = table_rows(healthy_content(mutant), "keys")
        assert found <= table_rows(newer, "keys")
        assert table_rows(sample.content, "keys") <= found
        lost |= table_rows(newer, "keys") - found
    assert len(lost) <= 1  # the one key that is not in the backup


@pytest.mark.parametrize("fault", ["missing", "empty", "folder", "another"])
def test_a_missing_database_is_replaced_from_the_backup(sample: SampleVault, backup: BackupContent, fault: str) -> None:
    database = sample.folder.database
    if fault == "another":
        put_another_vault(sample, database)
    elif fault == "folder":
        put_folder(sample, database)
    else:
        database.unlink()
        if fault == "empty":
            database.touch()
    recovered = close_repaired(make_new_vault(vault_from_backup(sample.folder), backup))
    assert recovered.keys == len(sample.content["keys"])
    assert table_rows(healthy_content(sample.folder), "keys") == table_rows(sample.content, "keys")
    with opened_vault(sample.folder) as store:
        entry = store.history.page(HistoryQuery(), 0, 1)[0]
        assert (entry.action, entry.details[:26]) == (Action.RESTORED, "New vault from the backup ")
        assert len(store.checks.full(lambda *_: None).automatic_backups) == 1  # the new vault can still open it


def test_changes_since_the_backup_are_not_undone(sample: SampleVault, backup: BackupContent) -> None:
    with opened_vault(sample.folder) as store:
        keys = Keys(store, lambda: "me")
        deleted, disabled, renewed = store.keys.page(KeyQuery(), 0, 3)
        keys.delete([deleted.client_id])
        keys.set_status([disabled.client_id], Status.DISABLED)
        secret = keys.regenerate_secret(renewed.client_id).secret
    flip_byte(sample.folder.database, 100)  # no key is lost
    close_repaired(make_new_vault(vault_from_backup(sample.folder), backup))
    with opened_vault(sample.folder) as store:
        keys = Keys(store, lambda: "me")
        assert store.keys.count(KeyQuery()) == len(sample.content["keys"]) - 1
        assert keys.key(disabled.client_id).fields.status is Status.DISABLED
        assert signs_in(keys, renewed.client_id, secret)


# --- a vault that nothing opens ---------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["missing", "empty", "folder", "keyring"])
def test_without_a_key_the_new_vault_gets_its_own(sample: SampleVault, backup: BackupContent, fault: str) -> None:
    shutil.copytree(sample.folder.path, sample.folder.path.with_name("before"))
    keyring_entries = file_keyring.entries()
    spoil_protectors(sample.folder, fault)
    before = contents_of_files(sample.folder)
    planned = plan_new_vault(vault_from_backup(sample.folder), backup)
    assert (planned.vault_id, planned.readable, planned.plan.added) == (None, 0, len(sample.content["keys"]))
    recovered = close_repaired(make_new_vault(vault_from_backup(sample.folder), backup))
    assert table_rows(healthy_content(sample.folder), "keys") == table_rows(sample.content, "keys")
    with opened_vault(sample.folder) as store:
        assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.RESTORED
        assert store.checks.full(lambda *_: None).automatic_backups == ()
        assert store.protectors.ways_to_unlock().this_account is not None
    assert {path.name for path in sample.folder.path.iterdir()} == {"vault.db", "vault.json", "set-aside"}
    if fault == "folder":
        assert (recovered.quarantine / "vault.json.as-it-was").is_dir()
    expected = {name: content for name, content in before.items() if content is not None}
    assert expected == {name: (recovered.quarantine / name).read_bytes() for name in expected}
    if fault == "keyring":  # the entry is found again
        file_keyring.add(keyring_entries)
        assert healthy_content(VaultFolder(recovered.quarantine))["keys"] == sample.content["keys"]
    (automatic_backup,) = (recovered.quarantine / "copies").iterdir()
    assert contents_of_files(VaultFolder(automatic_backup)).keys() == {"vault.db", "vault.json"}


def test_a_passphrase_can_open_the_new_vault(
    sample: SampleVault, backup: BackupContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    before = contents_of_files(sample.folder)
    opener = VaultOpener(sample.folder)
    with pytest.raises(KeystoreUnavailableError):
        make_new_vault(opener.from_backup(lambda: "me"), backup)
    assert contents_of_files(sample.folder) == before
    assert not sample.folder.quarantine.exists()
    close_repaired(make_new_vault(opener.from_backup(lambda: "me"), backup, "four random words fit"))
    assert not opener.has_this_account()
    store = opener.open_with_passphrase("four random words fit")
    assert table_rows(content_of(store), "keys") == table_rows(sample.content, "keys")
    store.close()


# --- interrupted ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["page", "missing"])
@pytest.mark.parametrize(
    ("module", "step"), [(shutil, "copyfile"), (new_vault, "verify_database"), (new_vault, "flush")]
)
def test_a_full_disk_leaves_everything_unchanged(
    sample: SampleVault, backup: BackupContent, monkeypatch: pytest.MonkeyPatch, fault: str, module: Any, step: str
) -> None:
    if fault == "page":
        flip_byte(sample.folder.database, PAGE_BYTES + 1_000)
    else:
        spoil_protectors(sample.folder, fault)
    before, keyring_entries = contents_of_files(sample.folder), file_keyring.entries()
    maker = vault_from_backup(sample.folder)
    monkeypatch.setattr(module, step, fail_with_full_disk)
    with pytest.raises(DiskFullError):
        make_new_vault(maker, backup)
    assert contents_of_files(sample.folder) == before
    assert file_keyring.entries() == keyring_entries


def test_a_file_that_appears_after_a_kill_is_kept_too(
    sample: SampleVault, backup: BackupContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil_protectors(sample.folder, "empty")
    maker = vault_from_backup(sample.folder)
    with monkeypatch.context() as patched, suppress(PowerCutError):
        patched.setattr(replacement, "remove_quarantined", cut_power_at_call(0, "before", remove_quarantined))
        make_new_vault(maker, backup)
    sample.folder.database.write_bytes(b"mine")
    with opened_vault(sample.folder):
        pass
    assert b"mine" in [path.read_bytes() for path in sample.folder.quarantine.glob("*/vault.db")]


def test_a_new_vault_of_a_newer_version_is_not_touched(sample: SampleVault) -> None:
    spoil_protectors(sample.folder, "empty")
    sample.folder.replacement_protectors.write_text('{"format": 99}')
    with pytest.raises(VaultTooNewError):
        VaultOpener(sample.folder).vault_exists()
    assert sample.folder.replacement_protectors.exists()
