"""Quarantine keeps every file of a vault, in a new folder."""

import os
from pathlib import Path

import pytest

from tests.support.stored_vault import content_of
from tests.vault.recovery.conftest import NOON
from tests.vault.recovery.repairs import fail_with_full_disk
from tests.vault.recovery.sample_vault import SampleVault, add_sample_keys, opened_vault
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.recovery import quarantine
from zcc_keys_gui.vault.recovery.quarantine import quarantine_files, quarantine_open_vault, remove_quarantined


def test_two_quarantines_in_one_second_are_both_kept(sample: SampleVault) -> None:
    first = quarantine_files(sample.folder, NOON)
    second = quarantine_files(sample.folder, NOON)
    assert (first.name, second.name) == ("2026-11-12T120033Z", "2026-11-12T120033Z-2")
    for folder in (first, second):
        assert (folder / "vault.db").read_bytes() == sample.folder.database.read_bytes()
        assert (folder / "vault.json").read_bytes() == sample.folder.protectors.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot flush a folder")
def test_files_and_names_in_quarantine_are_flushed(sample: SampleVault, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_ino))
    quarantined = quarantine_files(sample.folder, NOON)
    expected = [
        sample.folder.path,
        quarantined / "vault.db",
        quarantined / "vault.json",
        quarantined,
        quarantined.parent,
    ]
    assert flushed == [path.stat().st_ino for path in expected]


def test_an_open_vault_can_be_quarantined(sample: SampleVault) -> None:
    with opened_vault(sample.folder) as store:
        add_sample_keys(store, "New", 1)
        quarantined = quarantine_open_vault(sample.folder, store.connections, NOON)
        expected = content_of(store)
    with opened_vault(VaultFolder(quarantined)) as store:
        assert content_of(store) == expected


def test_a_failed_quarantine_leaves_no_folder(sample: SampleVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "copy_file", fail_with_full_disk)
    with pytest.raises(DiskFullError):
        quarantine_files(sample.folder, NOON)
    assert list(sample.folder.quarantine.iterdir()) == []


def test_a_folder_in_place_of_a_file_is_moved_to_quarantine(tmp_path: Path) -> None:
    quarantined, database = tmp_path / "quarantined", tmp_path / "vault.db"
    quarantined.mkdir()
    database.mkdir()
    (database / "mine").write_text("mine")
    remove_quarantined(database, quarantined)
    assert not database.exists()
    assert (quarantined / "vault.db.as-it-was" / "mine").read_text() == "mine"


def test_a_file_with_a_copy_in_quarantine_is_removed(tmp_path: Path) -> None:
    database = tmp_path / "vault.db"
    database.write_bytes(b"copied before")
    remove_quarantined(database, tmp_path)
    remove_quarantined(database, tmp_path)  # nothing is there any more
    assert list(tmp_path.iterdir()) == []
