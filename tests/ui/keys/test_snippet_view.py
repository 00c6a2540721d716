"""The field that shows a snippet."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from zcc_keys_gui.ui.keys.snippet_view import SnippetView

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(qapp: QApplication) -> Iterator[SnippetView]:
    view = SnippetView()
    yield view
    view.deleteLater()


def test_the_copy_keys_ask_for_a_copy_of_a_secret_snippet(view: SnippetView) -> None:
    QApplication.clipboard().setText("before")
    requests = QSignalSpy(view.copy_requested)
    view.show_snippet("curl secret", is_secret=True)
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_C, CONTROL)
    assert requests.count() == 1
    assert QApplication.clipboard().text() == "before"


def test_the_copy_keys_copy_the_selection_without_a_secret(view: SnippetView) -> None:
    requests = QSignalSpy(view.copy_requested)
    view.show_snippet("curl placeholder", is_secret=False)
    view.selectAll()
    QTest.keyClick(view, Qt.Key.Key_C, CONTROL)
    assert requests.count() == 0
    assert QApplication.clipboard().text() == "curl placeholder"


def test_a_secret_snippet_has_no_menu_and_no_mouse_selection(view: SnippetView) -> None:
    view.show_snippet("curl secret", is_secret=True)
    assert view.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    assert not view.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    view.show_snippet("curl placeholder", is_secret=False)
    assert view.contextMenuPolicy() is Qt.ContextMenuPolicy.DefaultContextMenu
