"""Commands on many keys, which run in another thread."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar, QPushButton, QWidget

from tests.support import gui
from tests.support.gui import cells, click, question, select, table, text, trigger, wait_until, window, windows
from zcc_keys_gui import app
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.service import batches
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.keys import bulk_actions
from zcc_keys_gui.ui.keys.list import key_list, key_table
from zcc_keys_gui.ui.keys.list.key_table import KeyTable
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.widgets import progress_dialog
from zcc_keys_gui.vault.change import VaultChange

NAME, CLIENT_ID, STATUS = range(3)
_ADD = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
KEYS = 6


class Obstacle:
    """Stops work in another thread after its first batch, until the test or a canceled dialog lets it go on."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self.go_on = threading.Event()
        self.threads: list[threading.Thread] = []

    def put_before(self, do: Callable[..., object]) -> Callable[..., object]:
        def stop_and_do(*arguments: object) -> object:
            self.threads.append(threading.current_thread())
            result = do(*arguments)
            self.is_reached.set()
            assert self.go_on.wait(30)
            return result

        return stop_and_do


@pytest.fixture
def obstacle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Obstacle]:
    obstacle = Obstacle()
    for name in ("set_status", "delete_many"):
        monkeypatch.setattr(VaultChange, name, obstacle.put_before(getattr(VaultChange, name)))
    yield obstacle
    obstacle.go_on.set()


@pytest.fixture
def full(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window with six keys, of which two are too many to be changed immediately."""
    assert isinstance(main, MainWindow)
    for number in range(KEYS):
        main._vault.keys.add(KeyFields(f"Key{number}", Status.ENABLED, Role.READ, 60))
    for key in main._vault.keys.pending_keys():
        main._vault.keys.mark_secret_shown(key.client_id, copied=True)
    main.keys_page.refresh()
    monkeypatch.setattr(bulk_actions, "_MAX_IMMEDIATE_KEYS_IN_LARGE_VAULT", 1)
    monkeypatch.setattr(bulk_actions, "_MAX_IMMEDIATE_KEYS", 1)
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    return main


def history(main: MainWindow) -> list[tuple[str, str, str]]:
    return [(row.action, row.name, row.details) for row in main._vault.history.rows(HistoryQuery())]


def wait_until_done(main: MainWindow) -> None:
    wait_until(lambda: main.keys_page._bulk_actions._progress is None)


@pytest.mark.usefixtures("obstacle")
def test_many_keys_are_disabled_in_another_thread_and_stay_selected(full: MainWindow, obstacle: Obstacle) -> None:
    view = table(full)
    view.selectAll()
    select(view, "Key0")
    view.selectionModel().select(view.model().index(3, 0), _ADD)
    view.selectionModel().select(view.model().index(4, 0), _ADD)
    obstacle.go_on.set()
    trigger(full, "toggleStatusAction")
    wait_until_done(full)
    assert cells(view, STATUS) == ["○ Disabled", *["● Enabled"] * 2, *["○ Disabled"] * 2, "● Enabled"]
    assert obstacle.threads
    assert threading.main_thread() not in obstacle.threads
    assert [index.row() for index in view.selectionModel().selectedRows()] == [0, 3, 4]
    assert [row[:2] for row in history(full)[:3]] == [("Disabled", f"Key{number}") for number in (4, 3, 0)]


def test_many_keys_are_deleted_in_another_thread_with_the_history_of_each(full: MainWindow, obstacle: Obstacle) -> None:
    obstacle.go_on.set()
    table(full).selectAll()
    trigger(full, "deleteKeyAction")
    assert "Delete 6 API keys?" in text(question(), "qt_msgbox_label")
    assert text(question(), "qt_msgbox_informativelabel").startswith("Key0, Key1, Key2, Key3, Key4 and 1 more.")
    click(question(), "confirmButton")
    wait_until_done(full)
    assert table(full).model().rowCount() == 0
    assert text(full, "countLabel") == "0 keys"
    assert threading.main_thread() not in obstacle.threads
    assert history(full)[:6] == [("Deleted", f"Key{n}", "Enabled, Read, 60 seconds") for n in reversed(range(KEYS))]


@pytest.mark.parametrize("command", ["delete", "disable"])
def test_after_a_moment_progress_is_shown_and_cancel_changes_nothing(
    full: MainWindow, obstacle: Obstacle, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(progress_dialog, "_SHOWN_AFTER", 1)
    before = history(full)
    table(full).selectAll()
    if command == "delete":
        trigger(full, "deleteKeyAction")
        click(question(), "confirmButton")
    else:
        trigger(full, "toggleStatusAction")
    dialog = window("progressDialog")
    assert QApplication.activeModalWidget() is dialog
    assert obstacle.is_reached.wait(30)
    bar = gui.find(dialog, "progressBar", QProgressBar)
    assert "6 API keys" in text(dialog, "progressLabel")
    click(dialog, "cancelButton")
    assert text(dialog, "progressLabel") == "Canceling…"
    assert bar.isVisible()
    obstacle.go_on.set()
    wait_until_done(full)
    assert not windows("progressDialog")
    assert cells(table(full), STATUS) == ["● Enabled"] * KEYS
    assert history(full) == before
    assert full.statusBar().currentMessage().startswith("Canceled. No key was ")
    assert table(full).selectionModel().selectedRows()


@pytest.mark.usefixtures("obstacle")
def test_what_is_done_soon_shows_no_progress(full: MainWindow, obstacle: Obstacle) -> None:
    shown = []
    table(full).selectAll()
    trigger(full, "toggleStatusAction")
    assert obstacle.is_reached.wait(30)
    shown += windows("progressDialog")
    obstacle.go_on.set()
    wait_until_done(full)
    assert not shown
    assert cells(table(full), STATUS) == ["○ Disabled"] * KEYS


def test_until_it_is_done_no_other_command_begins(full: MainWindow, obstacle: Obstacle) -> None:
    view = table(full)
    view.selectAll()
    trigger(full, "toggleStatusAction")
    QTest.keyClick(view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    trigger(full, "toggleStatusAction")
    obstacle.go_on.set()
    wait_until_done(full)
    assert not windows("addKeyDialog")
    assert cells(view, STATUS) == ["○ Disabled"] * KEYS
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    window("addKeyDialog").close()


def test_closing_the_window_cancels_it(
    full: MainWindow, monkeypatch: pytest.MonkeyPatch, obstacle: Obstacle, data_folder: Path
) -> None:
    table(full).selectAll()
    trigger(full, "toggleStatusAction")
    assert obstacle.is_reached.wait(30)
    assert full.keys_page._bulk_actions._progress is not None
    is_canceled = full.keys_page._bulk_actions._progress._is_canceled

    def go_on_when_canceled() -> None:
        assert is_canceled.wait(30)
        obstacle.go_on.set()

    threading.Thread(target=go_on_when_canceled).start()
    full.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.start(["--data-folder", str(data_folder)])
    again = window("mainWindow")
    assert cells(table(again), STATUS) == ["● Enabled"] * KEYS
    again.close()


def test_many_client_ids_are_copied_in_the_order_of_the_list(full: MainWindow) -> None:
    view = table(full)
    view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    view.selectAll()
    trigger(full, "copyClientIdAction")
    wait_until_done(full)
    assert QApplication.clipboard().text().splitlines() == cells(view, CLIENT_ID)
    assert full.statusBar().currentMessage() == "Client IDs copied."


def test_what_goes_wrong_is_told_and_nothing_is_changed(full: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    view = table(full)
    view.selectAll()
    selected = table(full)
    assert isinstance(selected, KeyTable)
    keys: Keys = full._vault.keys
    keys.delete([selected.selected_keys(limit=1)[0].client_id])  # as another program might do it
    trigger(full, "toggleStatusAction")
    wait_until_done(full)
    box = question()
    assert text(box, "qt_msgbox_label")
    click(box, "closeButton")
    full.keys_page.refresh()
    assert cells(view, STATUS) == ["● Enabled"] * (KEYS - 1)


def test_selecting_all_keys_reads_only_the_first_of_them(full: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_list, "MAX_INSPECTED_KEYS", 2)
    view = table(full)
    assert isinstance(view, KeyTable)
    view.selectAll()
    assert len(view._selected_keys) == 2
    assert view.selected_rows().spans == ((0, KEYS - 1),)
    assert text(full, "countLabel") == "6 keys, 6 selected"


def test_many_selected_keys_are_found_again_in_another_order(full: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_table, "_MAX_QUICK_KEYS", 1)
    monkeypatch.setattr(key_table, "_MAX_QUICK_ROWS", 1)
    view = table(full)
    for row in (0, 1, 4):
        view.selectionModel().select(view.model().index(row, 0), _ADD)
    read: list[int] = []
    monkeypatch.setattr(view.model(), "key_at", read.append)
    view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    wait_until(view.selectionModel().hasSelection)
    assert not read  # the rows, which may be far apart, were read in the other thread
    assert [index.data() for index in view.selectionModel().selectedRows()] == ["Key4", "Key1", "Key0"]


def test_keys_that_the_user_selects_meanwhile_stay_selected(full: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_table, "_MAX_QUICK_KEYS", 1)
    monkeypatch.setattr(key_table, "_MAX_QUICK_ROWS", 1)
    is_selected, find = threading.Event(), key_table._keys_by_row
    monkeypatch.setattr(key_table, "_keys_by_row", lambda *which: is_selected.wait(30) and find(*which))
    view = table(full)
    view.selectAll()
    full.keys_page.key_list._all_are_selected = False
    view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert isinstance(view, KeyTable)
    view.selectRow(2)
    is_selected.set()
    wait_until(lambda: not view._search.is_busy)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [2]


def test_once_all_keys_are_done_it_is_too_late_to_cancel(
    full: MainWindow, obstacle: Obstacle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_dialog, "_SHOWN_AFTER", 1)
    monkeypatch.setattr(bulk_actions, "spans_after_change", obstacle.put_before(lambda *_: ()))  # runs after the change
    monkeypatch.setattr(VaultChange, "set_status", lambda *_: 0)
    table(full).selectAll()
    trigger(full, "toggleStatusAction")
    dialog = window("progressDialog")
    wait_until(lambda: not gui.find(dialog, "cancelButton", QPushButton).isEnabled())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert text(dialog, "progressLabel") == "Disabling 6 API keys…"
    obstacle.go_on.set()
    wait_until_done(full)
    assert not full.statusBar().currentMessage()
