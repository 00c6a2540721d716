"""The table of keys: sign-ins, selected rows, and saved columns."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QItemSelectionModel, QObject, QSettings, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication, QTableView

from tests.support.gui import cells, wait_until
from tests.vault.conftest import a_key, a_sign_in, insert
from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery
from zcc_keys_gui.ui.application.former_settings import Columns, former_columns
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.keys.list.key_model import COLUMNS, KeyModel
from zcc_keys_gui.ui.keys.list.key_table import KeyTable
from zcc_keys_gui.ui.text.values import format_full_time
from zcc_keys_gui.vault.lists import listing as listing_module
from zcc_keys_gui.vault.store import VaultStore

KEYS = 200
CREATED, LAST_SIGN_IN = COLUMNS.index(KeyColumn.CREATED), COLUMNS.index(KeyColumn.LAST_SIGN_IN)
SELECT = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


@pytest.fixture
def keys(store: VaultStore) -> list[ApiKey]:
    keys = [a_key(f"Key{number:03}") for number in range(KEYS)]
    insert(store, *keys)
    return keys


@pytest.fixture
def table(qapp: QApplication, store: VaultStore, keys: list[ApiKey]) -> Iterator[KeyTable]:
    owner = QObject()
    model = KeyModel(store.keys, owner)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, owner)
    table = KeyTable(model)
    table.resize(800, 400)
    table.show()
    wait_until(lambda: model.rowCount() == KEYS)
    yield table
    model.stop()
    table.close()
    table.deleteLater()
    del tester
    owner.deleteLater()


def model_of(table: KeyTable) -> KeyModel:
    model = table.model()
    assert isinstance(model, KeyModel)
    return model


def sort_by_last_sign_in(table: KeyTable) -> None:
    table.sortByColumn(LAST_SIGN_IN, Qt.SortOrder.DescendingOrder)
    wait_until(lambda: model_of(table).is_answered)


def sign_in(store: VaultStore, table: KeyTable, *keys: ApiKey, seconds: int = 0) -> None:
    """Record a sign-in with each of these keys, and wait until the table shows them."""
    store.sign_ins.record([a_sign_in(key.client_id, seconds=seconds + after) for after, key in enumerate(keys)])
    model_of(table).renew()
    wait_until(lambda: model_of(table).is_answered)


def test_the_last_sign_in_of_a_key_is_shown(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    model = model_of(table)
    changed, answered = QSignalSpy(model.dataChanged), QSignalSpy(model.answered)
    resets = QSignalSpy(model.modelReset)
    assert model.index(7, LAST_SIGN_IN).data() == "Never"
    sign_in(store, table, keys[7], seconds=5)
    assert model.index(7, LAST_SIGN_IN).data() == "12 Nov 2026"
    tip = model.index(7, LAST_SIGN_IN).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == format_full_time(a_key().created + timedelta(seconds=5))
    assert changed.count() == 1
    assert changed.at(0)[0].column() == LAST_SIGN_IN
    assert [resets.count(), answered.count()] == [0, 0]


def test_sign_ins_move_no_row_in_another_order(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    table.selectRow(20)
    table.verticalScrollBar().setValue(90)
    sign_in(store, table, *keys[::-1])
    assert [key.name for key in table.selected_keys()] == ["Key020"]
    assert table.verticalScrollBar().value() == 90
    assert cells(table, 0)[:2] == ["Key000", "Key001"]


def test_selected_keys_move_with_their_sign_ins(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    sort_by_last_sign_in(table)
    sign_in(store, table, *keys)
    assert cells(table, 0)[:2] == ["Key199", "Key198"]
    resets = QSignalSpy(model_of(table).modelReset)
    for row in (0, 1, 150):
        table.selectionModel().select(model_of(table).index(row, 0), SELECT)
    table.selectionModel().setCurrentIndex(model_of(table).index(150, 3), QItemSelectionModel.SelectionFlag.NoUpdate)
    table.verticalScrollBar().setValue(60)
    selected = sorted(key.name for key in table.selected_keys())
    assert selected == ["Key049", "Key198", "Key199"]
    sign_in(store, table, keys[49], keys[100], seconds=1_000)
    assert cells(table, 0)[:4] == ["Key100", "Key049", "Key199", "Key198"]
    assert sorted(key.name for key in table.selected_keys()) == selected
    assert table.currentIndex().siblingAtColumn(0).data() == "Key049"
    assert table.verticalScrollBar().value() == 60
    assert resets.count() == 0


def test_rows_stay_in_place_if_their_order_stays(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    sort_by_last_sign_in(table)
    sign_in(store, table, *keys)
    moved = QSignalSpy(model_of(table).layoutChanged)
    sign_in(store, table, keys[-1], seconds=86_400)
    tip = model_of(table).index(0, LAST_SIGN_IN).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == format_full_time(a_key().created + timedelta(days=1))
    assert moved.count() == 0


def test_selected_keys_are_those_that_the_table_shows(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    sort_by_last_sign_in(table)
    sign_in(store, table, *keys)
    table.selectRow(3)
    (selected,) = table.selected_keys()
    store.sign_ins.record([a_sign_in(key.client_id, seconds=5_000) for key in keys[:50]])
    table.scrollToBottom()  # loads rows from a vault in which the order has changed
    assert model_of(table).index(KEYS - 1, 0).data() == "Key000"
    assert table.selected_keys() == [selected]


def test_keys_are_found_in_the_order_of_their_sign_ins(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    sort_by_last_sign_in(table)
    sign_in(store, table, *keys)
    table.select_keys([keys[5].client_id, keys[150].client_id, "none"])
    assert sorted(key.name for key in table.selected_keys()) == ["Key005", "Key150"]


def test_a_deleted_key_disappears_with_the_next_sign_in(store: VaultStore, table: KeyTable, keys: list[ApiKey]) -> None:
    sort_by_last_sign_in(table)
    with store.change() as change:
        change.delete(keys[0].client_id)
    sign_in(store, table, keys[1])
    assert model_of(table).rowCount() == KEYS - 1


def test_sign_ins_repeat_no_slow_search_in_another_order(
    store: VaultStore, table: KeyTable, keys: list[ApiKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_module, "_MAX_QUICK_ROWS", 10)  # so that a few keys make the search slow
    model = model_of(table)
    model.ask(KeyQuery("y1"))
    wait_until(lambda: model.is_answered)
    store.sign_ins.record([a_sign_in(keys[150].client_id)])
    model.renew()
    assert model.is_answered
    assert model.index(50, LAST_SIGN_IN).data() == "12 Nov 2026"


def test_a_stopped_model_shows_no_new_sign_ins(store: VaultStore, table: KeyTable) -> None:
    sort_by_last_sign_in(table)
    model_of(table).stop()
    model_of(table).renew()
    assert model_of(table).is_answered
    assert model_of(table).rowCount() == 0


def test_painting_a_heading_does_not_read_each_selected_row(table: KeyTable, monkeypatch: pytest.MonkeyPatch) -> None:
    model, asked = model_of(table), []

    def count(*_: object) -> int:
        asked.append(1)
        return KEYS

    table.selectAll()
    with monkeypatch.context() as patch:
        patch.setattr(model, "rowCount", count)
        table.horizontalHeader().grab()
    assert len(asked) < KEYS


def test_rows_added_to_a_selection_are_read_once(table: KeyTable, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(table)
    read: list[int] = []

    def note(row: int) -> ApiKey | None:
        read.append(row)
        return KeyModel.key_at(model, row)

    monkeypatch.setattr(model, "key_at", note)
    for row in (3, 150, 7):
        table.selectionModel().select(model.index(row, 0), SELECT)
        table.selected_keys()
    assert read == [3, 150, 7]
    model.refresh_times()  # the rows may show other keys now
    table.selected_keys()
    assert sorted(read[3:]) == [3, 7, 150]


# --- saved columns ---


def saved_by_0_1_0(state: QByteArray, folder: Path) -> Columns:
    """Write the state of a header with QSettings, as version 0.1.0 did, and read it."""
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("columns", state)
    settings.sync()
    columns = former_columns(SettingsFile(folder / "settings.ini").value("columns") or "")
    assert columns is not None
    return columns


@pytest.mark.parametrize(
    "columns",
    [
        Columns((), (), -1, False),
        Columns((9, 0, 0, -1), (0, -5, 10**9), 9, True),
        Columns(tuple(range(50, 0, -1)), (100,) * 50, 50, True),
    ],
)
def test_columns_that_do_not_exist_are_ignored(table: KeyTable, columns: Columns) -> None:
    before = table.columns()
    table.show_columns(columns)
    after = table.columns()
    assert sorted(after.order) == sorted(before.order)
    assert after.sort_column == before.sort_column
    assert all(8 <= width <= 10_000 for width in after.widths)


def test_columns_of_a_version_without_the_last_are_restored(
    qapp: QApplication, table: KeyTable, tmp_path: Path
) -> None:
    older = QTableView()
    older.setModel(QStandardItemModel(0, 6, older))
    header = older.horizontalHeader()
    header.setSectionsMovable(True)
    header.setStretchLastSection(True)
    older.resize(1_500, 300)
    older.show()
    older.setColumnWidth(0, 321)
    header.moveSection(header.visualIndex(4), 1)
    header.setSortIndicator(CREATED, Qt.SortOrder.DescendingOrder)
    stretched, width = older.columnWidth(CREATED), table.columnWidth(CREATED)
    assert stretched > width
    table.show_columns(saved_by_0_1_0(header.saveState(), tmp_path))
    older.close()
    restored = table.horizontalHeader()
    assert restored.count() == 7
    assert table.columnWidth(0) == 321
    assert [restored.logicalIndex(visual) for visual in range(7)] == [0, 4, 1, 2, 3, CREATED, LAST_SIGN_IN]
    assert table.columnWidth(CREATED) == width
    assert not table.isColumnHidden(LAST_SIGN_IN)
    assert table.columnWidth(LAST_SIGN_IN) >= table.fontMetrics().horizontalAdvance("2026-11-12")
    assert (restored.sortIndicatorSection(), restored.sortIndicatorOrder()) == (
        CREATED,
        Qt.SortOrder.DescendingOrder,
    )


def test_columns_of_this_version_are_restored(table: KeyTable, tmp_path: Path) -> None:
    table.setColumnWidth(CREATED, 234)
    table.horizontalHeader().moveSection(4, 1)
    columns = table.columns()
    state = table.horizontalHeader().saveState()
    table.setColumnWidth(CREATED, 99)
    table.horizontalHeader().moveSection(1, 4)
    table.show_columns(columns)
    assert table.columns() == columns == saved_by_0_1_0(state, tmp_path)
    assert table.columnWidth(CREATED) == 234
