"""Automatic backups: when they are due, how many are kept, and which are deleted."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tests.reliability.faults import small_disk
from tests.support.stored_vault import PASSPHRASE
from tests.vault.backups.conftest import DAY, NOON, fail_with_full_disk, key_names_in, times_of_backups
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.errors import AutomaticBackupFailedError, DiskFullError
from zcc_keys_gui.vault.backups import automatic_backups, vault_copy
from zcc_keys_gui.vault.backups.automatic_backups import MAX_BACKUPS, list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

STEPS: list[tuple[ModuleType, str]] = [
    (automatic_backups, "copy_vault"),
    (vault_copy, "verify_database"),
    (vault_copy, "write_durably"),
    (vault_copy, "flush"),
    (automatic_backups, "rename_durably"),
]
OLD_VAULT = Path(__file__).parents[2] / "data" / "schema-1"


def make_backups(store: VaultStore, days: int) -> None:
    for day in range(days):
        store.automatic_backups.make(NOON + day * DAY)


def test_the_newest_backups_are_kept(store: VaultStore, folder: VaultFolder) -> None:
    make_backups(store, 8)
    assert times_of_backups(folder) == [NOON.replace(microsecond=0) + day * DAY for day in (7, 6, 5, 4, 3)]
    assert MAX_BACKUPS == 5


def test_one_backup_is_due_each_day(store: VaultStore) -> None:
    assert store.automatic_backups.is_due(NOON)
    store.automatic_backups.make(NOON)
    assert not store.automatic_backups.is_due(NOON)
    assert store.automatic_backups.is_due(NOON + DAY)


def test_one_backup_is_due_each_day_after_the_clock_was_set_back(store: VaultStore, folder: VaultFolder) -> None:
    make_backups(store, MAX_BACKUPS)
    earlier = NOON - 100 * DAY
    assert store.automatic_backups.is_due(earlier)
    store.automatic_backups.make(earlier)
    assert not store.automatic_backups.is_due(earlier)
    assert len(times_of_backups(folder)) == MAX_BACKUPS


def test_backups_with_a_future_time_are_deleted_first(store: VaultStore, folder: VaultFolder) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + (400 + day) * DAY)
    make_backups(store, MAX_BACKUPS)
    expected = [NOON.replace(microsecond=0) + day * DAY for day in reversed(range(MAX_BACKUPS))]
    assert times_of_backups(folder) == expected


def test_two_backups_in_one_second_are_both_kept(store: VaultStore, folder: VaultFolder) -> None:
    """If the first one were deleted before, a kill could leave neither."""
    first = store.automatic_backups.make(NOON)
    insert(store, a_key("ProdSync"))
    second = store.automatic_backups.make(NOON)
    assert (key_names_in(first.folder), key_names_in(second.folder)) == ([], ["ProdSync"])
    assert list_automatic_backups(folder) == [second, first]


def test_several_threads_can_make_backups(store: VaultStore, folder: VaultFolder) -> None:
    moments = [NOON + timedelta(seconds=number) for number in range(4)]
    with ThreadPoolExecutor(len(moments)) as pool:
        list(pool.map(store.automatic_backups.make, moments))
    assert sorted(times_of_backups(folder)) == [moment.replace(microsecond=0) for moment in moments]


def test_a_partly_deleted_backup_does_not_count(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """The end of the program, as in a kill: no code handles it."""

    def kill(path: Path, **_: object) -> None:
        if path.exists():
            next(path.iterdir()).unlink()
            raise KilledError

    oldest, *_ = [store.automatic_backups.make(NOON + day * DAY) for day in range(MAX_BACKUPS)]
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", kill)
        with pytest.raises(KilledError):
            store.automatic_backups.make(NOON + MAX_BACKUPS * DAY)
    assert oldest not in list_automatic_backups(folder)
    store.automatic_backups.make(NOON + 9 * DAY)
    assert len(list(folder.automatic_backups.iterdir())) == MAX_BACKUPS


def test_other_folders_among_the_backups_are_not_deleted(store: VaultStore, folder: VaultFolder) -> None:
    folder.automatic_backups.mkdir()
    (folder.automatic_backups / "mine").mkdir()
    make_backups(store, MAX_BACKUPS + 1)
    assert (folder.automatic_backups / "mine").is_dir()
    assert len(times_of_backups(folder)) == MAX_BACKUPS


def test_a_failed_backup_leaves_the_others(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backups(store, MAX_BACKUPS)
    before = times_of_backups(folder)
    for module, step in STEPS:
        with monkeypatch.context() as patched:
            patched.setattr(module, step, fail_with_full_disk)
            with pytest.raises(AutomaticBackupFailedError):
                store.automatic_backups.make(NOON + 30 * DAY)
        assert times_of_backups(folder) == before
        assert len(list(folder.automatic_backups.iterdir())) == MAX_BACKUPS


def test_a_full_disk_is_the_cause_of_a_failed_backup(store: VaultStore, folder: VaultFolder) -> None:
    with small_disk(folder.automatic_backups, 32 << 10):
        with pytest.raises(AutomaticBackupFailedError) as caught:
            store.automatic_backups.make(NOON)
        assert isinstance(caught.value.__cause__, DiskFullError)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot move a folder with an open file")
def test_no_backup_is_made_after_the_vault_was_moved(store: VaultStore, folder: VaultFolder) -> None:
    elsewhere = folder.path.rename(folder.path.with_name("elsewhere"))
    with pytest.raises(AutomaticBackupFailedError):
        store.automatic_backups.make(NOON)
    assert not folder.path.exists()  # otherwise the vault could not be moved back
    elsewhere.rename(folder.path)
    store.automatic_backups.make(NOON)


# --- before an upgrade ------------------------------------------------------------------------------------


def test_a_backup_is_made_before_a_schema_upgrade(data_folder: Path) -> None:
    shutil.copytree(OLD_VAULT, data_folder)
    folder = VaultFolder(data_folder)
    VaultOpener(folder).open_with_passphrase(PASSPHRASE).close()
    (backup,) = list_automatic_backups(folder)
    assert backup.folder.protectors.read_bytes() == (OLD_VAULT / "vault.json").read_bytes()
    VaultOpener(backup.folder).open_with_passphrase(PASSPHRASE).close()
    assert len(list_automatic_backups(backup.folder)) == 1  # the backup has the older schema, so it was upgraded too


def test_without_a_backup_the_schema_is_not_upgraded(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(OLD_VAULT, data_folder)
    folder = VaultFolder(data_folder)
    before = folder.database.read_bytes()
    monkeypatch.setattr(vault_copy, "write_durably", fail_with_full_disk)
    with pytest.raises(AutomaticBackupFailedError):
        VaultOpener(folder).open_with_passphrase(PASSPHRASE)
    assert folder.database.read_bytes() == before
