"""Folders and files that may not be read or written."""

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
from tests.reliability.faults import ordinary_account
from tests.support.gui import cells, click, table
from tests.support.recovery_keys import add_recovery_key
from tests.support.user import add, take_secret
from zcc_keys_gui.domain.errors import VaultReadOnlyError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

pytestmark = pytest.mark.reliability


def test_the_form_can_be_saved_after_the_permission_is_back(qapp: QApplication, data_folder: Path) -> None:
    with ordinary_account(), running(data_folder) as main:
        add_first_key(main, data_folder)
        data_folder.chmod(0o000)
        dialog, message = try_to_add(main, "Later")
        assert message == "You don't have permission to read or change the vault."
        data_folder.chmod(0o700)
        save_again(main, dialog)
    assert names_in(data_folder) == ["Before", "Later"]


def test_keys_in_open_files_are_saved_in_a_read_only_folder(opener: VaultOpener, folder: VaultFolder) -> None:
    with ordinary_account():
        store = opener.create_for_this_account()
        add_key(store, "Before")
        folder.path.chmod(0o500)
        add_key(store, "Later")  # the files are open already
        before = folder.protectors.read_bytes()
        with pytest.raises(VaultReadOnlyError):
            add_recovery_key(store.protectors)
        assert folder.protectors.read_bytes() == before
        assert store.protectors.ways_to_unlock().recovery_key is None
        store.close()
        folder.path.chmod(0o700)
        assert names_in(folder.path) == ["Before", "Later"]


@pytest.mark.parametrize(("what", "mode"), [("folder", 0o500), ("vault.db", 0o000), ("vault.json", 0o000)])
def test_a_vault_without_permission_is_not_opened(qapp: QApplication, data_folder: Path, what: str, mode: int) -> None:
    with ordinary_account():
        with running(data_folder) as main:
            take_secret(main, add(main, "Before"))
        place = data_folder if what == "folder" else data_folder / what
        before = place.stat().st_mode
        place.chmod(mode)
        assert message_instead_of_window(data_folder) == "You don't have permission to read or change the vault."
        place.chmod(before)
        assert names_in(data_folder) == ["Before"]


def test_a_read_only_database_is_shown_but_not_changed(qapp: QApplication, data_folder: Path) -> None:
    with ordinary_account():
        with running(data_folder) as main:
            take_secret(main, add(main, "Before"))
        (data_folder / "vault.db").chmod(0o400)
        with running(data_folder) as main:
            assert cells(table(main), 0) == ["Before"]
            dialog, message = try_to_add(main, "Later")
            assert message == "You don't have permission to read or change the vault."
            click(dialog, "cancelButton")
        (data_folder / "vault.db").chmod(0o600)
    assert names_in(data_folder) == ["Before"]
