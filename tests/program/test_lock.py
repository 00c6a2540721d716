"""Locking: the vault closed, the windows empty, and all of it back after the passphrase."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEventLoop, Qt, QThreadPool, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QMenuBar,
    QRadioButton,
    QTableView,
    QTabWidget,
    QWidget,
)

from tests.reliability.rounds import rounds
from tests.support import gui
from tests.support.gui import (
    cells,
    click,
    find,
    line,
    question,
    replace_text,
    select,
    table,
    text,
    trigger,
    type_into,
    wait_until,
    window,
)
from tests.support.recovery_keys import reencrypt
from tests.support.running_program import has_open_vault, open_store, running_program, session
from tests.support.user import add, take_secret
from tests.ui.backups.test_backup_dialog import PASSPHRASE as BACKUP_PASSPHRASE
from tests.ui.backups.test_backup_dialog import ask_for_backup, back_up
from tests.ui.backups.test_restore_dialog import ENDLESS, open_backup, read_for_ever
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from tests.vault.backups.sample_backup import read_backup
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import VaultClosedError, VaultUnreachableError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service import batches
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.history.history_window import HistoryWindow
from zcc_keys_gui.ui.keys import bulk_actions
from zcc_keys_gui.ui.main import vault_session
from zcc_keys_gui.ui.settings.protection_page import ProtectionPage
from zcc_keys_gui.vault.backups.automatic_backups import automatic_backups_in
from zcc_keys_gui.vault.change import VaultChange
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

PASSPHRASE = "four random words fit"
LOCKS = rounds(20, 400)
NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="there, the system's own dialog prints")


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of a program with an empty vault that asks for its passphrase at every start."""
    VaultOpener(VaultFolder(data_folder)).create_with_passphrase(PASSPHRASE).close()
    app.start(["--data-folder", str(data_folder)])
    yield unlock()
    for name in ("mainWindow", "unlockDialog"):
        for each in gui.windows(name):
            each.close()


def unlock(passphrase: str = PASSPHRASE) -> QWidget:
    dialog = window("unlockDialog")
    type_into(dialog, "passphraseField", passphrase)
    click(dialog, "unlockButton")
    return window("mainWindow")


def lock(main: QWidget) -> QWidget:
    trigger(main, "lockAction")
    return window("unlockDialog")


def test_locked_means_closed_and_empty(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    assert QApplication.clipboard().text()
    store = open_store()
    trigger(main, "historyAction")
    window("historyWindow")
    trigger(main, "preferencesAction")
    window("preferencesDialog")
    running_program().lock()
    dialog = window("unlockDialog")
    assert [each.objectName() for each in QApplication.topLevelWidgets() if each.isVisible()] == ["unlockDialog"]
    assert QApplication.clipboard().text() == ""
    with pytest.raises(Exception, match="closed"):
        store.keys._total()
    with pytest.raises(Exception, match="closed"):
        store._key.material()
    assert "ProdSync" not in dialog.windowTitle()
    again = unlock()
    assert find(again, "keyTable", QTableView).model().rowCount() == 1
    assert text(again, "unlockedByLabel") == "Unlocked by passphrase"


def test_a_secret_that_was_shown_may_not_have_been_taken(main: QWidget) -> None:
    add(main, "ProdSync")
    running_program().lock()
    again = unlock()
    assert find(again, "pendingBar", QWidget).isVisible()
    assert "ProdSync may not have been copied" in text(again, "pendingBarText")


def test_a_snippet_with_a_secret_in_it_is_gone_and_off_the_clipboard(main: QWidget) -> None:
    click(add(main, "ProdSync"), "connectButton")
    click(window("connectDialog"), "copySnippetButton")
    trigger(main, "lockAction")
    locked_alone()
    wait_until(lambda: QApplication.clipboard().text() == "")


@pytest.mark.parametrize("way", ["add", "edit"])
def test_an_unsaved_form_comes_back(main: QWidget, way: str) -> None:
    take_secret(main, add(main, "ProdSync"))
    trigger(main, f"{way}KeyAction")
    form = window(f"{way}KeyDialog")
    replace_text(form, "nameField", "not right")
    click(form, "disabledButton")
    click(form, "writeButton")
    replace_text(form, "sessionValidityField", "12x")
    line(form, "sessionValidityField").setFocus()
    running_program().lock()
    unlock()
    form = window(f"{way}KeyDialog")
    assert text(form, "nameField") == "not right"
    assert text(form, "sessionValidityField") == "12x"
    assert find(form, "disabledButton", QRadioButton).isChecked()
    assert find(form, "writeButton", QRadioButton).isChecked()
    wait_until(lambda: line(form, "sessionValidityField").hasFocus())
    replace_text(form, "nameField", "Right")
    replace_text(form, "sessionValidityField", "60")
    click(form, "saveButton")
    if way == "add":
        click(window("clientSecretDialog"), "copySecretButton")
        click(window("clientSecretDialog"), "closeButton")


def test_search_and_filters_come_back(main: QWidget) -> None:
    line(main, "searchField").setText("Prod")
    find(main, "statusFilter", QComboBox).setCurrentIndex(1)
    lock(main)
    again = unlock()
    assert text(again, "searchField") == "Prod"
    assert find(again, "statusFilter", QComboBox).currentIndex() == 1


def test_a_question_just_closes(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    trigger(main, "deleteKeyAction")
    question()
    running_program().lock()
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1


def test_a_form_comes_back_as_it_was_typed(main: QWidget) -> None:
    trigger(main, "addKeyAction")
    type_into(window("addKeyDialog"), "nameField", " Prod ")
    running_program().lock()
    unlock()
    assert text(window("addKeyDialog"), "nameField") == " Prod "
    window("addKeyDialog").close()
    lock(window("mainWindow"))
    unlock()
    assert not gui.windows("addKeyDialog")  # it was not wanted any more


def test_selection_sorting_and_place_come_back(main: QWidget) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        take_secret(main, add(main, name))
    header = table(main).horizontalHeader()
    header.setSortIndicator(0, Qt.SortOrder.DescendingOrder)
    wait_until(lambda: cells(table(main), 0) == ["Gamma", "Beta", "Alpha"])
    select(table(main), "Beta")
    main.resize(main.width() - 40, main.height() - 24)
    size = main.size()
    lock(main)
    again = unlock()
    wait_until(lambda: cells(table(again), 0) == ["Gamma", "Beta", "Alpha"])
    assert [index.data() for index in table(again).selectionModel().selectedRows()] == ["Beta"]
    assert again.size() == size


def test_the_files_of_the_vault_are_closed(main: QWidget, data_folder: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    line(main, "searchField").setText("Pro")  # over a connection of its own
    trigger(main, "historyAction")
    lock(main)
    for path in data_folder.glob("vault.db*"):  # Windows renames no file that is open
        path.rename(path.with_name(f"{path.name}.away"))
        path.with_name(f"{path.name}.away").rename(path)
    if sys.platform == "linux":
        places = [place.resolve() for place in Path("/proc/self/fd").iterdir()]
        opened = [place.name for place in places if place.parent == data_folder]
        assert opened == ["vault.lock"]
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1


def test_an_open_menu_and_file_dialog_are_gone_too(main: QWidget) -> None:
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


def recovery_key(main: QWidget) -> QWidget:
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "newRecoveryKeyButton")
    return window("recoveryKeyDialog")


def printing(main: QWidget) -> None:
    click(recovery_key(main), "printButton")
    window("printRecoveryKeyDialog")


def saving_recovery_key(main: QWidget) -> None:
    click(recovery_key(main), "saveButton")
    window("saveRecoveryKeyDialog")


def saving_backup(main: QWidget) -> None:
    trigger(main, "backupAction")
    window("backupFileDialog")


def opening_backup(main: QWidget) -> None:
    trigger(main, "restoreAction")
    window("restoreFileDialog")


def closing_recovery_key(main: QWidget) -> None:
    click(recovery_key(main), "closeButton")
    question()


def asking(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    trigger(main, "deleteKeyAction")
    question()


@pytest.mark.parametrize(
    "opens",
    [
        pytest.param(printing, marks=NOT_ON_WINDOWS),
        saving_recovery_key,
        saving_backup,
        opening_backup,
        closing_recovery_key,
        asking,
    ],
)
def test_idle_minutes_lock_under_a_dialog_of_the_toolkit(
    main: QWidget, monkeypatch: pytest.MonkeyPatch, opens: Callable[[QWidget], None]
) -> None:
    opens(main)
    idle(monkeypatch)
    locked_alone()
    unlock()


def while_it_waits(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what waits for an answer in an event loop of the toolkit's own, and let the idle minutes be over meanwhile."""
    waiting = QApplication.activeModalWidget()
    look = QTimer(interval=1)

    def end_idle_minutes() -> None:
        if QApplication.activeModalWidget() is not waiting:
            look.stop()
            idle(monkeypatch)

    look.timeout.connect(end_idle_minutes)
    look.start()
    loop = QEventLoop()  # as that of the program
    QTimer.singleShot(0, work)
    QTimer.singleShot(0, loop.quit)  # not before that work is done: its timer comes first
    loop.exec()


def locked_alone() -> None:
    """See that nothing but the dialog that asks for the passphrase is left on the screen."""
    asks = window("unlockDialog")
    wait_until(lambda: [each for each in QApplication.topLevelWidgets() if each.isVisible()] == [asks])
    assert not has_open_vault()
    assert QApplication.activeModalWidget() is asks


def test_idle_minutes_lock_while_a_file_dialog_asks_whether_to_replace(
    main: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there.zccbackup").touch()
    trigger(main, "backupAction")
    files = window("backupFileDialog")
    line(files, "fileNameEdit").setText(str(tmp_path / "there.zccbackup"))
    save = find(files, "buttonBox", QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    while_it_waits(save.click, monkeypatch)
    locked_alone()
    unlock()


@NOT_ON_WINDOWS
def test_idle_minutes_lock_while_the_print_dialog_asks_of_the_paper(
    main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    click(recovery_key(main), "printButton")
    asks = window("printRecoveryKeyDialog")
    printers = find(asks, "printers", QComboBox)
    printers.setCurrentIndex(printers.count() - 1)
    while_it_waits(find(asks, "properties", QAbstractButton).click, monkeypatch)
    locked_alone()
    unlock()


def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the idle minutes be over."""
    watch = session()._lock_watch
    assert watch is not None
    now = watch._now()
    watch._check_timer.setInterval(1)  # for the test not to wait
    monkeypatch.setattr(watch, "_now", lambda: now + 5 * 60 + 1)


def test_an_export_under_way_is_whole_or_not_there(main: QWidget, tmp_path: Path) -> None:
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


def test_a_backup_under_way_is_whole_or_not_there(main: QWidget, data_folder: Path, tmp_path: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    path = tmp_path / "backup.zccbackup"
    ask_for_backup(main, path)
    running_program().lock()
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1
    left = sorted(each for each in tmp_path.iterdir() if each.name.startswith("backup"))
    assert left in ([], [path])
    assert not left or len(read_backup(path, BACKUP_PASSPHRASE).content.keys) == 1


def checking(main: QWidget, path: Path) -> None:
    trigger(main, "checkVaultAction")
    window("checkVaultDialog")


def backing_up(main: QWidget, path: Path) -> None:
    ask_for_backup(main, path / "backup.zccbackup")


def searching(main: QWidget, path: Path) -> None:
    trigger(main, "historyAction")
    line(window("historyWindow"), "historySearchField").setText("ro")


def exporting(main: QWidget, path: Path) -> None:
    trigger(main, "historyAction")
    history = window("historyWindow")
    assert isinstance(history, HistoryWindow)
    history.export_to(path / "history.csv")


def re_encrypting(main: QWidget, path: Path) -> None:
    store = open_store()
    trigger(main, "preferencesAction")
    page = window("preferencesDialog").findChild(ProtectionPage)
    assert page is not None
    reencrypt = store.protectors.reencryption(PASSPHRASE)
    page._commands._start(lambda: reencrypt(new_recovery_key()))


def changing(main: QWidget, path: Path) -> None:
    store = open_store()

    def change_for_ever() -> None:
        with store.change() as change:
            while True:
                change.record(HistoryEntry(datetime(2026, 11, 25, tzinfo=UTC), "me", Action.EDITED, "id", "Half"))

    task = BackgroundTask(change_for_ever)
    task.failed.connect(main.close)
    task.start(QThreadPool.globalInstance())


@pytest.mark.parametrize("begin", [checking, backing_up, searching, exporting, re_encrypting, changing])
def test_locking_waits_for_no_work_and_the_work_ends_quietly(
    main: QWidget, tmp_path: Path, begin: Callable[[QWidget, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    entry = HistoryEntry(datetime(2026, 11, 25, tzinfo=UTC), "me", Action.EDITED, "id", "ProdSync", "x" * 60)
    with store.change() as change:
        for _ in range(30_000):
            change.record(entry)
    begin(main, tmp_path)
    wait_until(store.connections._is_used if begin is not re_encrypting else store.is_busy)
    took: list[float] = []
    close = store.close

    def close_and_note() -> None:
        assert took or main.isVisible()  # the vault is closed first
        began = time.monotonic()
        close()
        took.append(time.monotonic() - began)

    monkeypatch.setattr(store, "close", close_and_note)
    running_program().lock()
    assert took[0] < 1  # what is under way would take longer
    with pytest.raises(VaultClosedError):
        store.key("an id")
    locked_alone()
    wait_until(lambda: store.connections.wait_until_unused(0))
    QApplication.processEvents()
    locked_alone()  # and nothing is told
    again = unlock()
    if begin is re_encrypting:
        assert text(again, "reencryptionBarText").startswith("Re-encrypting the vault was interrupted")
    found = open_store()
    assert found.history.count(HistoryQuery("Half")) == 0
    assert_healthy(found)
    assert not gui.windows("qt_msgbox")
    again.close()


def test_closing_the_program_does_not_wait_for_a_check(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_locking_ends_the_reading_of_a_backup(main: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(main, tmp_path / "a.zccbackup")
    reading, stopped = read_for_ever(monkeypatch)
    open_backup(main, tmp_path / "a.zccbackup")
    wait_until(reading.is_set)
    running_program().lock()
    wait_until(stopped.is_set)
    locked_alone()
    unlock().close()


def test_locking_ends_a_change_of_many_keys_and_none_of_them_is_changed(
    main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    locked_alone()
    again = unlock()
    assert cells(table(again), 2) == ["● Enabled"] * 3
    again.close()


def test_copies_that_only_the_former_key_opens_are_replaced_after_the_start(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after re-encrypting was interrupted before it could make a new one."""
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
    wait_until(lambda: [copy.made.year > 2024 for copy in automatic_backups_in(folder)] == [True])
    opened = open_store()
    (checked,) = opened.checks.full(lambda *_: None).automatic_backups
    assert checked.is_healthy
    assert not checked.has_former_key
    main.close()


def test_where_closing_fails_the_vault_is_locked_all_the_same(
    main: QWidget, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()

    def fail() -> None:
        raise VaultUnreachableError(data_folder)

    with monkeypatch.context() as patched:
        patched.setattr(store._reader, "close", fail)
        lock(main)
    with pytest.raises(Exception, match="closed"):
        store._key.material()
    unlock()


def test_a_new_passphrase_under_way_opens_the_vault_or_the_former_one_still_does(
    main: QWidget, data_folder: Path
) -> None:
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


def test_a_recovery_key_that_is_shown_is_gone_and_opens_nothing(main: QWidget, data_folder: Path) -> None:
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


def test_what_another_program_put_on_the_clipboard_stays(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    QApplication.clipboard().setText("theirs")
    lock(main)
    assert QApplication.clipboard().text() == "theirs"
    unlock()


def test_a_wrong_passphrase_stays_locked(main: QWidget) -> None:
    dialog = lock(main)
    type_into(dialog, "passphraseField", "a wrong one")
    click(dialog, "unlockButton")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert not gui.windows("mainWindow")
    assert not has_open_vault()
    line(dialog, "passphraseField").clear()
    unlock()


def test_who_works_elsewhere_is_not_disturbed(main: QWidget) -> None:
    main.setWindowState(Qt.WindowState.WindowMinimized)
    running_program().lock()
    dialog = window("unlockDialog")
    assert dialog.isMinimized()
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    running_program().come_to_front()
    assert not dialog.isMinimized()
    unlock()


def test_idle_minutes_lock(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    idle(monkeypatch)
    window("unlockDialog")
    unlock()
    assert session()._lock_watch is not None


if sys.platform == "win32":
    from tests.support.processes.windows_calls import post_session_change

    def test_locking_the_session_of_windows_locks(main: QWidget) -> None:
        post_session_change(int(main.winId()), 0x7)
        window("unlockDialog")
        unlock()


def test_ctrl_l_locks_from_the_list_and_from_a_dialog(main: QWidget) -> None:
    QTest.keyClick(table(main), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    window("unlockDialog")
    main = unlock()
    QTest.keyClick(line(add(main, "ProdSync"), "clientIdField"), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    window("unlockDialog")
    assert find(unlock(), "pendingBar", QWidget).isVisible()


def test_closing_the_main_window_after_unlocking_ends_the_program(main: QWidget) -> None:
    running = running_program()
    lock(main)
    unlock().close()
    assert running._has_ended


def test_a_vault_that_this_account_opens_cannot_be_locked(data_folder: Path) -> None:
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert not find(main, "lockAction", QAction).isEnabled()
    running_program().lock()
    assert main.isVisible()
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "askForPassphraseBox")
    chosen = window("setPassphraseDialog")
    type_into(chosen, "passphraseField", PASSPHRASE)
    type_into(chosen, "repeatPassphraseField", PASSPHRASE)
    click(chosen, "setPassphraseButton")
    wait_until(lambda: find(main, "lockAction", QAction).isEnabled())
    assert find(dialog, "askForPassphraseBox", QCheckBox).isChecked()
    assert session()._lock_watch is not None
    click(dialog, "askForPassphraseBox")
    wait_until(lambda: not find(main, "lockAction", QAction).isEnabled())
    assert session()._lock_watch is None
    dialog.close()
    main.close()


def test_closing_the_unlock_dialog_ends_the_program(main: QWidget) -> None:
    running = running_program()
    lock(main).close()
    assert running._has_ended


def test_a_second_start_brings_the_unlock_dialog_to_the_front(main: QWidget, data_folder: Path) -> None:
    dialog = lock(main)
    assert not app.start(["--data-folder", str(data_folder)])
    assert window("unlockDialog") is dialog


def test_many_locks_leave_nothing_behind(data_folder: Path) -> None:
    command = [sys.executable, "-m", "tests.support.user", str(data_folder), "lock_often", str(LOCKS)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    *unlocked, locked = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(unlocked) == LOCKS + 1
    first, last = unlocked[2], unlocked[-1]
    assert [last[what] for what in ("main windows", "vaults", "watches")] == [1, 1, 1]
    assert [locked[what] for what in ("main windows", "vaults", "watches")] == [0, 0, 0]
    assert last["widgets"] <= first["widgets"]
    assert last["threads"] <= first["threads"] + 2  # of a pool, which come and go
    assert last["handles"] <= first["handles"] + 20


# --- the organization's wish ------------------------------------------------------------------------------


def test_a_new_vault_gets_a_passphrase(set_policies: Callable[[str, str | int], None], data_folder: Path) -> None:
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("createVaultDialog")
    assert any("Your organization requires a passphrase" in label.text() for label in dialog.findChildren(QLabel))
    type_into(dialog, "passphraseField", PASSPHRASE)
    type_into(dialog, "repeatPassphraseField", PASSPHRASE)
    click(dialog, "createVaultButton")
    main = window("mainWindow")
    trigger(main, "preferencesAction")
    assert not find(window("preferencesDialog"), "askForPassphraseBox", QCheckBox).isEnabled()
    main.close()


@pytest.mark.parametrize("answer", ["set", "decline"])
def test_a_vault_of_this_account_is_given_one(
    set_policies: Callable[[str, str | int], None], data_folder: Path, answer: str
) -> None:
    opener = VaultOpener(VaultFolder(data_folder))
    opener.create_for_this_account().close()
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("setPassphraseDialog")
    if answer == "decline":
        dialog.close()
        assert opener.has_this_account()
        return
    type_into(dialog, "passphraseField", PASSPHRASE)
    type_into(dialog, "repeatPassphraseField", PASSPHRASE)
    click(dialog, "setPassphraseButton")
    window("mainWindow").close()
    assert not opener.has_this_account()
    opener.open_with_passphrase(PASSPHRASE).close()


@pytest.mark.parametrize("answer", ["set", "decline"])
def test_this_account_is_removed_only_once_the_passphrase_is_known(
    set_policies: Callable[[str, str | int], None], data_folder: Path, answer: str
) -> None:
    opener = VaultOpener(VaultFolder(data_folder))
    store = opener.create_for_this_account()
    store.protectors.set_passphrase("long since forgotten")
    store.close()
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("setPassphraseDialog")
    assert any("replaces your current one" in label.text() for label in dialog.findChildren(QLabel))
    if answer == "decline":
        dialog.close()
        assert opener.has_this_account()
        opener.open_with_passphrase("long since forgotten").close()
        return
    type_into(dialog, "passphraseField", PASSPHRASE)
    type_into(dialog, "repeatPassphraseField", PASSPHRASE)
    click(dialog, "setPassphraseButton")
    window("mainWindow").close()
    assert not opener.has_this_account()
    opener.open_with_passphrase(PASSPHRASE).close()
