"""The bar that says what local keys are."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from tests.support import gui
from tests.support.gui import click, question, text


@pytest.mark.parametrize("way", ["hideLocalNoteButton", "localNoteButton"])
def test_the_bar_can_be_explained_and_hidden(main: QWidget, way: str) -> None:
    assert "not with a Zscaler cloud" in gui.find(main, "localNoteText", QLabel).text()
    click(main, way)
    if way == "localNoteButton":
        explained = text(question(), "qt_msgbox_informativelabel")
        assert "sends nothing" in explained
        assert "your tenant may behave differently" in explained
        click(question(), "closeButton")
    else:
        assert not gui.find(main, "localNote", QWidget).isVisible()
