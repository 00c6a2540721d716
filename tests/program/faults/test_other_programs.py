"""Network folders, files that another program uses, and a clock that is set back."""

import os
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.faults.helpers import (
    NOON,
    add_first_key,
    add_key,
    message_instead_of_window,
    names_in,
    running,
    save_again,
    try_to_add,
)
from tests.reliability.faults import held_by_another_program
from tests.support.user import add, take_secret
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.platform import network_folder
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability


@pytest.mark.skipif(sys.platform != "linux", reason="replaces the list of mounts, which only Linux has")
@pytest.mark.parametrize("there", ["nothing", "a vault"])
def test_nothing_is_written_to_a_network_folder(
    qapp: QApplication, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    if there == "a vault":
        VaultOpener(VaultFolder(data_folder)).create_for_this_account().close()
    before = sorted(data_folder.glob("*"))
    (tmp_path / "mounts").write_text(f"50 21 0:50 / {data_folder} rw - cifs //files/x rw\n")
    monkeypatch.setattr(network_folder, "_MOUNTS", tmp_path / "mounts")
    assert message_instead_of_window(data_folder) == "The vault's folder is on a network."
    assert sorted(data_folder.glob("*")) == before


def test_a_change_waits_for_a_database_locked_for_a_moment(store: VaultStore, folder: VaultFolder) -> None:
    add_key(store, "Before")
    with held_by_another_program("database", folder.database) as holder:
        assert holder.stdin is not None
        threading.Timer(0.4, holder.stdin.close).start()
        add_key(store, "Later")
        assert store.keys.count(KeyQuery()) == 2


def test_the_form_can_be_saved_after_the_database_is_unlocked(qapp: QApplication, data_folder: Path) -> None:
    with running(data_folder) as main:
        add_first_key(main, data_folder)
        with held_by_another_program("database", data_folder / "vault.db"):
            dialog, message = try_to_add(main, "Later")
            assert message == "Another program is using the vault."
        save_again(main, dialog)
    assert names_in(data_folder) == ["Before", "Later"]


@pytest.mark.skipif(os.name != "nt", reason="only on Windows can a program keep others from opening a file")
@pytest.mark.parametrize("file", ["vault.db", "vault.json"])
def test_a_file_that_is_locked_by_another_program_is_reported(qapp: QApplication, data_folder: Path, file: str) -> None:
    with running(data_folder) as main:
        take_secret(main, add(main, "Before"))
    with held_by_another_program("file", data_folder / file):
        assert message_instead_of_window(data_folder) == "Another program is using the vault."
    assert names_in(data_folder) == ["Before"]


def test_a_clock_that_is_set_back_changes_no_order_and_no_key(store: VaultStore) -> None:
    times = [NOON, NOON - timedelta(days=400), NOON + timedelta(days=4_000), NOON - timedelta(days=4_000)]
    for number, now in enumerate(times):
        add_key(store, f"Key{number}", now)
    told_of = [entry.name for entry in store.history.page(HistoryQuery(), 0, 10)]
    assert told_of == ["Key3", "Key2", "Key1", "Key0"]
    there = {key.name: key.created for key in store.keys.page(KeyQuery(), 0, 10)}
    assert there == {f"Key{number}": now for number, now in enumerate(times)}
