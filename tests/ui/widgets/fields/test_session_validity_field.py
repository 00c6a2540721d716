"""The field for a session validity interval."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.gui import line, replace_text, text
from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.widgets.fields.session_validity_field import SessionValidityField


@pytest.fixture
def field(qapp: QApplication) -> Iterator[SessionValidityField]:
    field = SessionValidityField("interval", "Interval (in seconds)", 3_600, 7_200)
    field.show()
    yield field
    field.close()
    field.deleteLater()


def test_it_shows_its_seconds_and_their_meaning(field: SessionValidityField) -> None:
    assert (field.text(), field.typed()) == ("3600", 3_600)
    assert text(field, "intervalHint") == "3,600 seconds (1 hour)"
    assert line(field, "intervalField").accessibleName() == "Interval (in seconds)"


def test_every_change_is_emitted(field: SessionValidityField) -> None:
    edits: list[str] = []
    field.edited.connect(lambda: edits.append(field.text()))
    field.set_text("60")
    assert edits == ["60"]
    assert text(field, "intervalHint") == "60 seconds (1 minute)"


def test_an_unfinished_interval_is_no_problem_until_checked(field: SessionValidityField) -> None:
    replace_text(field, "intervalField", "2")
    assert field.typed() is ValidityProblem.TOO_SHORT
    assert text(field, "intervalError") == ""
    assert field.check() is ValidityProblem.TOO_SHORT
    assert "at least 30 seconds" in text(field, "intervalError")
    field.set_text("")
    assert "Enter a number of seconds" in text(field, "intervalError")


def test_too_many_seconds_are_a_problem_immediately(field: SessionValidityField) -> None:
    field.set_text("7201")
    assert field.typed() is ValidityProblem.TOO_LONG
    assert "at most 7,200 seconds" in text(field, "intervalError")
    field.set_text("7200")
    assert text(field, "intervalError") == ""
