"""Restoring a backup: its passphrase, what is in it, what is chosen, and what was done."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.gui import (
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
from tests.support.user import add, take_secret
from tests.ui.backups.test_backup_dialog import PASSPHRASE, back_up, choose
from zcc_keys_gui.domain.restore_plan import RestorePlan
from zcc_keys_gui.ui.text.backups import restoring as texts
from zcc_keys_gui.vault.backups import restoring
from zcc_keys_gui.vault.backups.backup_rows import BackupRows

ENDLESS = "WITH RECURSIVE endless (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM endless) SELECT max(a) FROM endless"


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
    assert "API keys: 1\nHistory entries: 2\nThis is a backup of this vault." in said
    assert text(dialog, "planLabel") == texts.NOTHING_TO_RESTORE
    assert not find(dialog, "confirmButton", QAbstractButton).isEnabled()
    click(dialog, "cancelButton")


def test_a_deleted_key_comes_back_only_where_that_is_ticked(main: QWidget, path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    delete(main, "ProdSync")
    dialog = restore_dialog(main, path)
    assert text(dialog, "deletedBox") == "Bring back &deleted keys (1)"
    assert "1 deleted key stays deleted." in text(dialog, "planLabel")
    click(dialog, "deletedBox")
    wait_until(lambda: "Keys: 1 to add" in text(dialog, "planLabel"))
    assert "Keys: 1 added" in confirm(dialog)
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
    assert "1 key stays disabled." in text(dialog, "planLabel")
    click(dialog, "disabledBox")
    wait_until(lambda: "stays disabled" not in text(dialog, "planLabel"))
    assert text(dialog, "deletedBox") == "Bring back &deleted keys (1)"
    confirm(dialog)
    wait_until(lambda: cells(table(main), 2) == ["● Enabled"])


def test_replacing_says_where_the_vault_is_kept(main: QWidget, path: Path, data_folder: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    take_secret(main, add(main, "Later"))
    dialog = restore_dialog(main, path)
    click(dialog, "replaceButton")
    wait_until(lambda: "1 to delete" in text(dialog, "planLabel"))
    said = confirm(dialog)
    (kept,) = (data_folder / "set-aside").iterdir()
    assert str(kept) in said
    wait_until(lambda: cells(table(main), 0) == ["ProdSync"])


def test_a_wrong_passphrase_is_said_at_the_field(main: QWidget, path: Path) -> None:
    back_up(main, path)
    open_backup(main, path, "another passphrase")
    dialog = window("openBackupDialog")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert "is not a backup" in text(dialog, "passphraseError")
    dialog.close()


def test_a_file_that_is_no_backup_is_refused_in_words(main: QWidget, path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(4080))
    open_backup(main, path)
    box = question()
    assert box.property("text") == "a.zccbackup is not a backup of ZCC Keys."
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


# --- cancelling -------------------------------------------------------------------------------------------


def cancel(dialog: QWidget, way: str) -> None:
    if way == "Cancel":
        click(dialog, "cancelButton")
    elif way == "Esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()


def read_for_ever(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let no reading of a backup end by itself; return what tells that one has begun, and that it was stopped."""
    reading, stopped = threading.Event(), threading.Event()

    def endless(reader: BackupRows) -> Iterator[tuple[object, ...]]:
        reading.set()
        try:
            yield from reader._db.execute(ENDLESS)
        finally:
            stopped.set()

    monkeypatch.setattr(BackupRows, "key_rows", endless)
    return reading, stopped


@pytest.mark.parametrize("way", ["Cancel", "Esc", "close"])
def test_reading_a_backup_can_be_cancelled_immediately(
    main: QWidget, path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    back_up(main, path)
    reading, stopped = read_for_ever(monkeypatch)
    open_backup(main, path)
    dialog = window("openBackupDialog")
    wait_until(reading.is_set)
    cancel(dialog, way)
    assert not dialog.isVisible()
    wait_until(stopped.is_set)
    wait_until(lambda: not windows("openBackupDialog"))
    assert not windows("restoreDialog")


@pytest.mark.parametrize("way", ["Cancel", "Esc", "close"])
def test_a_restore_that_is_cancelled_leaves_the_vault_as_it_was(
    main: QWidget, path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    delete(main, "ProdSync")
    dialog = restore_dialog(main, path)
    click(dialog, "deletedBox")
    wait_until(find(dialog, "confirmButton", QAbstractButton).isEnabled)
    merged = threading.Event()
    real = restoring.merge

    def merge(db: sqlcipher.Connection, plan: RestorePlan) -> None:
        real(db, plan)
        merged.set()
        db.execute(ENDLESS).fetchone()

    monkeypatch.setattr(restoring, "merge", merge)
    click(dialog, "confirmButton")
    wait_until(merged.is_set)
    cancel(dialog, way)
    wait_until(lambda: not windows("restoreDialog"))
    assert cells(table(main), 0) == []
    wait_until(lambda: not list(path.parent.rglob("vault.db.staged-*")))


def test_the_checked_copy_is_removed_with_the_dialog(main: QWidget, path: Path, data_folder: Path) -> None:
    back_up(main, path)
    dialog = restore_dialog(main, path)
    assert len(list(data_folder.glob("vault.db.staged-*"))) == 1
    click(dialog, "cancelButton")
    wait_until(lambda: not list(data_folder.glob("vault.db.staged-*")))
