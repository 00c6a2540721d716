"""A disk that is full."""

import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.faults.helpers import (
    add_first_key,
    add_key,
    message_instead_of_window,
    names_in,
    running,
    save_again,
    try_to_add,
)
from tests.reliability.faults import fill_up, small_disk
from tests.support.gui import cells, table
from tests.support.recovery_keys import add_recovery_key
from tests.support.user import add, take_secret
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

pytestmark = pytest.mark.reliability


def test_a_form_can_be_saved_after_the_full_disk_has_space_again(qapp: QApplication, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 2 << 20):
        folder = disk / "data"
        with running(folder) as main:
            add_first_key(main, folder)
            ballast = fill_up(disk)
            dialog, message = try_to_add(main, "Later")
            assert message == "The disk is full."
            assert cells(table(main), 0) == ["Before"]
            ballast.unlink()
            save_again(main, dialog)
        assert names_in(folder) == ["Before", "Later"]


def test_a_full_disk_leaves_no_incomplete_new_vault(qapp: QApplication, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 1 << 20):
        for left in (0, 4_096, 40_000, 80_000):
            folder = disk / f"{left}"
            ballast = fill_up(disk)
            os.truncate(ballast, ballast.stat().st_size - left)
            assert message_instead_of_window(folder) == "The disk is full."
            assert not folder.exists() or not {"vault.db", "vault.json"} <= {path.name for path in folder.iterdir()}
            ballast.unlink()
            with running(folder) as main:
                take_secret(main, add(main, "Later"))
            assert names_in(folder) == ["Later"]
            shutil.rmtree(folder)


def test_a_vault_on_a_full_disk_is_not_opened_and_not_damaged(qapp: QApplication, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 1 << 20):
        folder = disk / "data"
        with running(folder) as main:
            take_secret(main, add(main, "Before"))
        ballast = fill_up(disk)
        assert message_instead_of_window(folder) == "The disk is full."
        ballast.unlink()
        assert names_in(folder) == ["Before"]


def test_a_full_disk_leaves_no_incomplete_change(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 8 << 20):
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(3 << 20))
        store = VaultOpener(VaultFolder(disk / "data")).create_for_this_account()
        saved = []
        with pytest.raises(DiskFullError):
            for number in range(100_000):
                add_key(store, f"Key{number:05}")
                saved.append(f"Key{number:05}")
        with pytest.raises(DiskFullError):
            add_recovery_key(store.protectors)
        assert not store.protectors.ways_to_unlock().recovery_key
        assert [key.name for key in store.keys.page(KeyQuery(), 0, 100_000)] == saved
        store.close()
        ballast.unlink()
        assert names_in(disk / "data") == saved
        assert len(saved) > 100
