"""Vaults that the program does not open, and what it says about them."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.start.helpers import damage_instead_of_window, message_instead_of_window
from tests.support import file_keyring
from tests.support.gui import close_main_window, window
from zcc_keys_gui import app
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder


@pytest.mark.parametrize("missing", ["vault.db", "vault.json"])
def test_a_vault_with_a_missing_file_is_not_opened(vault: VaultFolder, qapp: QApplication, missing: str) -> None:
    (vault.path / missing).unlink()
    assert damage_instead_of_window(vault.path) == f"A file of the vault is missing: {missing}."


@pytest.mark.parametrize("file", ["vault.db", "vault.json"])
def test_a_damaged_vault_is_not_opened_and_not_changed(vault: VaultFolder, qapp: QApplication, file: str) -> None:
    (vault.path / file).write_bytes(b"something else")
    assert damage_instead_of_window(vault.path) == f"The file {file} is damaged."
    assert (vault.path / file).read_bytes() == b"something else"


def test_a_newer_vault_is_not_opened_and_not_changed(
    vault: VaultFolder, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "SCHEMA", 0)  # the program is older than the vault now
    before = {path.name: path.read_bytes() for path in vault.path.glob("vault.*")}
    assert message_instead_of_window(vault.path) == "A newer version of ZCC Keys made this vault."
    assert {path.name: path.read_bytes() for path in vault.path.glob("vault.*")} == before


def test_without_its_key_the_vault_is_not_replaced(vault: VaultFolder, qapp: QApplication) -> None:
    before = vault.protectors.read_bytes()
    file_keyring.clear()
    assert message_instead_of_window(vault.path) == f"The key to this vault is missing from {KEY_STORE}."
    assert vault.protectors.read_bytes() == before


def test_a_file_instead_of_the_folder_is_reported(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "file").write_text("a file")
    assert message_instead_of_window(tmp_path / "file") == "The vault's files can't be read or written."
    assert message_instead_of_window(tmp_path / "file" / "below") == "The vault's files can't be read or written."


def test_a_path_that_is_too_long_is_reported(tmp_path: Path, qapp: QApplication) -> None:
    assert (
        message_instead_of_window(tmp_path / "/".join(["deep" * 25] * 11))
        == "The path of the vault's folder is too long."
    )


def test_a_start_works_after_the_vault_was_repaired(vault: VaultFolder, qapp: QApplication) -> None:
    content = vault.protectors.read_bytes()
    vault.protectors.write_bytes(b"")
    damage_instead_of_window(vault.path)
    vault.protectors.write_bytes(content)
    app.start(["--data-folder", str(vault.path)])
    close_main_window(window("mainWindow"))
