"""The paged model over the keys of a real vault."""

import threading
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultDamagedError, ZccKeysError
from zcc_keys_gui.ui.keys.list.key_model import KeyModel
from zcc_keys_gui.vault.connections import VaultConnection
from zcc_keys_gui.vault.lists import listing as listing_module
from zcc_keys_gui.vault.store import VaultStore

# No client ID contains "zz".
NAMES = [f"Key{number:04}{'zz' if number % 50 == 17 else ''}" for number in range(1_000)]


@pytest.fixture
def model(qapp: QApplication, store: VaultStore) -> Iterator[KeyModel]:
    insert(store, *map(a_key, NAMES))
    owner = QObject()
    model = KeyModel(store.keys, owner)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, owner)
    model.ask(KeyQuery())
    yield model
    model.stop()
    del tester
    owner.deleteLater()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let searches for one or two letters be slow with few keys too."""
    monkeypatch.setattr(listing_module, "_MAX_QUICK_ROWS", 10)


def names(model: KeyModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_rows_can_be_read_in_any_direction(model: KeyModel) -> None:
    assert model.rowCount() == 1_000
    assert names(model) == NAMES
    assert [model.index(row, 0).data() for row in range(999, -1, -7)] == NAMES[::-7]


def test_only_one_page_of_rows_is_loaded(model: KeyModel) -> None:
    names(model)
    assert len(model._loaded_rows) <= 128


def test_the_rows_stay_until_a_slow_query_is_answered(slow: None, model: KeyModel) -> None:
    row_counts: list[int] = []
    model.answered.connect(lambda: row_counts.append(model.rowCount()))
    model.ask(KeyQuery("zz"))
    assert not model.is_answered
    assert names(model) == NAMES
    wait_until(lambda: model.is_answered)
    assert row_counts == [20]
    assert names(model) == [name for name in NAMES if "zz" in name]


def test_only_the_latest_of_many_slow_queries_is_answered(slow: None, model: KeyModel) -> None:
    row_counts: list[int] = []
    failures: list[ZccKeysError] = []
    model.answered.connect(lambda: row_counts.append(model.rowCount()))
    model.failed.connect(failures.append)
    for text in ("9", "8", "7", "6", "k", "ey", "zz"):
        model.ask(KeyQuery(text))
    wait_until(lambda: model.is_answered)
    assert row_counts == [20]
    assert failures == []


def test_a_quick_query_overtakes_a_slow_one(slow: None, model: KeyModel) -> None:
    model.ask(KeyQuery("9"))
    model.ask(KeyQuery("Key0999"))
    assert model.is_answered
    assert names(model) == ["Key0999"]


def test_a_running_slow_query_is_interrupted(slow: None, model: KeyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    started, goes_on, listing = threading.Event(), threading.Event(), model._listing
    real = listing.ids
    ended: list[BaseException] = []

    def wait_for_interrupt() -> int:
        started.set()
        goes_on.wait(30)  # SQLite ignores an interrupt before it reads the first row
        return 0

    def slow_ids(query: Any) -> "array[int]":
        try:
            return real(query)
        except InterruptedError as error:
            ended.append(error)
            raise
        finally:
            ended.append(AssertionError("was not interrupted"))

    connect = listing._connections.connect  # type: ignore[attr-defined]

    def connect_slowly() -> VaultConnection:
        db: VaultConnection = connect()
        db.set_progress_handler(wait_for_interrupt, 1_000)
        return db

    monkeypatch.setattr(listing._connections, "connect", connect_slowly)  # type: ignore[attr-defined]
    monkeypatch.setattr(listing, "ids", slow_ids)
    model.ask(KeyQuery("9"))
    assert started.wait(30)
    model.ask(KeyQuery())
    goes_on.set()
    wait_until(lambda: bool(ended))
    assert isinstance(ended[0], InterruptedError)
    assert names(model) == NAMES


def test_a_failure_is_reported_and_the_rows_stay(slow: None, model: KeyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    failures: list[ZccKeysError] = []
    model.failed.connect(failures.append)
    for act, query in (("count", KeyQuery("Key")), ("ids", KeyQuery("9"))):
        monkeypatch.setattr(model._listing, act, fail)
        model.ask(query)
        wait_until(lambda: bool(failures))
        assert isinstance(failures.pop(), VaultDamagedError)
    monkeypatch.setattr(model._listing, "page", fail)
    model._load(500)
    assert failures
    assert model.row_at(501) is None


def test_a_deleted_row_shows_nothing(model: KeyModel, store: VaultStore) -> None:
    with store.change() as change:
        change.delete(store.key_named("Key0999").client_id)  # type: ignore[union-attr]
    model._load(900)
    assert model.row_at(999) is None
    assert model.index(999, 0).data() is None


def test_a_stopped_model_shows_no_rows(slow: None, model: KeyModel) -> None:
    row_counts: list[int] = []
    model.answered.connect(lambda: row_counts.append(model.rowCount()))
    model.ask(KeyQuery("9"))
    model.stop()
    QApplication.processEvents()  # delivers what the other thread emitted
    assert model.rowCount() == 0
    assert row_counts == []


def test_each_column_has_its_heading_and_tooltip(model: KeyModel) -> None:
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert headings == ["Name", "Client ID", "Status", "Role", "Session validity", "Created", "Last sign-in"]
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    tips = [model.index(0, column).data(Qt.ItemDataRole.ToolTipRole) for column in range(6)]
    assert tips[0] == "Key0000"
    assert tips[4].replace("\u202f", ",").replace(".", ",") == "3,600 seconds"
    assert tips[5].startswith("2026-11-12")
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert model.rowCount(QModelIndex()) == 1_000


def test_a_key_is_found_in_any_order(model: KeyModel, store: VaultStore) -> None:
    key = store.key_named("Key0300")
    assert key is not None
    assert model.rows_of([key.client_id]) == [300]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert model.rows_of([key.client_id]) == [699]
    assert model.key_at(699) == key


def test_no_method_that_qt_calls_raises(model: KeyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> str:
        raise ArithmeticError

    failures: list[Exception] = []
    model.failed.connect(failures.append)
    monkeypatch.setattr(model, "text", fail)
    monkeypatch.setattr(model, "tool_tip", fail)
    for row in range(20):
        assert model.index(row, 0).data() is None
        assert model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) is None
    wait_until(lambda: bool(failures))
    assert [type(error) for error in failures] == [ArithmeticError]
    monkeypatch.setattr(model._listing, "is_slow", fail)
    for column in (-1, 7, 2**31 - 1, 0):
        model.sort(column)
        assert model.headerData(column, Qt.Orientation.Horizontal) == ("Name" if column == 0 else None)
    assert model.data(QModelIndex()) is None
    assert model.data(model.createIndex(5_000, 99)) is None
    assert model.rowCount() == 1_000
