"""Commands on many selected keys, which run in another thread."""

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


class WorkPause:
    """A pause of work in another thread: it waits after its first batch until the test lets it continue."""

    def __init__(self) -> None:
        self.is_reached = threading.Event()
        self.may_continue = threading.Event()
        self.threads: list[threading.Thread] = []

    def pausing_after(self, do: Callable[..., object]) -> Callable[..., object]:
        def do_and_wait(*arguments: object) -> object:
            self.threads.append(threading.current_thread())
            result = do(*arguments)
            self.is_reached.set()
            assert self.may_continue.wait(30)
            return result

        return do_and_wait


@pytest.fixture
def work_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkPause]:
    work_pause = WorkPause()
    for name in ("set_status", "delete_many"):
        monkeypatch.setattr(VaultChange, name, work_pause.pausing_after(getattr(VaultChange, name)))
    yield work_pause
    work_pause.may_continue.set()


@pytest.fixture
def six_keys(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window with six keys; even two selected keys are changed in another thread."""
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


def test_keys_disabled_in_another_thread_stay_selected(six_keys: MainWindow, work_pause: WorkPause) -> None:
    view = table(six_keys)
    view.selectAll()
    select(view, "Key0")
    view.selectionModel().select(view.model().index(3, 0), _ADD)
    view.selectionModel().select(view.model().index(4, 0), _ADD)
    work_pause.may_continue.set()
    trigger(six_keys, "toggleStatusAction")
    wait_until_done(six_keys)
    assert cells(view, STATUS) == ["○ Disabled", *["● Enabled"] * 2, *["○ Disabled"] * 2, "● Enabled"]
    assert work_pause.threads
    assert threading.main_thread() not in work_pause.threads
    assert [index.row() for index in view.selectionModel().selectedRows()] == [0, 3, 4]
    assert [row[:2] for row in history(six_keys)[:3]] == [("Disabled", f"Key{number}") for number in (4, 3, 0)]


def test_the_history_lists_each_key_deleted_in_another_thread(six_keys: MainWindow, work_pause: WorkPause) -> None:
    work_pause.may_continue.set()
    table(six_keys).selectAll()
    trigger(six_keys, "deleteKeyAction")
    assert "Delete 6 API keys?" in text(question(), "qt_msgbox_label")
    assert text(question(), "qt_msgbox_informativelabel").startswith("Key0, Key1, Key2, Key3, Key4 and 1 more.")
    click(question(), "confirmButton")
    wait_until_done(six_keys)
    assert table(six_keys).model().rowCount() == 0
    assert text(six_keys, "countLabel") == "0 keys"
    assert threading.main_thread() not in work_pause.threads
    assert history(six_keys)[:6] == [("Deleted", f"Key{n}", "Enabled, Read, 60 seconds") for n in reversed(range(KEYS))]


@pytest.mark.parametrize("command", ["delete", "disable"])
def test_long_work_shows_progress_and_cancel_changes_nothing(
    six_keys: MainWindow, work_pause: WorkPause, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(progress_dialog, "_DELAY_MS", 1)
    before = history(six_keys)
    table(six_keys).selectAll()
    if command == "delete":
        trigger(six_keys, "deleteKeyAction")
        click(question(), "confirmButton")
    else:
        trigger(six_keys, "toggleStatusAction")
    dialog = window("progressDialog")
    assert QApplication.activeModalWidget() is dialog
    assert work_pause.is_reached.wait(30)
    bar = gui.find(dialog, "progressBar", QProgressBar)
    assert "6 API keys" in text(dialog, "progressLabel")
    click(dialog, "cancelButton")
    assert text(dialog, "progressLabel") == "Canceling…"
    assert bar.isVisible()
    work_pause.may_continue.set()
    wait_until_done(six_keys)
    assert not windows("progressDialog")
    assert cells(table(six_keys), STATUS) == ["● Enabled"] * KEYS
    assert history(six_keys) == before
    assert six_keys.statusBar().currentMessage().startswith("Canceled. No key was ")
    assert table(six_keys).selectionModel().selectedRows()


def test_short_work_shows_no_progress(six_keys: MainWindow, work_pause: WorkPause) -> None:
    shown = []
    table(six_keys).selectAll()
    trigger(six_keys, "toggleStatusAction")
    assert work_pause.is_reached.wait(30)
    shown += windows("progressDialog")
    work_pause.may_continue.set()
    wait_until_done(six_keys)
    assert not shown
    assert cells(table(six_keys), STATUS) == ["○ Disabled"] * KEYS


def test_other_commands_have_no_effect_during_the_work(six_keys: MainWindow, work_pause: WorkPause) -> None:
    view = table(six_keys)
    view.selectAll()
    trigger(six_keys, "toggleStatusAction")
    QTest.keyClick(view, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    trigger(six_keys, "toggleStatusAction")
    work_pause.may_continue.set()
    wait_until_done(six_keys)
    assert not windows("addKeyDialog")
    assert cells(view, STATUS) == ["○ Disabled"] * KEYS
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    window("addKeyDialog").close()


def test_closing_the_window_cancels_the_work(
    six_keys: MainWindow, monkeypatch: pytest.MonkeyPatch, work_pause: WorkPause, data_folder: Path
) -> None:
    table(six_keys).selectAll()
    trigger(six_keys, "toggleStatusAction")
    assert work_pause.is_reached.wait(30)
    assert six_keys.keys_page._bulk_actions._progress is not None
    is_canceled = six_keys.keys_page._bulk_actions._progress._is_canceled

    def continue_when_canceled() -> None:
        assert is_canceled.wait(30)
        work_pause.may_continue.set()

    threading.Thread(target=continue_when_canceled).start()
    six_keys.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.start(["--data-folder", str(data_folder)])
    again = window("mainWindow")
    assert cells(table(again), STATUS) == ["● Enabled"] * KEYS
    again.close()


def test_many_client_ids_are_copied_in_the_order_of_the_list(six_keys: MainWindow) -> None:
    view = table(six_keys)
    view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    view.selectAll()
    trigger(six_keys, "copyClientIdAction")
    wait_until_done(six_keys)
    assert QApplication.clipboard().text().splitlines() == cells(view, CLIENT_ID)
    assert six_keys.statusBar().currentMessage() == "Client IDs copied."


def test_an_error_is_shown_and_no_key_is_changed(six_keys: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    view = table(six_keys)
    view.selectAll()
    selected = table(six_keys)
    assert isinstance(selected, KeyTable)
    keys: Keys = six_keys._vault.keys
    keys.delete([selected.selected_keys(limit=1)[0].client_id])  # as another program could
    trigger(six_keys, "toggleStatusAction")
    wait_until_done(six_keys)
    box = question()
    assert text(box, "qt_msgbox_label")
    click(box, "closeButton")
    six_keys.keys_page.refresh()
    assert cells(view, STATUS) == ["● Enabled"] * (KEYS - 1)


def test_selecting_all_keys_reads_only_a_few_of_them(six_keys: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_list, "MAX_INSPECTED_KEYS", 2)
    view = table(six_keys)
    assert isinstance(view, KeyTable)
    view.selectAll()
    assert len(view._selected_keys) == 2
    assert view.selected_rows().spans == ((0, KEYS - 1),)
    assert text(six_keys, "countLabel") == "6 keys, 6 selected"


def test_many_keys_stay_selected_in_another_order(six_keys: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_table, "_MAX_QUICK_KEYS", 1)
    monkeypatch.setattr(key_table, "_MAX_QUICK_ROWS", 1)
    view = table(six_keys)
    for row in (0, 1, 4):
        view.selectionModel().select(view.model().index(row, 0), _ADD)
    read: list[int] = []
    monkeypatch.setattr(view.model(), "key_at", read.append)
    view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    wait_until(view.selectionModel().hasSelection)
    assert not read  # the other thread read the rows, because they may be far apart
    assert [index.data() for index in view.selectionModel().selectedRows()] == ["Key4", "Key1", "Key0"]


def test_a_selection_made_during_the_search_stays(six_keys: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_table, "_MAX_QUICK_KEYS", 1)
    monkeypatch.setattr(key_table, "_MAX_QUICK_ROWS", 1)
    is_selected, find = threading.Event(), key_table._keys_by_row
    monkeypatch.setattr(key_table, "_keys_by_row", lambda *which: is_selected.wait(30) and find(*which))
    view = table(six_keys)
    view.selectAll()
    six_keys.keys_page.key_list._all_are_selected = False
    view.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert isinstance(view, KeyTable)
    view.selectRow(2)
    is_selected.set()
    wait_until(lambda: not view._key_search.is_busy)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [2]


def test_work_cannot_be_canceled_after_its_last_step(
    six_keys: MainWindow, work_pause: WorkPause, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_dialog, "_DELAY_MS", 1)
    monkeypatch.setattr(bulk_actions, "spans_after_change", work_pause.pausing_after(lambda *_: ()))
    monkeypatch.setattr(VaultChange, "set_status", lambda *_: 0)
    table(six_keys).selectAll()
    trigger(six_keys, "toggleStatusAction")
    dialog = window("progressDialog")
    wait_until(lambda: not gui.find(dialog, "cancelButton", QPushButton).isEnabled())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert text(dialog, "progressLabel") == "Disabling 6 API keys…"
    work_pause.may_continue.set()
    wait_until_done(six_keys)
    assert not six_keys.statusBar().currentMessage()
