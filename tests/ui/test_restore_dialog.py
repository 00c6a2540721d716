"""Restoring a backup: its passphrase, what is in it, what is chosen, and what was done."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from tests.hands import (
    cells,
    click,
    find,
    question,
    select,
    table,
    text,
    trigger,
    type_into,
    wait_until,
    window,
    windows,
)
from tests.person import add, take_secret
from tests.ui.test_backup_dialog import PASSPHRASE, back_up, choose


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.zccbackup"


def open_backup(main: QWidget, path: Path, passphrase: str = PASSPHRASE) -> None:
    trigger(main, "restoreAction")
    choose(main, "restoreFileDialog", path)
    dialog = window("openBackupDialog")
    type_into(dialog, "passphraseField", passphrase)
    click(dialog, "openBackupButton")


def restore_dialog(main: QWidget, path: Path) -> QWidget:
    """Open a backup, and wait for what restoring it would do."""
    open_backup(main, path)
    dialog = window("restoreDialog")
    wait_until(lambda: bool(text(dialog, "planLabel")))
    return dialog


def confirm(dialog: QWidget) -> str:
    """Restore, and return what is said of it."""
    wait_until(find(dialog, "confirmButton", QAbstractButton).isEnabled)
    click(dialog, "confirmButton")
    box = question()
    said = str(box.property("informativeText"))
    click(box, "closeButton")
    wait_until(lambda: not windows("restoreDialog"))
    return said


def delete(main: QWidget, name: str) -> None:
    select(table(main), name)
    trigger(main, "deleteKeyAction")
    click(question(), "confirmButton")
    wait_until(lambda: name not in cells(table(main), 0))


def test_what_is_inside_is_shown_before_anything_is_changed(main: QWidget, path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    dialog = restore_dialog(main, path)
    said = text(dialog, "contentsLabel")
    assert "holds 1 API key and 2 rows of history" in said
    assert "It is of this vault." in said
    assert "nothing would change" in text(dialog, "planLabel")
    assert not find(dialog, "confirmButton", QAbstractButton).isEnabled()
    click(dialog, "cancelButton")


def test_a_deleted_key_comes_back_only_where_that_is_ticked(main: QWidget, path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    delete(main, "ProdSync")
    dialog = restore_dialog(main, path)
    assert text(dialog, "deletedBox") == "&Deleted keys (1)"
    assert "1 deleted key not brought back" in text(dialog, "planLabel")
    click(dialog, "deletedBox")
    wait_until(lambda: "1 key added" in text(dialog, "planLabel"))
    assert "1 key added" in confirm(dialog)
    wait_until(lambda: cells(table(main), 0) == ["ProdSync"])


def test_a_deleted_key_that_was_disabled_comes_back_enabled_only_where_that_is_ticked_too(
    main: QWidget, path: Path
) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    select(table(main), "ProdSync")
    trigger(main, "toggleStatusAction")
    delete(main, "ProdSync")
    dialog = restore_dialog(main, path)
    assert not find(dialog, "disabledBox", QAbstractButton).isEnabled()
    click(dialog, "deletedBox")
    wait_until(find(dialog, "disabledBox", QAbstractButton).isEnabled)
    assert "1 key left disabled" in text(dialog, "planLabel")
    click(dialog, "disabledBox")
    wait_until(lambda: "left disabled" not in text(dialog, "planLabel"))
    assert text(dialog, "deletedBox") == "&Deleted keys (1)"
    confirm(dialog)
    wait_until(lambda: cells(table(main), 2) == ["● Enabled"])


def test_replacing_says_where_the_vault_is_kept(main: QWidget, path: Path, data_folder: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    take_secret(main, add(main, "Later"))
    dialog = restore_dialog(main, path)
    click(dialog, "replaceButton")
    wait_until(lambda: "1 deleted" in text(dialog, "planLabel"))
    said = confirm(dialog)
    (kept,) = (data_folder / "set-aside").iterdir()
    assert str(kept) in said
    wait_until(lambda: cells(table(main), 0) == ["ProdSync"])


def test_a_wrong_passphrase_is_said_at_the_field(main: QWidget, path: Path) -> None:
    back_up(main, path)
    open_backup(main, path, "another passphrase")
    dialog = window("openBackupDialog")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert "cannot be told from a wrong passphrase" in text(dialog, "passphraseError")
    dialog.close()


def test_a_file_that_is_no_backup_is_refused_in_words(main: QWidget, path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(4080))
    open_backup(main, path)
    box = question()
    assert box.property("text") == "a.zccbackup is no backup of ZCC Keys."
    click(box, "closeButton")
    window("openBackupDialog").close()


def test_an_empty_passphrase_is_asked_for(main: QWidget, path: Path) -> None:
    back_up(main, path)
    open_backup(main, path, "")
    dialog = window("openBackupDialog")
    assert text(dialog, "passphraseError") == "Enter the passphrase."
    dialog.close()


def test_all_of_it_fits_at_its_width(main: QWidget, path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    delete(main, "ProdSync")
    dialog = restore_dialog(main, path)
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    click(dialog, "cancelButton")
