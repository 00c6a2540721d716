"""Locking while a menu or a dialog is open."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialogButtonBox, QMenuBar, QTabWidget, QWidget

from tests.program.locking.helpers import (
    assert_only_unlock_dialog_is_open,
    end_idle_time,
    open_recovery_key_dialog,
    unlock,
)
from tests.support import gui
from tests.support.gui import click, find, line, question, trigger, window
from tests.support.running_program import open_store, running_program
from tests.support.user import add, take_secret

NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="there, the system's own dialog prints")


def test_locking_closes_an_open_menu_and_a_file_dialog(main: QWidget) -> None:
    for opened in ("menu", "file dialog"):
        if opened == "menu":
            bar = find(main, "", QMenuBar)
            bar.setActiveAction(bar.actions()[0])
            QTest.keyClick(bar, Qt.Key.Key_Down)
            assert QApplication.activePopupWidget() is not None
        else:
            trigger(main, "historyAction")
            click(window("historyWindow"), "exportHistoryButton")
            window("exportHistoryDialog")
        running_program().lock()
        window("unlockDialog")
        assert QApplication.activePopupWidget() is None
        assert [each.objectName() for each in QApplication.topLevelWidgets() if each.isVisible()] == ["unlockDialog"]
        main = unlock()


def open_print_dialog(main: QWidget) -> None:
    click(open_recovery_key_dialog(main), "printButton")
    window("printRecoveryKeyDialog")


def open_recovery_key_file_dialog(main: QWidget) -> None:
    click(open_recovery_key_dialog(main), "saveButton")
    window("saveRecoveryKeyDialog")


def open_backup_file_dialog(main: QWidget) -> None:
    trigger(main, "backupAction")
    window("backupFileDialog")


def open_restore_file_dialog(main: QWidget) -> None:
    trigger(main, "restoreAction")
    window("restoreFileDialog")


def open_close_question(main: QWidget) -> None:
    click(open_recovery_key_dialog(main), "closeButton")
    question()


def open_delete_question(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    trigger(main, "deleteKeyAction")
    question()


@pytest.mark.parametrize(
    "opens",
    [
        pytest.param(open_print_dialog, marks=NOT_ON_WINDOWS),
        open_recovery_key_file_dialog,
        open_backup_file_dialog,
        open_restore_file_dialog,
        open_close_question,
        open_delete_question,
    ],
)
def test_the_idle_time_locks_the_vault_under_any_dialog(
    main: QWidget, monkeypatch: pytest.MonkeyPatch, opens: Callable[[QWidget], None]
) -> None:
    opens(main)
    end_idle_time(monkeypatch)
    assert_only_unlock_dialog_is_open()
    unlock()


def end_idle_time_during(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Start `work`, which asks a question in an event loop of Qt's own, and end the idle time while it waits."""
    waiting = QApplication.activeModalWidget()
    look = QTimer(interval=1)

    def end_idle_minutes() -> None:
        if QApplication.activeModalWidget() is not waiting:
            look.stop()
            end_idle_time(monkeypatch)

    look.timeout.connect(end_idle_minutes)
    look.start()
    loop = QEventLoop()  # stands for the event loop of the program
    QTimer.singleShot(0, work)
    QTimer.singleShot(0, loop.quit)  # after the work, whose timer comes first
    loop.exec()


def test_the_idle_time_locks_the_vault_under_a_replace_question(
    main: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there.zccbackup").touch()
    trigger(main, "backupAction")
    files = window("backupFileDialog")
    line(files, "fileNameEdit").setText(str(tmp_path / "there.zccbackup"))
    save = find(files, "buttonBox", QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    end_idle_time_during(save.click, monkeypatch)
    assert_only_unlock_dialog_is_open()
    unlock()


@NOT_ON_WINDOWS
def test_the_idle_time_locks_the_vault_under_print_properties(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    click(open_recovery_key_dialog(main), "printButton")
    asks = window("printRecoveryKeyDialog")
    printers = find(asks, "printers", QComboBox)
    printers.setCurrentIndex(printers.count() - 1)
    end_idle_time_during(find(asks, "properties", QAbstractButton).click, monkeypatch)
    assert_only_unlock_dialog_is_open()
    unlock()


def test_locking_discards_a_recovery_key_that_is_shown(main: QWidget, data_folder: Path) -> None:
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "newRecoveryKeyButton")
    window("recoveryKeyDialog")
    running_program().lock()
    assert not gui.windows("recoveryKeyDialog")
    unlock()
    store = open_store()
    assert store.protectors.ways_to_unlock().recovery_key is None
