"""The question before a client secret is regenerated."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from tests.support import gui
from tests.support.gui import click, question, text
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.ui.keys.regenerate_question import ask_to_regenerate

KEY = ApiKey("id", KeyFields("ProdSync", Status.ENABLED, Role.READ, 60), datetime.now(UTC), secret_pending=False)


@pytest.fixture
def parent(qapp: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    window.show()
    yield window
    window.deleteLater()


def test_by_default_the_old_secret_has_no_grace_period(parent: QWidget) -> None:
    confirmed: list[timedelta] = []
    ask_to_regenerate(parent, KEY, confirmed.append)
    box = question()
    assert gui.find(box, "overlapField", QComboBox).currentText() == "None"
    assert "Existing access tokens stop working immediately" in text(box, "qt_msgbox_informativelabel")
    assert "earlier secret" not in text(box, "qt_msgbox_informativelabel")
    click(box, "confirmButton")
    assert confirmed == [timedelta()]


@pytest.mark.parametrize(
    ("presses", "grace_period"), [(1, timedelta(hours=1)), (2, timedelta(days=1)), (3, timedelta(7))]
)
def test_the_keyboard_chooses_the_grace_period(parent: QWidget, presses: int, grace_period: timedelta) -> None:
    confirmed: list[timedelta] = []
    ask_to_regenerate(parent, KEY, confirmed.append)
    box = question()
    assert [stop.objectName() for stop in gui.tab_stops(box)] == ["cancelButton", "overlapField", "confirmButton"]
    field = gui.find(box, "overlapField", QComboBox)
    for _ in range(presses):
        QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(gui.find(box, "confirmButton", QWidget), Qt.Key.Key_Space)
    assert confirmed == [grace_period]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_and_esc_regenerate_nothing(parent: QWidget, key: Qt.Key) -> None:
    confirmed: list[timedelta] = []
    ask_to_regenerate(parent, KEY, confirmed.append)
    QTest.keyClick(question(), key)
    assert confirmed == []


def test_it_says_that_an_earlier_secret_stops_working(parent: QWidget) -> None:
    ask_to_regenerate(parent, replace(KEY, replaced_until=datetime.now(UTC) + timedelta(hours=1)), lambda _: None)
    box = question()
    assert "An earlier secret is still in its grace period" in text(box, "qt_msgbox_informativelabel")
    click(box, "cancelButton")
    ask_to_regenerate(parent, replace(KEY, replaced_until=datetime.now(UTC) - timedelta(hours=1)), lambda _: None)
    assert "earlier secret" not in text(question(), "qt_msgbox_informativelabel")
    click(question(), "cancelButton")
