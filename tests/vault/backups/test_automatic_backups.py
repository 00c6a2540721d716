"""Automatic copies: both files, whole and verified, or not there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.support.stored_vault import PASSPHRASE
from tests.vault.conftest import a_key, insert, read_by_another_program
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    DiskFullError,
    VaultError,
    VaultNeedsRepairError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.vault.backups import automatic_backups, vault_copy
from zcc_keys_gui.vault.backups.automatic_backups import MAX_BACKUPS, automatic_backups_in
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, 0, 33, 999, UTC)
DAY = timedelta(days=1)
STEPS: list[tuple[ModuleType, str]] = [
    (automatic_backups, "copy_vault"),
    (vault_copy, "verify_database"),
    (vault_copy, "write_durably"),
    (vault_copy, "flush"),
    (automatic_backups, "rename_durably"),
]
only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders, and links need a right")


def names_in(folder: VaultFolder) -> list[str]:
    store = VaultOpener(folder).open_for_this_account()
    try:
        return [key.name for key in store.keys.page(KeyQuery(), 0, 10)]
    finally:
        store.close()


def times(folder: VaultFolder) -> list[datetime]:
    return [copy.made for copy in automatic_backups_in(folder)]


def test_a_copy_has_both_files_and_what_is_in_the_write_ahead_log(store: VaultStore, folder: VaultFolder) -> None:
    insert(store, a_key("ProdSync"))
    assert folder.write_ahead_log.stat().st_size > 0
    made = store.automatic_backups.make(NOON)
    insert(store, a_key("Later"))
    assert made.made == NOON.replace(microsecond=0)
    assert made.folder.path == folder.automatic_backups / "2026-11-12T120033Z"
    assert sorted(path.name for path in made.folder.path.iterdir()) == ["vault.db", "vault.json"]
    assert names_in(made.folder) == ["ProdSync"]
    if os.name != "nt":
        for path in (folder.automatic_backups, made.folder.path, made.folder.database, made.folder.protectors):
            assert path.stat().st_mode & 0o077 == 0, path


def test_the_newest_are_kept(store: VaultStore, folder: VaultFolder) -> None:
    for day in range(8):
        store.automatic_backups.make(NOON + day * DAY)
    assert times(folder) == [NOON.replace(microsecond=0) + day * DAY for day in (7, 6, 5, 4, 3)]
    assert MAX_BACKUPS == 5


def test_one_is_due_each_day(store: VaultStore) -> None:
    assert store.automatic_backups.is_due(NOON)
    store.automatic_backups.make(NOON)
    assert not store.automatic_backups.is_due(NOON)
    assert store.automatic_backups.is_due(NOON + DAY)


def test_a_clock_that_was_set_back_neither_ends_the_copies_nor_makes_one_at_each_change(
    store: VaultStore, folder: VaultFolder
) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)
    earlier = NOON - 100 * DAY
    assert store.automatic_backups.is_due(earlier)
    store.automatic_backups.make(earlier)
    assert not store.automatic_backups.is_due(earlier)
    assert len(times(folder)) == MAX_BACKUPS


def test_copies_of_a_clock_that_was_ahead_go_first(store: VaultStore, folder: VaultFolder) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + (400 + day) * DAY)
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)
    assert times(folder) == [NOON.replace(microsecond=0) + day * DAY for day in reversed(range(MAX_BACKUPS))]


def test_who_can_open_the_vault_can_open_the_copies(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = [store.automatic_backups.make(NOON + day * DAY).folder for day in range(3)]
    copies[1].protectors.write_bytes(b"damaged")
    former = add_recovery_key(store.protectors)
    store.protectors.remove_this_account()
    for copy in (copies[0], copies[2]):
        VaultOpener(copy).open_with_recovery_key(former).close()
    present = add_recovery_key(store.protectors)
    with pytest.raises(WrongRecoveryKeyError):
        VaultOpener(copies[0]).open_with_recovery_key(former)
    VaultOpener(copies[2]).open_with_recovery_key(present).close()
    assert copies[1].protectors.read_bytes() == b"damaged"


@contextmanager
def no_room_for(copy: VaultFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the disk be full for the protectors of one copy."""
    write = protector_file.write

    def fail_there(path: Path, protectors: ProtectorSet) -> None:
        if path == copy.protectors:
            raise DiskFullError(path)
        write(path, protectors)

    with monkeypatch.context() as full:
        full.setattr(protector_file, "write", fail_there)
        yield


def test_copies_that_cannot_follow_leave_the_change_made(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = store.automatic_backups.make(NOON).folder
    with no_room_for(copy, monkeypatch):
        key = add_recovery_key(store.protectors)
    VaultOpener(folder).open_with_recovery_key(key).close()
    VaultOpener(copy).open_for_this_account().close()


def test_a_copy_from_before_a_reencryption_goes_when_there_is_a_new_one(store: VaultStore, folder: VaultFolder) -> None:
    for day in range(2):
        store.automatic_backups.make(NOON + day * DAY)
    (folder.automatic_backups / "2026-11-12T120033Z" / "vault.json").write_bytes(b"damaged")  # nothing is known of it
    reencrypt(store.protectors)
    assert store.automatic_backups.is_due(NOON + DAY)
    store.automatic_backups.make(NOON + DAY + timedelta(hours=1))
    assert not store.automatic_backups.is_due(NOON + DAY)
    assert [made.day for made in times(folder)] == [13, 12]


class PowerCutError(BaseException):
    """Nothing catches this but what has to be undone."""


@pytest.mark.parametrize("fault", [sqlcipher.OperationalError("disk I/O error"), PowerCutError()], ids=type)
def test_a_re_encryption_that_did_not_happen_costs_no_copy(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)

    def fail(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched, pytest.raises((VaultError, PowerCutError)):
        patched.setattr(cipher, "rekey", fail)
        reencrypt(store.protectors)
    if isinstance(fault, PowerCutError):
        store.close()
        store = opener.open_for_this_account()
        assert store.protectors.interrupted_reencryption_was_done is False
    assert protector_file.read(folder.protectors).generation == 1
    copies_are_present_ones(store, folder)
    store.close()


def test_an_earlier_version_counted_up_though_it_did_not_re_encrypt(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)
    with closing(cipher.connect(folder.database, store._key.material())) as db:
        db.execute("UPDATE vault SET generation = 2")
    store.close()
    protector_file.write(folder.protectors, replace(protector_file.read(folder.protectors), generation=2))

    store = opener.open_for_this_account()
    copies_are_present_ones(store, folder)
    store.close()
    folder.database.write_bytes(b"x" * 8192)
    with pytest.raises(VaultNeedsRepairError) as damaged:
        opener.open_for_this_account()
    damage = opener.damage(damaged.value, lambda: "me")
    found = damage.examine().automatic_backup
    assert found is not None
    damage.restore_automatic_backup(times(folder)[-1])[0].close()
    opener.open_for_this_account().close()


def copies_are_present_ones(store: VaultStore, folder: VaultFolder) -> None:
    """Check that the copies open as the vault does, and follow changes of that, and that none is deleted too early."""
    assert not store.automatic_backups.are_outdated()
    copies = store.checks.full(lambda *_: None).automatic_backups
    assert [(copy.is_healthy, copy.has_former_key) for copy in copies] == MAX_BACKUPS * [(True, False)]
    key = add_recovery_key(store.protectors)
    for copy in automatic_backups_in(folder):
        VaultOpener(copy.folder).open_with_recovery_key(key).close()
    store.automatic_backups.make(NOON + MAX_BACKUPS * DAY)
    assert len(times(folder)) == MAX_BACKUPS


def test_while_a_re_encryption_is_unfinished_an_older_copy_has_the_former_key_and_goes_with_the_next(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    store.automatic_backups.make(NOON)
    with read_by_another_program(store, folder):
        reencrypt(store.protectors)
        assert store.protectors.unfinished_reencryption
        (copy,) = store.checks.full(lambda *_: None).automatic_backups
        assert (copy.is_healthy, copy.has_former_key) == (True, True)
        assert store.automatic_backups.are_outdated()
        made = store.automatic_backups.make(NOON + DAY)
        assert automatic_backups_in(folder) == [made]
        store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    store = opener.open_for_this_account()
    assert not store.automatic_backups.are_outdated()
    (copy,) = store.checks.full(lambda *_: None).automatic_backups
    assert (copy.is_healthy, copy.has_former_key) == (True, False)
    VaultOpener(made.folder).open_with_passphrase(PASSPHRASE).close()
    store.close()


@only_posix
@pytest.mark.parametrize("kind", ["link loop", "pipe", "folder"])
def test_a_copy_that_cannot_be_read_keeps_no_other_from_following_and_nothing_from_being_made(
    store: VaultStore, folder: VaultFolder, kind: str
) -> None:
    if sys.platform == "win32":  # for mypy
        return
    store.protectors.set_passphrase(PASSPHRASE)
    older, bad, newer = [store.automatic_backups.make(NOON + day * DAY).folder for day in range(3)]
    bad.protectors.unlink()
    if kind == "link loop":
        bad.protectors.symlink_to(bad.protectors.name)
    else:
        (os.mkfifo if kind == "pipe" else os.mkdir)(bad.protectors)
    store.protectors.set_passphrase("other words long enough")
    assert bool(store.protectors.nonfatal_errors) == (kind == "link loop")
    for copy in (older, newer):
        VaultOpener(copy).open_with_passphrase("other words long enough").close()
        with pytest.raises(WrongPassphraseError):
            VaultOpener(copy).open_with_passphrase(PASSPHRASE)
    for day in range(3, 10):
        store.automatic_backups.make(NOON + day * DAY)
    assert len(times(folder)) == MAX_BACKUPS
    assert not store.automatic_backups.is_due(NOON + 9 * DAY)


def test_a_copy_that_could_not_follow_does_so_after_the_next_opening(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = store.automatic_backups.make(NOON).folder
    with no_room_for(copy, monkeypatch):
        key = add_recovery_key(store.protectors)
        assert [type(error) for error in store.protectors.nonfatal_errors] == [DiskFullError]
    store.close()
    again = opener.open_for_this_account()
    assert not again.automatic_backups.are_outdated()  # as is asked after each start
    again.close()
    VaultOpener(copy).open_with_recovery_key(key).close()


def test_two_in_one_second_are_both_kept(store: VaultStore, folder: VaultFolder) -> None:
    """Were the first one deleted first, a kill would leave neither."""
    first = store.automatic_backups.make(NOON)
    insert(store, a_key("ProdSync"))
    second = store.automatic_backups.make(NOON)
    assert (names_in(first.folder), names_in(second.folder)) == ([], ["ProdSync"])
    assert automatic_backups_in(folder) == [second, first]


def test_while_one_is_deleted_half_of_it_does_not_count(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """Nothing catches this."""

    def kill(path: Path, **_: object) -> None:
        if path.exists():
            next(path.iterdir()).unlink()
            raise KilledError

    oldest, *_ = [store.automatic_backups.make(NOON + day * DAY) for day in range(MAX_BACKUPS)]
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", kill)
        with pytest.raises(KilledError):
            store.automatic_backups.make(NOON + MAX_BACKUPS * DAY)
    assert oldest not in automatic_backups_in(folder)
    store.automatic_backups.make(NOON + 9 * DAY)
    assert len(list(folder.automatic_backups.iterdir())) == MAX_BACKUPS


def test_what_somebody_else_keeps_there_is_left_alone(store: VaultStore, folder: VaultFolder) -> None:
    folder.automatic_backups.mkdir()
    (folder.automatic_backups / "mine").mkdir()
    for day in range(MAX_BACKUPS + 1):
        store.automatic_backups.make(NOON + day * DAY)
    assert (folder.automatic_backups / "mine").is_dir()
    assert len(times(folder)) == MAX_BACKUPS


def test_a_copy_that_cannot_be_made_leaves_the_others(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)
    before = times(folder)

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    for module, step in STEPS:
        with monkeypatch.context() as patched:
            patched.setattr(module, step, fail)
            with pytest.raises(AutomaticBackupFailedError):
                store.automatic_backups.make(NOON + 30 * DAY)
        assert times(folder) == before
        assert len(list(folder.automatic_backups.iterdir())) == MAX_BACKUPS


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody move a folder with an open file in it")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no small disk in memory")
def test_on_a_full_disk_the_copy_says_so(store: VaultStore, folder: VaultFolder) -> None:
    folder.automatic_backups.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(folder.automatic_backups)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        with pytest.raises(AutomaticBackupFailedError) as caught:
            store.automatic_backups.make(NOON)
        assert isinstance(caught.value.__cause__, DiskFullError)
    finally:
        subprocess.run(["umount", str(folder.automatic_backups)], check=True)


def test_where_the_vault_was_moved_away_no_copy_takes_its_place(store: VaultStore, folder: VaultFolder) -> None:
    elsewhere = folder.path.rename(folder.path.with_name("elsewhere"))
    with pytest.raises(AutomaticBackupFailedError):
        store.automatic_backups.make(NOON)
    assert not folder.path.exists()  # or else it could not come back
    elsewhere.rename(folder.path)
    store.automatic_backups.make(NOON)


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_cut_short_at_any_step_no_half_copy_counts(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    class PowerCutError(BaseException):
        """Nothing catches this."""

    real: Callable[..., object] = getattr(module, step)

    def cut(*arguments: Any) -> None:
        real(*arguments)
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(module, step, cut)
        with pytest.raises(PowerCutError):
            store.automatic_backups.make(NOON)
    assert [names_in(copy.folder) for copy in automatic_backups_in(folder)] == (
        [[]] if step == "rename_durably" else []
    )
    store.automatic_backups.make(NOON + DAY)
    assert all(path.name.endswith("Z") for path in folder.automatic_backups.iterdir())


def test_before_a_schema_step_a_copy_is_made(data_folder: Path) -> None:
    stored = Path(__file__).parents[2] / "data" / "schema-1"
    shutil.copytree(stored, data_folder)
    folder = VaultFolder(data_folder)
    VaultOpener(folder).open_with_passphrase(PASSPHRASE).close()
    (copy,) = automatic_backups_in(folder)
    assert copy.folder.protectors.read_bytes() == (stored / "vault.json").read_bytes()
    VaultOpener(copy.folder).open_with_passphrase(PASSPHRASE).close()
    assert len(automatic_backups_in(copy.folder)) == 1  # it was of the older schema


def test_without_a_copy_there_is_no_schema_step(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(Path(__file__).parents[2] / "data" / "schema-1", data_folder)
    folder = VaultFolder(data_folder)
    before = folder.database.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(vault_copy, "write_durably", fail)
    with pytest.raises(AutomaticBackupFailedError):
        VaultOpener(folder).open_with_passphrase(PASSPHRASE)
    assert folder.database.read_bytes() == before


def test_two_copies_may_be_wanted_at_once(store: VaultStore, folder: VaultFolder) -> None:
    moments = [NOON + timedelta(seconds=number) for number in range(4)]
    with ThreadPoolExecutor(len(moments)) as pool:
        list(pool.map(store.automatic_backups.make, moments))
    assert sorted(times(folder)) == [moment.replace(microsecond=0) for moment in moments]
