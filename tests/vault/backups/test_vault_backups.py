"""Backing up and restoring an open vault: whole, or as it was before."""

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.support.sign_in_check import signs_in
from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import (
    NOW,
    PASSPHRASE,
    BackupContent,
    backups_of,
    content_in,
    open_stored_vault,
    read_backup,
    read_with_apsw,
    restore_backup,
)
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.domain.errors import BackupPlaceError, DiskFullError, FileNotWrittenError, VaultError, WriteFault
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.platform import files
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.secret_check import SecretMatch
from zcc_keys_gui.vault.backups import backup_file, restoring, vault_copy
from zcc_keys_gui.vault.backups.backup_format import Summary
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import quarantine
from zcc_keys_gui.vault.store import VaultStore

KILLS = rounds(4, 60)


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = open_stored_vault(data_folder)
    yield store
    store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.zccbackup"


def keys_of(store: VaultStore) -> Keys:
    return Keys(store, lambda: "zoe", lambda: NOW)


def back_up(store: VaultStore, path: Path) -> BackupContent:
    backups_of(store).back_up(path, PASSPHRASE)
    return read_backup(path, PASSPHRASE)


def newest(store: VaultStore) -> HistoryEntry:
    return store.history.page(HistoryQuery(), 0, 1)[0]


def is_sound(store: VaultStore) -> bool:
    findings = store.checks.full(lambda _done, _of: None)
    return findings.is_healthy


# --- writing ----------------------------------------------------------------------------------------------


def test_it_is_noted_when_the_vault_was_backed_up(store: VaultStore, path: Path) -> None:
    assert store.backups.last_backup() is None
    assert backups_of(store).back_up(path, PASSPHRASE) == 37
    assert store.backups.last_backup() == NOW
    assert newest(store) == HistoryEntry(NOW, r"CONTOSO\zoe", Action.BACKED_UP, "", "", "37 keys")


def test_it_holds_what_is_still_in_the_write_ahead_log(store: VaultStore, path: Path) -> None:
    insert(store, a_key("Newest"))
    assert "Newest" in {stored.key.name for stored in back_up(store, path).content.keys}


def test_it_is_of_one_moment_though_keys_are_added_meanwhile(store: VaultStore, path: Path) -> None:
    """The counts and the digest in it are of the rows in it, whatever is written beside."""
    stop = threading.Event()

    def write() -> None:
        keys = keys_of(store)
        names = (f"Meanwhile{number}" for number in range(10**6))
        while not stop.is_set():
            keys.add(replace(a_key(next(names)).fields))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            content = back_up(store, path).content
            added = {entry.client_id for entry in content.history if entry.action is Action.ADDED}
            deleted = {entry.client_id for entry in content.history if entry.action is Action.DELETED}
            assert {stored.key.client_id for stored in content.keys} == added - deleted
    finally:
        stop.set()
        writer.join()


def test_a_second_one_takes_the_place_of_the_first(store: VaultStore, path: Path) -> None:
    back_up(store, path)
    insert(store, a_key("Newest"))
    assert len(back_up(store, path).content.keys) == 38


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
def test_never_over_the_vaults_own_files(store: VaultStore, data_folder: Path, name: str) -> None:
    before = content_of(store)
    with pytest.raises(BackupPlaceError):
        backups_of(store).back_up(data_folder / name, PASSPHRASE)
    with pytest.raises(BackupPlaceError):
        backups_of(store).back_up(data_folder / "x" / ".." / name, PASSPHRASE)
    assert content_of(store) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right there, and names have other limits")
def test_a_name_that_no_file_can_have_is_told_with_its_reason(store: VaultStore, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for name, fault in (("loop", WriteFault.LINK_LOOP), (300 * "n", WriteFault.NAME_TOO_LONG)):
        with pytest.raises(FileNotWrittenError) as told:
            backups_of(store).back_up(tmp_path / name, PASSPHRASE)
        assert told.value.fault is fault


def test_never_among_the_copies(store: VaultStore, folder: VaultFolder) -> None:
    made = store.automatic_backups.make(datetime.now(UTC))
    with pytest.raises(BackupPlaceError):
        backups_of(store).back_up(made.folder.database, PASSPHRASE)
    with pytest.raises(BackupPlaceError):
        backups_of(store).back_up(folder.quarantine / "x", PASSPHRASE)


def test_never_over_the_vault_by_another_name(store: VaultStore, folder: VaultFolder, path: Path) -> None:
    os.link(folder.protectors, path)
    with pytest.raises(BackupPlaceError):
        backups_of(store).back_up(path, PASSPHRASE)


def test_elsewhere_in_the_vaults_folder_is_fine(store: VaultStore, data_folder: Path) -> None:
    assert len(back_up(store, data_folder / "mine.zccbackup").content.keys) == 37


@pytest.mark.parametrize("step", ["fill", "verify", "flush", "rename_durably"])
@pytest.mark.parametrize(("number", "kind"), [(28, DiskFullError), (13, FileNotWrittenError)])
def test_what_goes_wrong_leaves_the_former_backup(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, kind: type[Exception]
) -> None:
    back_up(store, path)
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(backup_file if step in ("fill", "verify") else files, step, fail)
    with pytest.raises(kind):
        backups_of(store).back_up(path, PASSPHRASE)
    assert path.read_bytes() == before
    assert no_leftover_beside(path)


def no_leftover_beside(path: Path) -> bool:
    return not list(path.parent.glob("*.tmp")) and not list(path.parent.glob(f"{path.name}?*"))


@pytest.mark.parametrize("name", ["a.zccbackup", "n" * 251])
def test_the_users_own_files_beside_a_backup_stay(store: VaultStore, tmp_path: Path, name: str) -> None:
    own = tmp_path / "a.zccbackup.part"
    own.write_text("the user's own")
    back_up(store, tmp_path / name)
    assert own.read_text() == "the user's own"
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, and links need a right of their own")
def test_a_backup_through_a_link_replaces_the_target_and_keeps_its_mode(store: VaultStore, path: Path) -> None:
    target = path.with_name("target.zccbackup")
    back_up(store, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    target.chmod(0o640)
    before = target.read_bytes()
    path.symlink_to(target)
    back_up(store, path)
    assert path.is_symlink()
    assert target.read_bytes() != before
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_into_a_folder_that_is_not_there(store: VaultStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError):
        backups_of(store).back_up(tmp_path / "none" / "a.zccbackup", PASSPHRASE)


def test_in_place_of_a_folder(store: VaultStore, path: Path) -> None:
    path.mkdir()
    with pytest.raises(FileNotWrittenError):
        backups_of(store).back_up(path, PASSPHRASE)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]


if sys.platform == "win32":

    def test_over_a_file_that_another_program_has_open(store: VaultStore, path: Path) -> None:
        path.write_bytes(b"before")
        with path.open("rb"), pytest.raises(FileNotWrittenError):
            backups_of(store).back_up(path, PASSPHRASE)
        assert path.read_bytes() == b"before"

else:

    def test_on_a_disk_that_is_full(store: VaultStore, tmp_path: Path) -> None:
        disk = tmp_path / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("no right to mount a small disk")
        try:
            with pytest.raises(DiskFullError):
                backups_of(store).back_up(disk / "a.zccbackup", PASSPHRASE)
            assert list(disk.iterdir()) == []
        finally:
            subprocess.run(["umount", str(disk)], check=True)


def test_what_was_written_is_read_before_it_counts(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup_file.fill

    def damage(db: sqlcipher.Connection, beside: Path, *rest: Any) -> Summary:
        summary = real(db, beside, *rest)
        with beside.open("r+b") as file:  # as a bad disk would
            file.seek(3 * 4096 + 100)
            byte = file.read(1)[0]
            file.seek(3 * 4096 + 100)
            file.write(bytes([byte ^ 1]))
        return summary

    monkeypatch.setattr(backup_file, "fill", damage)
    with pytest.raises(FileNotWrittenError):
        backups_of(store).back_up(path, PASSPHRASE)
    assert not path.exists()


def test_cancelled_it_leaves_the_former_backup(store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(store, path)
    before = path.read_bytes()
    monkeypatch.setattr(backup_file, "_STEPS_PER_CHECK", 100)
    looks = iter(range(10**6))
    with pytest.raises(InterruptedError):
        backups_of(store).back_up(path, PASSPHRASE, lambda: next(looks) > 20)
    assert path.read_bytes() == before
    assert no_leftover_beside(path)
    assert newest(store).action is Action.BACKED_UP


def test_cancelled_at_the_last_moment_it_leaves_the_former_backup(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(store, path)
    before = path.read_bytes()
    verified: list[bool] = []
    real = backup_file.verify

    def verify(*arguments: Any) -> None:
        real(*arguments)
        verified.append(True)

    monkeypatch.setattr(backup_file, "verify", verify)
    with pytest.raises(InterruptedError):
        backups_of(store).back_up(path, PASSPHRASE, lambda: bool(verified))
    assert path.read_bytes() == before
    assert no_leftover_beside(path)


# --- restoring --------------------------------------------------------------------------------------------


def test_a_new_vault_gets_all_of_it(store: VaultStore, path: Path, tmp_path: Path) -> None:
    backup = back_up(store, path)
    new = VaultOpener(VaultFolder(tmp_path / "new")).create_with_passphrase(VAULT_PASSPHRASE)
    restore_backup(new, backup, RestoreOptions())
    there, here = content_of(new), read_with_apsw(path)
    assert there["keys"] == here["keys"]
    assert there["history"][: len(here["history"])] == here["history"]
    assert [entry[2] for entry in there["history"][len(here["history"]) :]] == ["Restored"] * 38
    assert new.keys.count(KeyQuery("Key")) == 36  # through the search's index
    assert is_sound(new)
    new.close()
    again = VaultOpener(VaultFolder(tmp_path / "new")).open_with_passphrase(VAULT_PASSPHRASE)
    assert content_of(again) == there
    again.close()


def test_cancelled_while_the_vault_is_copied_nothing_is_restored_and_no_copy_is_left(
    store: VaultStore, path: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = back_up(store, path)
    insert(store, a_key("Newer"))
    before = content_in(store)
    is_cancelled = threading.Event()
    real = vault_copy.copy_vault

    def copy(*arguments: Any) -> None:
        is_cancelled.set()
        real(*arguments)

    monkeypatch.setattr(quarantine, "copy_vault", copy)
    backups = backups_of(store)
    with closing(backups.read(backup.path, PASSPHRASE)) as opened, pytest.raises(InterruptedError):
        backups.restore(opened, RestoreOptions(replace=True), is_cancelled.is_set)
    assert content_in(store) == before
    assert not list(VaultFolder(data_folder).quarantine.iterdir())


def test_replacing_keeps_the_vault_as_it_was(store: VaultStore, path: Path, folder: VaultFolder) -> None:
    backup = back_up(store, path)
    insert(store, a_key("Later"))
    before = content_of(store)
    plan, aside = restore_backup(store, backup, RestoreOptions(replace=True))
    assert plan.deleted == 1
    assert aside is not None
    assert aside.parent == folder.quarantine
    kept = VaultOpener(VaultFolder(aside)).open_with_passphrase(VAULT_PASSPHRASE)
    assert content_of(kept) == before
    kept.close()
    assert content_of(store)["keys"] == read_with_apsw(path)["keys"]
    assert is_sound(store)


def test_where_it_cannot_be_kept_nothing_is_replaced(store: VaultStore, path: Path, folder: VaultFolder) -> None:
    backup = back_up(store, path)
    insert(store, a_key("Later"))
    folder.quarantine.touch()  # no folder can be made there
    before = content_of(store)
    with pytest.raises(VaultError):
        restore_backup(store, backup, RestoreOptions(replace=True))
    assert content_of(store) == before


def test_the_history_is_that_of_both_in_order_of_time_and_cannot_be_changed(
    store: VaultStore, path: Path, tmp_path: Path
) -> None:
    backup = back_up(store, path)
    other = VaultOpener(VaultFolder(tmp_path / "other")).create_with_passphrase(VAULT_PASSPHRASE)
    Keys(other, lambda: "zoe", lambda: datetime(2026, 11, 12, 0, 3, 30, tzinfo=UTC)).add(a_key("Between").fields)
    restore_backup(other, backup, RestoreOptions())
    rows = content_of(other)["history"]
    times = [row[0] for row in rows]
    assert times == sorted(times)
    assert len(rows) == len(backup.content.history) + 1 + 38
    assert other.history.count(HistoryQuery()) == len(rows)
    assert [entry.name for entry in other.history.page(HistoryQuery("Between"), 0, 9)] == ["Between"]
    for statement in ("DELETE FROM history", "UPDATE history SET who = 'x'"):
        with pytest.raises(sqlcipher.IntegrityError):
            other._db.execute(statement)
    other.close()


def test_names_that_were_swapped_since_are_swapped_back(store: VaultStore, path: Path) -> None:
    keys = keys_of(store)
    one, two = store.key_named("Key03"), store.key_named("Key04")
    assert one is not None
    assert two is not None
    backup = back_up(store, path)
    keys.edit(one.client_id, replace(one.fields, name="Third"))
    keys.edit(two.client_id, replace(two.fields, name="Key03"))
    keys.edit(one.client_id, replace(one.fields, name="Key04"))
    restore_backup(store, backup, RestoreOptions(replace=True))
    assert (store.key(one.client_id).name, store.key(two.client_id).name) == ("Key03", "Key04")


def test_a_key_that_the_backup_does_not_have_is_told_as_deleted(store: VaultStore, path: Path) -> None:
    backup = back_up(store, path)
    keys_of(store).add(a_key("Later").fields)
    restore_backup(store, backup, RestoreOptions(replace=True))
    rows = store.history.page(HistoryQuery(), 0, 100)
    deleted = next(row for row in rows if row.action is Action.DELETED and row.name == "Later")
    assert deleted.details.startswith("Not in the backup of 2026-11-25 09:12")


def test_what_was_taken_away_comes_back_only_as_wished(store: VaultStore, path: Path) -> None:
    keys = keys_of(store)
    backup = back_up(store, path)
    gone, off, new = (store.key_named(name) for name in ("Key03", "Key08", "Key20"))
    assert gone is not None
    assert off is not None
    assert new is not None
    keys.delete([gone.client_id])
    keys.set_status([off.client_id], Status.DISABLED)
    secret = keys.regenerate_secret(new.client_id).secret
    plan, _ = restore_backup(store, backup, RestoreOptions(replace=True))
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (1, 1, 1)
    assert store.key_named("Key03") is None
    assert store.key(off.client_id).fields.status is Status.DISABLED
    assert signs_in(keys, new.client_id, secret)
    restore_backup(store, backup, RestoreOptions(deleted=True, disabled=True, secrets=True))
    assert store.key(gone.client_id) == gone
    assert store.key(off.client_id) == off
    assert not signs_in(keys, new.client_id, secret)


def test_an_old_secret_goes_on_beside_the_secret_that_replaced_it(store: VaultStore, path: Path) -> None:
    keys = keys_of(store)
    backup = back_up(store, path)
    key = store.key_named("Key20")
    assert key is not None
    keys.regenerate_secret(key.client_id, timedelta(days=7))
    until = store.key(key.client_id).replaced_until
    keys.edit(key.client_id, replace(key.fields, name="Renamed"))
    restore_backup(store, backup, RestoreOptions(replace=True))
    restored = store.key_named("Key20")
    assert restored is not None
    assert (restored.client_id, restored.replaced_until) == (key.client_id, until)
    restore_backup(store, backup, RestoreOptions(secrets=True))  # the old one is the key's own again
    assert store.key(key.client_id).replaced_until is None


@pytest.mark.parametrize("end", ["stop", "regenerate", "delete"])
@pytest.mark.parametrize("replaces", [False, True])
def test_restoring_does_not_revive_an_old_secret(store: VaultStore, path: Path, end: str, replaces: bool) -> None:
    keys = keys_of(store)
    new = keys.add(a_key("Mine").fields)
    client_id = new.key.client_id
    newer = keys.regenerate_secret(client_id, timedelta(days=7))
    backup = back_up(store, path)
    keys.edit(client_id, replace(new.key.fields, name="Renamed"))
    if end == "stop":
        keys.stop_replaced_secret(client_id)
    elif end == "regenerate":
        keys.regenerate_secret(client_id)
    else:
        keys.delete([client_id])
    restore_backup(store, backup, RestoreOptions(replace=replaces, deleted=True))
    assert store.key(client_id).replaced_until is None
    for secret, stopped in ((new.secret, True), (newer.secret, end == "regenerate")):
        found = keys.check_secret(secret)
        assert found is not None
        assert found.match is (SecretMatch.REPLACED if stopped else SecretMatch.CURRENT)


@pytest.mark.parametrize("step", range(4))
def test_a_fault_within_a_restore_changes_nothing(
    store: VaultStore, path: Path, monkeypatch: pytest.MonkeyPatch, step: int, tmp_path: Path
) -> None:
    backup = back_up(store, path)
    other = VaultOpener(VaultFolder(tmp_path / "other")).create_with_passphrase(VAULT_PASSPHRASE)
    keys_of(other).add(a_key("Mine").fields)
    before = content_of(other)
    if step == 0:
        monkeypatch.setattr(restoring, "_merge_histories", lambda *_: 1 / 0)
    elif step == 1:
        real = restoring._merge_histories
        monkeypatch.setattr(restoring, "_merge_histories", lambda *arguments: (real(*arguments), 1 / 0))
    elif step == 2:
        monkeypatch.setattr(restoring, "write_notes", lambda *_: 1 / 0)
    else:
        monkeypatch.setattr(restoring, "merge", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore_backup(other, backup, RestoreOptions())
    assert content_of(other) == before
    with pytest.raises(sqlcipher.IntegrityError):
        other._db.execute("DELETE FROM history")
    monkeypatch.undo()
    other.close()


# --- killed -----------------------------------------------------------------------------------------------


@pytest.mark.reliability
def test_killed_while_backing_up_the_former_or_the_new_one_is_there(tmp_path: Path, data_folder: Path) -> None:
    path = tmp_path / "a.zccbackup"
    store = open_stored_vault(data_folder)
    back_up(store, path)
    store.close()
    for _ in range(KILLS):
        killed("backup", data_folder, path)
        backup = read_backup(path, PASSPHRASE)
        assert len(backup.content.keys) == 37
        assert [each.name for each in tmp_path.glob("*.zccbackup*")] == ["a.zccbackup"]
    store = VaultOpener(VaultFolder(data_folder)).open_with_passphrase(VAULT_PASSPHRASE)
    back_up(store, path)
    assert is_sound(store)
    store.close()
    figures.count("kills", "while backing up", KILLS)


@pytest.mark.reliability
def test_killed_while_restoring_the_vault_is_as_before_or_as_after(tmp_path: Path, data_folder: Path) -> None:
    path = tmp_path / "a.zccbackup"
    source = open_stored_vault(tmp_path / "source")
    backup = back_up(source, path)
    source.close()
    mine = VaultOpener(VaultFolder(data_folder)).create_with_passphrase(VAULT_PASSPHRASE)
    insert(mine, a_key("Mine"))
    mine.close()
    names = {stored.key.name for stored in backup.content.keys}
    for _ in range(KILLS):
        killed("restore", data_folder, path)
        store = VaultOpener(VaultFolder(data_folder)).open_with_passphrase(VAULT_PASSPHRASE)
        there = {stored.key.name for stored in content_in(store).keys}
        assert there in (names, {"Mine"})
        assert is_sound(store)
        if there == names:
            keys = [key.client_id for key in store.keys.page(KeyQuery(), 0, 100)]
            keys_of(store).delete(keys)
            insert(store, a_key("Mine"))
        store.close()
    figures.count("kills", "while restoring", KILLS)


def killed(act: str, folder: Path, path: Path) -> None:
    """Back up, or restore_backup, again and again in another process, until it is killed at a random moment."""
    command = [sys.executable, "-m", "tests.reliability.backup_writer", act, str(folder), str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode != 0
    assert done.stdout == b"begun\n", done.stderr
