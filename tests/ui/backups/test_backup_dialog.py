"""The dialog that backs up the vault."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from tests.support.gui import click, find, question, text, trigger, type_into, wait_until, window, windows
from tests.support.user import add, take_secret
from tests.vault.backups.sample_backup import BackupContent, read_backup
from zcc_keys_gui.ui.text.main import BACKED_UP
from zcc_keys_gui.ui.widgets.fields.passphrase_strength import BACKUP_GUESSES_PER_SECOND, describe_strength
from zcc_keys_gui.vault.backups.vault_backups import VaultBackups

PASSPHRASE = "it's four random words"


def choose(main: QWidget, dialog_name: str, path: Path) -> None:
    """Choose a file in the dialog that asks for one."""
    wait_until(lambda: main.findChild(QFileDialog, dialog_name) is not None)
    dialog = find(main, dialog_name, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def ask_for_backup(main: QWidget, path: Path, passphrase: str = PASSPHRASE, repeated: str | None = None) -> QWidget:
    """Choose a file and a passphrase, and start the backup."""
    trigger(main, "backupAction")
    choose(main, "backupFileDialog", path)
    dialog = window("backupDialog")
    type_into(dialog, "passphraseField", passphrase)
    type_into(dialog, "repeatPassphraseField", passphrase if repeated is None else repeated)
    click(dialog, "createBackupButton")
    return dialog


def back_up(main: QWidget, path: Path) -> BackupContent:
    """Back up, and return the contents of the file."""
    ask_for_backup(main, path)
    click(question(), "closeButton")
    wait_until(lambda: not windows("backupDialog"))
    return read_backup(path, PASSPHRASE)


def test_writes_the_keys_to_the_file_and_says_so(main: QWidget, tmp_path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    ask_for_backup(main, tmp_path / "a.zccbackup")
    box = question()
    assert box.property("text") == BACKED_UP.of(1)
    assert str(tmp_path / "a.zccbackup") in str(box.property("informativeText"))
    click(box, "closeButton")
    backup = read_backup(tmp_path / "a.zccbackup", PASSPHRASE)
    assert [stored.key.name for stored in backup.content.keys] == ["ProdSync"]


def test_rejects_a_passphrase_that_is_a_raw_key(main: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "a.zccbackup"
    dialog = ask_for_backup(main, path, "x'" + "0f" * 32 + "'")
    assert "as a raw key" in text(dialog, "passphraseError")
    assert not path.exists()
    click(dialog, "cancelButton")


def test_says_what_the_backup_contains(main: QWidget, tmp_path: Path) -> None:
    trigger(main, "backupAction")
    choose(main, "backupFileDialog", tmp_path / "a.zccbackup")
    dialog = window("backupDialog")
    introduction = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Client secrets are not in it" in introduction
    assert "no one can open the backup" in introduction
    click(dialog, "cancelButton")
    wait_until(lambda: not windows("backupDialog"))
    assert list(tmp_path.glob("*.zccbackup*")) == []


def test_estimates_the_strength_for_a_backup_file(main: QWidget, tmp_path: Path) -> None:
    trigger(main, "backupAction")
    choose(main, "backupFileDialog", tmp_path / "a.zccbackup")
    dialog = window("backupDialog")
    passphrase = "kX9$vQ2m!p"
    type_into(dialog, "passphraseField", passphrase)
    expected = describe_strength(passphrase, BACKUP_GUESSES_PER_SECOND)
    assert expected != describe_strength(passphrase)
    wait_until(lambda: text(dialog, "strengthHint") == expected)
    click(dialog, "cancelButton")


@pytest.mark.parametrize(
    ("passphrase", "repeated", "error"), [("short", "short", "at least 8"), (PASSPHRASE, "x", "differ")]
)
def test_rejects_an_unusable_passphrase(
    main: QWidget, tmp_path: Path, passphrase: str, repeated: str, error: str
) -> None:
    dialog = ask_for_backup(main, tmp_path / "a.zccbackup", passphrase, repeated)
    assert error in text(dialog, "passphraseError")
    assert not (tmp_path / "a.zccbackup").exists()
    click(dialog, "cancelButton")


def test_does_not_replace_the_files_of_the_vault(main: QWidget, data_folder: Path) -> None:
    before = (data_folder / "vault.json").read_bytes()
    dialog = ask_for_backup(main, data_folder / "vault.json")
    box = question()
    assert "vault's own files" in str(box.property("text"))
    click(box, "closeButton")
    click(dialog, "cancelButton")
    assert (data_folder / "vault.json").read_bytes() == before


def test_canceling_leaves_no_file(main: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_secret(main, add(main, "ProdSync"))
    begun, go_on = threading.Event(), threading.Event()
    real = VaultBackups.write_backup

    def wait_first(
        self: VaultBackups, path: Path, passphrase: str, made: datetime, canceled: Callable[[], bool]
    ) -> int:
        begun.set()
        assert go_on.wait(30)
        return real(self, path, passphrase, made, canceled)

    monkeypatch.setattr(VaultBackups, "write_backup", wait_first)
    dialog = ask_for_backup(main, tmp_path / "a.zccbackup")
    wait_until(begun.is_set)
    click(dialog, "cancelButton")
    assert windows("backupDialog")
    assert text(dialog, "createBackupButton") == "Canceling…"
    assert not find(dialog, "cancelButton", QWidget).isEnabled()
    go_on.set()
    wait_until(lambda: not windows("backupDialog"))
    assert list(tmp_path.glob("*.zccbackup*")) == []
