"""The search field and the filters above the list of keys."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from zcc_keys_gui.domain.api_key import KeyColumn, KeyQuery, Role, Status
from zcc_keys_gui.ui.keys.list.key_filter import KeyFilter

FILTERED = KeyQuery("prod", status=Status.DISABLED, role=Role.WRITE)


@pytest.fixture
def key_filter(qapp: QApplication) -> Iterator[KeyFilter]:
    key_filter = KeyFilter()
    yield key_filter
    key_filter.deleteLater()


def test_a_query_is_shown_and_reported_once(key_filter: KeyFilter) -> None:
    changed = QSignalSpy(key_filter.changed)
    key_filter.show_query(FILTERED)
    assert changed.count() == 1
    assert key_filter.is_active
    assert key_filter.apply_to(KeyQuery()) == FILTERED


def test_clearing_is_reported_once(key_filter: KeyFilter) -> None:
    key_filter.show_query(FILTERED)
    changed = QSignalSpy(key_filter.changed)
    key_filter.clear()
    assert changed.count() == 1
    assert not key_filter.is_active


def test_each_keystroke_is_reported(key_filter: KeyFilter) -> None:
    changed = QSignalSpy(key_filter.changed)
    QTest.keyClicks(key_filter.search, "abc")
    assert changed.count() == 3


def test_the_order_of_a_query_stays(key_filter: KeyFilter) -> None:
    key_filter.show_query(FILTERED)
    query = key_filter.apply_to(KeyQuery(sort=KeyColumn.CREATED, descending=True))
    assert (query.sort, query.descending) == (KeyColumn.CREATED, True)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_down_and_enter_ask_for_the_list(key_filter: KeyFilter, key: Qt.Key) -> None:
    requested = QSignalSpy(key_filter.search.list_requested)
    QTest.keyClick(key_filter.search, key)
    assert requested.count() == 1
