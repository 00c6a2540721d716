"""A folder that is moved, renamed or deleted while its vault is open."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.faults.helpers import ON_POSIX, add_first_key, add_key, names_in, running, save_again, try_to_add
from tests.support.gui import cells, click, table
from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultMovedError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability


@ON_POSIX
def test_the_form_can_be_saved_after_the_folder_is_back(qapp: QApplication, data_folder: Path) -> None:
    elsewhere = data_folder.with_name("elsewhere")
    with running(data_folder) as main:
        add_first_key(main, data_folder)
        data_folder.rename(elsewhere)
        dialog, message = try_to_add(main, "Later")
        assert message == "The vault's files are no longer in their folder."
        assert not data_folder.exists()  # the program has not created it again
        elsewhere.rename(data_folder)
        save_again(main, dialog)
    assert names_in(data_folder) == ["Before", "Later"]


@ON_POSIX
def test_exiting_with_a_renamed_folder_keeps_the_vault_healthy(qapp: QApplication, data_folder: Path) -> None:
    elsewhere = data_folder.with_name("elsewhere")
    with running(data_folder) as main:
        add_first_key(main, data_folder)
        data_folder.rename(elsewhere)
    assert names_in(elsewhere) == ["Before"]


@ON_POSIX
def test_a_key_is_not_saved_if_the_folder_was_deleted(qapp: QApplication, data_folder: Path) -> None:
    with running(data_folder) as main:
        add_first_key(main, data_folder)
        shutil.rmtree(data_folder)
        dialog, message = try_to_add(main, "Later")
        assert message == "The vault's files are no longer in their folder."
        click(dialog, "cancelButton")
        assert cells(table(main), 0) == ["Before"]


@ON_POSIX
@pytest.mark.parametrize("removed", ["vault.db", "vault.db-wal"])
@pytest.mark.parametrize("by", ["deleted", "replaced"])
def test_nothing_is_saved_to_a_replaced_file(store: VaultStore, folder: VaultFolder, removed: str, by: str) -> None:
    add_key(store, "Before")
    place = folder.path / removed
    content = place.read_bytes()
    place.rename(aside := folder.path / "aside")
    if by == "replaced":
        place.write_bytes(content)
    with pytest.raises(VaultMovedError):
        add_key(store, "Later")
    with pytest.raises(VaultMovedError):
        add_recovery_key(store.protectors)
    with pytest.raises(VaultMovedError):
        reencrypt(store.protectors)
    aside.rename(place)
    add_key(store, "Later")
    assert store.keys.count(KeyQuery()) == 2
    assert_healthy(store)


@ON_POSIX
def test_another_vault_in_the_same_folder_is_not_changed(opener: VaultOpener, folder: VaultFolder) -> None:
    store = opener.create_for_this_account()
    folder.path.rename(folder.path.with_name("first"))
    other = VaultOpener(folder).create_for_this_account()
    add_key(other, "Other")
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    for change in (lambda: add_key(store, "Mine"), lambda: add_recovery_key(store.protectors)):
        with pytest.raises(VaultMovedError):
            change()
    store.close()
    assert {path.name: path.read_bytes() for path in folder.path.iterdir()} == before
    assert other.keys.count(KeyQuery()) == 1
    other.close()
