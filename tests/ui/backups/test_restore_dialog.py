"""The dialogs that open and restore a backup."""

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
    """Open a backup, and wait until the dialog shows what restoring it would do."""
    open_backup(main, path)
    dialog = window("restoreDialog")
    wait_until(lambda: bool(text(dialog, "planLabel")))
    return dialog


def confirm(dialog: QWidget) -> str:
    """Restore, and return the details in the message box."""
    wait_until(find(dialog, "confirmButton", QAbstractButton).isEnabled)
    click(dialog, "confirmButton")
    box = question()
    details = str(box.property("informativeText"))
    click(box, "closeButton")
    wait_until(lambda: not windows("restoreDialog"))
    return details


def delete(main: QWidget, name: str) -> None:
    select(table(main), name)
    trigger(main, "deleteKeyAction")
    click(question(), "confirmButton")
    wait_until(lambda: name not in cells(table(main), 0))


def test_shows_the_contents_before_it_changes_anything(main: QWidget, path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    dialog = restore_dialog(main, path)
    details = text(dialog, "contentsLabel")
    assert "API keys: 1\nHistory entries: 2\nThis is a backup of this vault." in details
    assert text(dialog, "planLabel") == texts.NOTHING_TO_RESTORE
    assert not find(dialog, "confirmButton", QAbstractButton).isEnabled()
    click(dialog, "cancelButton")


def test_a_deleted_key_comes_back_if_its_box_is_checked(main: QWidget, path: Path) -> None:
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


def test_a_deleted_disabled_key_needs_two_boxes(main: QWidget, path: Path) -> None:
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


def test_names_the_folder_of_the_quarantined_vault(main: QWidget, path: Path, data_folder: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    take_secret(main, add(main, "Later"))
    dialog = restore_dialog(main, path)
    click(dialog, "replaceButton")
    wait_until(lambda: "1 to delete" in text(dialog, "planLabel"))
    details = confirm(dialog)
    (kept,) = (data_folder / "set-aside").iterdir()
    assert str(kept) in details
    wait_until(lambda: cells(table(main), 0) == ["ProdSync"])


def test_shows_a_wrong_passphrase_at_the_field(main: QWidget, path: Path) -> None:
    back_up(main, path)
    open_backup(main, path, "another passphrase")
    dialog = window("openBackupDialog")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert "is not a backup" in text(dialog, "passphraseError")
    dialog.close()


def test_explains_that_a_file_is_not_a_backup(main: QWidget, path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(4080))
    open_backup(main, path)
    box = question()
    assert box.property("text") == "a.zccbackup is not a backup of ZCC Keys."
    click(box, "closeButton")
    window("openBackupDialog").close()


def test_asks_for_a_passphrase_if_it_is_empty(main: QWidget, path: Path) -> None:
    back_up(main, path)
    open_backup(main, path, "")
    dialog = window("openBackupDialog")
    assert text(dialog, "passphraseError") == "Enter the passphrase."
    dialog.close()


def test_shows_all_texts_completely(main: QWidget, path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    back_up(main, path)
    delete(main, "ProdSync")
    dialog = restore_dialog(main, path)
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
    click(dialog, "cancelButton")


# --- canceling ---


def cancel(dialog: QWidget, way: str) -> None:
    if way == "Cancel":
        click(dialog, "cancelButton")
    elif way == "Esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()


def read_endlessly(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Make every reading of a backup endless; return events for its start and its end."""
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
def test_canceling_stops_reading_immediately(
    main: QWidget, path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    back_up(main, path)
    reading, stopped = read_endlessly(monkeypatch)
    open_backup(main, path)
    dialog = window("openBackupDialog")
    wait_until(reading.is_set)
    cancel(dialog, way)
    assert not dialog.isVisible()
    wait_until(stopped.is_set)
    wait_until(lambda: not windows("openBackupDialog"))
    assert not windows("restoreDialog")


@pytest.mark.parametrize("way", ["Cancel", "Esc", "close"])
def test_canceling_a_restore_undoes_it(main: QWidget, path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
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


def test_closing_removes_the_staged_backup(main: QWidget, path: Path, data_folder: Path) -> None:
    back_up(main, path)
    dialog = restore_dialog(main, path)
    assert len(list(data_folder.glob("vault.db.staged-*"))) == 1
    click(dialog, "cancelButton")
    wait_until(lambda: not list(data_folder.glob("vault.db.staged-*")))
