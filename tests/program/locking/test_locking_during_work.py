"""Locking while the program works in the background."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication, QTableView, QTabWidget, QWidget

from tests.program.locking.helpers import PASSPHRASE, assert_only_unlock_dialog_is_open, unlock
from tests.support import gui
from tests.support.gui import cells, click, find, line, table, text, trigger, type_into, wait_until, window
from tests.support.recovery_keys import reencrypt
from tests.support.running_program import open_store, running_program
from tests.support.user import add, take_secret
from tests.ui.backups.test_backup_dialog import PASSPHRASE as BACKUP_PASSPHRASE
from tests.ui.backups.test_backup_dialog import ask_for_backup, back_up
from tests.ui.backups.test_restore_dialog import ENDLESS, open_backup, read_endlessly
from tests.vault.backups.sample_backup import read_backup
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import VaultClosedError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service import batches
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.history.history_window import HistoryWindow
from zcc_keys_gui.ui.keys import bulk_actions
from zcc_keys_gui.ui.main import vault_session
from zcc_keys_gui.ui.settings.protection_page import ProtectionPage
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


def test_locking_leaves_a_complete_export_or_none(main: QWidget, tmp_path: Path) -> None:
    store = open_store()
    entry = HistoryEntry(datetime(2026, 11, 25, tzinfo=UTC), "me", Action.EDITED, "id", "ProdSync", "")
    with store.change() as change:
        for _ in range(3_000):
            change.record(entry)
    trigger(main, "historyAction")
    history = window("historyWindow")
    assert isinstance(history, HistoryWindow)
    history.export_to(tmp_path / "history.csv")
    running_program().lock()
    written = [path.name for path in tmp_path.glob("history.csv*")]
    assert written in ([], ["history.csv"])
    assert not written or len((tmp_path / "history.csv").read_text(encoding="utf-8-sig").splitlines()) >= 3_001
    unlock()


def test_locking_leaves_a_complete_backup_or_none(main: QWidget, data_folder: Path, tmp_path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    path = tmp_path / "backup.zccbackup"
    ask_for_backup(main, path)
    running_program().lock()
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1
    left = sorted(each for each in tmp_path.iterdir() if each.name.startswith("backup"))
    assert left in ([], [path])
    assert not left or len(read_backup(path, BACKUP_PASSPHRASE).content.keys) == 1


def check_vault(main: QWidget, path: Path) -> None:
    trigger(main, "checkVaultAction")
    window("checkVaultDialog")


def begin_backup(main: QWidget, path: Path) -> None:
    ask_for_backup(main, path / "backup.zccbackup")


def search_history(main: QWidget, path: Path) -> None:
    trigger(main, "historyAction")
    line(window("historyWindow"), "historySearchField").setText("ro")


def export_history(main: QWidget, path: Path) -> None:
    trigger(main, "historyAction")
    history = window("historyWindow")
    assert isinstance(history, HistoryWindow)
    history.export_to(path / "history.csv")


def re_encrypt(main: QWidget, path: Path) -> None:
    store = open_store()
    trigger(main, "preferencesAction")
    page = window("preferencesDialog").findChild(ProtectionPage)
    assert page is not None
    reencrypt = store.protectors.prepare_reencryption(PASSPHRASE)
    page._commands._start(lambda: reencrypt(new_recovery_key()))


def change_endlessly(main: QWidget, path: Path) -> None:
    store = open_store()

    def change_for_ever() -> None:
        with store.change() as change:
            while True:
                change.record(HistoryEntry(datetime(2026, 11, 25, tzinfo=UTC), "me", Action.EDITED, "id", "Half"))

    task = BackgroundTask(change_for_ever)
    task.failed.connect(main.close)
    task.start(QThreadPool.globalInstance())


@pytest.mark.parametrize(
    "begin", [check_vault, begin_backup, search_history, export_history, re_encrypt, change_endlessly]
)
def test_locking_interrupts_work_without_a_message(
    main: QWidget, tmp_path: Path, begin: Callable[[QWidget, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    entry = HistoryEntry(datetime(2026, 11, 25, tzinfo=UTC), "me", Action.EDITED, "id", "ProdSync", "x" * 60)
    with store.change() as change:
        for _ in range(30_000):
            change.record(entry)
    begin(main, tmp_path)
    wait_until(store.connections._is_used if begin is not re_encrypt else store.is_busy)
    took: list[float] = []
    close = store.close

    def close_and_note() -> None:
        assert took or main.isVisible()  # the vault is closed first
        began = time.monotonic()
        close()
        took.append(time.monotonic() - began)

    monkeypatch.setattr(store, "close", close_and_note)
    running_program().lock()
    assert took[0] < 1  # without the interruption, the work would take longer
    with pytest.raises(VaultClosedError):
        store.key("an id")
    assert_only_unlock_dialog_is_open()
    wait_until(lambda: store.connections.wait_until_unused(0))
    QApplication.processEvents()
    assert_only_unlock_dialog_is_open()  # no message about the interruption
    again = unlock()
    if begin is re_encrypt:
        assert text(again, "reencryptionBarText").startswith("Re-encrypting the vault was interrupted")
    found = open_store()
    assert found.history.count(HistoryQuery("Half")) == 0
    assert_healthy(found)
    assert not gui.windows("qt_msgbox")
    again.close()


def test_exiting_interrupts_a_check(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store()
    began, ended = threading.Event(), threading.Event()

    def check_for_ever() -> None:
        with store.connections.reading() as db:
            began.set()
            try:
                db.execute(ENDLESS).fetchone()
            finally:
                ended.set()

    task = BackgroundTask(check_for_ever)
    task.start(QThreadPool.globalInstance())
    wait_until(began.is_set)
    closed_at = time.monotonic()
    main.close()
    assert ended.is_set()
    assert time.monotonic() - closed_at < 5  # an export would have 30 seconds to end


def test_locking_interrupts_the_reading_of_a_backup(
    main: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(main, tmp_path / "a.zccbackup")
    reading, stopped = read_endlessly(monkeypatch)
    open_backup(main, tmp_path / "a.zccbackup")
    wait_until(reading.is_set)
    running_program().lock()
    wait_until(stopped.is_set)
    assert_only_unlock_dialog_is_open()
    unlock().close()


def test_locking_undoes_an_unfinished_change_of_many_keys(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("First", "Second", "Third"):
        take_secret(main, add(main, name))
    monkeypatch.setattr(bulk_actions, "_MAX_IMMEDIATE_KEYS", 1)
    monkeypatch.setattr(bulk_actions, "_MAX_IMMEDIATE_KEYS_IN_LARGE_VAULT", 1)
    monkeypatch.setattr(batches, "BATCH_SIZE", 1)
    half_done, is_closed = threading.Event(), threading.Event()
    set_status = VaultChange.set_status

    def set_and_wait(change: VaultChange, *arguments: Any) -> Any:
        done = set_status(change, *arguments)
        half_done.set()
        assert is_closed.wait(30)
        return done

    monkeypatch.setattr(VaultChange, "set_status", set_and_wait)
    table(main).selectAll()
    trigger(main, "toggleStatusAction")
    wait_until(half_done.is_set)
    running_program().lock()
    is_closed.set()
    assert_only_unlock_dialog_is_open()
    again = unlock()
    assert cells(table(again), 2) == ["● Enabled"] * 3
    again.close()


def test_backups_with_the_old_key_are_replaced_after_the_start(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Re-encrypting can be interrupted before it has made a new backup."""
    folder = VaultFolder(data_folder)
    store = VaultOpener(folder).create_for_this_account()
    store.automatic_backups.make(datetime(2024, 11, 25, tzinfo=UTC))
    reencrypt(store.protectors)
    (checked,) = store.checks.full(lambda *_: None).automatic_backups
    assert checked.is_healthy
    assert checked.has_former_key
    store.close()
    monkeypatch.setattr(vault_session, "_OUTDATED_BACKUPS_DELAY_MS", 0)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    wait_until(lambda: [copy.made.year > 2024 for copy in list_automatic_backups(folder)] == [True])
    opened = open_store()
    (checked,) = opened.checks.full(lambda *_: None).automatic_backups
    assert checked.is_healthy
    assert not checked.has_former_key
    main.close()


def test_locking_while_the_passphrase_changes_keeps_a_valid_one(main: QWidget, data_folder: Path) -> None:
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "changePassphraseButton")
    chosen = window("setPassphraseDialog")
    type_into(chosen, "passphraseField", "another four random words")
    type_into(chosen, "repeatPassphraseField", "another four random words")
    click(chosen, "setPassphraseButton")
    running_program().lock()
    dialog = window("unlockDialog")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    wait_until(lambda: bool(gui.windows("mainWindow") or text(dialog, "passphraseError")))
    if not gui.windows("mainWindow"):
        unlock("another four random words")
