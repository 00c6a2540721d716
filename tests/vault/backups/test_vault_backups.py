"""Writing a backup of an open vault: the new backup is complete, or the former one is unchanged."""

import os
import stat
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.reliability.faults import small_disk
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import NOW, PASSPHRASE, backups_of, make_backup, open_stored_vault
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.errors import BackupReplacesVaultError, DiskFullError, FileNotWrittenError, WriteFault
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.platform import files
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault import interruption
from zcc_keys_gui.vault.backups import backup_file
from zcc_keys_gui.vault.backups.backup_format import Summary
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = open_stored_vault(data_folder)
    yield store
    store.close()


def newest_entry(store: VaultStore) -> HistoryEntry:
    return store.history.page(HistoryQuery(), 0, 1)[0]


def no_temporary_file_beside(path: Path) -> bool:
    return not list(path.parent.glob("*.tmp")) and not list(path.parent.glob(f"{path.name}?*"))


def test_the_vault_notes_when_it_was_backed_up(store: VaultStore, path: Path) -> None:
    assert store.backups.last_backup() is None
    assert backups_of(store).back_up(path, PASSPHRASE) == 37
    assert store.backups.last_backup() == NOW
    assert newest_entry(store) == HistoryEntry(NOW, r"CONTOSO\zoe", Action.BACKED_UP, "", "", "37 keys")


def test_a_backup_includes_the_write_ahead_log(store: VaultStore, path: Path) -> None:
    insert(store, a_key("Newest"))
    assert "Newest" in {stored.key.name for stored in make_backup(store, path).content.keys}


def test_a_backup_is_of_one_moment_while_keys_are_added(store: VaultStore, path: Path) -> None:
    is_over = threading.Event()

    def add_keys() -> None:
        keys = Keys(store, lambda: "zoe", lambda: NOW)
        names = (f"Meanwhile{number}" for number in range(10**6))
        while not is_over.is_set():
            keys.add(replace(a_key(next(names)).fields))

    writer = threading.Thread(target=add_keys)
    writer.start()
    try:
        for _ in range(5):
            content = make_backup(store, path).content
            added = {entry.client_id for entry in content.history if entry.action is Action.ADDED}
            deleted = {entry.client_id for entry in content.history if entry.action is Action.DELETED}
            assert {stored.key.client_id for stored in content.keys} == added - deleted
    finally:
        is_over.set()
        writer.join()


def test_a_second_backup_replaces_the_first(store: VaultStore, path: Path) -> None:
    make_backup(store, path)
    insert(store, a_key("Newest"))
    assert len(make_backup(store, path).content.keys) == 38


# --- the path of a backup --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "vault.db",
        "vault.db-wal",
        "vault.db-shm",
        "vault.json",
        "VAULT.DB",
        "vault.lock",
        "vault.saved",
        "settings.ini",
        "settings.ini.new",
        "attempts.json.new",
        "vault.db.new",
    ],
)
def test_a_backup_never_replaces_the_vaults_own_files(store: VaultStore, data_folder: Path, name: str) -> None:
    before = content_of(store)
    with pytest.raises(BackupReplacesVaultError):
        backups_of(store).back_up(data_folder / name, PASSPHRASE)
    with pytest.raises(BackupReplacesVaultError):
        backups_of(store).back_up(data_folder / "x" / ".." / name, PASSPHRASE)
    assert content_of(store) == before


def test_a_backup_is_never_among_automatic_backups(store: VaultStore, folder: VaultFolder) -> None:
    made = store.automatic_backups.make(datetime.now(UTC))
    with pytest.raises(BackupReplacesVaultError):
        backups_of(store).back_up(made.folder.database, PASSPHRASE)
    with pytest.raises(BackupReplacesVaultError):
        backups_of(store).back_up(folder.quarantine / "x", PASSPHRASE)


def test_a_backup_never_replaces_a_second_name_of_the_vault(store: VaultStore, folder: VaultFolder, path: Path) -> None:
    os.link(folder.protectors, path)
    with pytest.raises(BackupReplacesVaultError):
        backups_of(store).back_up(path, PASSPHRASE)


def test_a_backup_may_be_in_the_vaults_folder(store: VaultStore, data_folder: Path) -> None:
    assert len(make_backup(store, data_folder / "mine.zccbackup").content.keys) == 37


@pytest.mark.skipif(os.name == "nt", reason="Windows has other limits, and not every account may make links")
def test_the_error_says_why_a_file_name_is_impossible(store: VaultStore, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for name, fault in (("loop", WriteFault.LINK_LOOP), (300 * "n", WriteFault.NAME_TOO_LONG)):
        with pytest.raises(FileNotWrittenError) as caught:
            backups_of(store).back_up(tmp_path / name, PASSPHRASE)
        assert caught.value.fault is fault


@pytest.mark.parametrize("name", ["a.zccbackup", "n" * 251])
def test_other_files_beside_a_backup_are_not_changed(store: VaultStore, tmp_path: Path, name: str) -> None:
    own = tmp_path / "a.zccbackup.part"
    own.write_text("the user's own")
    make_backup(store, tmp_path / name)
    assert own.read_text() == "the user's own"
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, and not every account may make links")
def test_a_link_stays_and_its_target_keeps_its_mode(store: VaultStore, path: Path) -> None:
    target = path.with_name("target.zccbackup")
    make_backup(store, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    target.chmod(0o640)
    before = target.read_bytes()
    path.symlink_to(target)
    make_backup(store, path)
    assert path.is_symlink()
    assert target.read_bytes() != before
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


# --- failures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "step"),
    [(backup_file, "fill"), (backup_file, "verify"), (files, "flush"), (files, "rename_durably")],
)
@pytest.mark.parametrize(("number", "error"), [(28, DiskFullError), (13, FileNotWrittenError)])
def test_a_failure_leaves_the_former_backup(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, step: str, number: int, error: Any
) -> None:
    make_backup(store, path)
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "an error of the system")

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(error):
        backups_of(store).back_up(path, PASSPHRASE)
    assert path.read_bytes() == before
    assert no_temporary_file_beside(path)


def test_a_missing_folder_is_an_error(store: VaultStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError):
        backups_of(store).back_up(tmp_path / "none" / "a.zccbackup", PASSPHRASE)


def test_a_folder_in_place_of_the_backup_is_an_error(store: VaultStore, path: Path) -> None:
    path.mkdir()
    with pytest.raises(FileNotWrittenError):
        backups_of(store).back_up(path, PASSPHRASE)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]


def test_a_full_disk_is_reported_and_leaves_no_file(store: VaultStore, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16 << 10):
        with pytest.raises(DiskFullError):
            backups_of(store).back_up(tmp_path / "disk" / "a.zccbackup", PASSPHRASE)
        assert list((tmp_path / "disk").iterdir()) == []


if sys.platform == "win32":

    def test_a_file_open_in_another_program_stays(store: VaultStore, path: Path) -> None:
        path.write_bytes(b"before")
        with path.open("rb"), pytest.raises(FileNotWrittenError):
            backups_of(store).back_up(path, PASSPHRASE)
        assert path.read_bytes() == b"before"


def test_a_new_backup_is_verified(store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backup_file.fill

    def fill_and_damage(db: sqlcipher.Connection, new_file: Path, *rest: Any) -> Summary:
        summary = real(db, new_file, *rest)
        with new_file.open("r+b") as file:  # as a defective disk would
            file.seek(3 * 4096 + 100)
            byte = file.read(1)[0]
            file.seek(3 * 4096 + 100)
            file.write(bytes([byte ^ 1]))
        return summary

    monkeypatch.setattr(backup_file, "fill", fill_and_damage)
    with pytest.raises(FileNotWrittenError):
        backups_of(store).back_up(path, PASSPHRASE)
    assert not path.exists()


# --- canceling --------------------------------------------------------------------------------------------


def test_canceling_leaves_the_former_backup(store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_backup(store, path)
    before = path.read_bytes()
    monkeypatch.setattr(interruption, "_STEPS_PER_CHECK", 100)
    checks = iter(range(10**6))
    with pytest.raises(InterruptedError):
        backups_of(store).back_up(path, PASSPHRASE, lambda: next(checks) > 20)
    assert path.read_bytes() == before
    assert no_temporary_file_beside(path)
    assert newest_entry(store).action is Action.BACKED_UP


def test_canceling_after_verification_leaves_the_former_backup(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(store, path)
    before = path.read_bytes()
    is_verified = threading.Event()
    real = backup_file.verify

    def verify(*arguments: Any) -> None:
        real(*arguments)
        is_verified.set()

    monkeypatch.setattr(backup_file, "verify", verify)
    with pytest.raises(InterruptedError):
        backups_of(store).back_up(path, PASSPHRASE, is_verified.is_set)
    assert path.read_bytes() == before
    assert no_temporary_file_beside(path)
