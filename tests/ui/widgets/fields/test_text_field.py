"""The field for one line of text, which every window uses."""

from pathlib import Path

import pytest
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QApplication, QLineEdit, QSpinBox

from tests.ui.every_window import AT_START, FROM_MAIN, opened
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField
from zcc_keys_gui.ui.widgets.fields.text_field import TextField


@pytest.mark.parametrize("name", [*FROM_MAIN, *AT_START])
def test_every_window_has_only_fields_that_clean_pasted_text(
    request: pytest.FixtureRequest, qapp: QApplication, name: str, tmp_path: Path
) -> None:
    if name in AT_START:
        request.getfixturevalue("no_keystore")
    with opened(name, tmp_path) as shown:
        fields = [field for field in shown.findChildren(QLineEdit) if not field.isReadOnly()]
        unclean = [field.objectName() for field in fields if not isinstance(field.validator(), QValidator)]
        assert unclean == []
        assert [number for number in shown.findChildren(QSpinBox) if not isinstance(number, NumberField)] == []


def test_a_text_that_the_program_sets_may_be_none(qapp: QApplication) -> None:
    field = TextField("text")
    field.setText(None)
    assert field.text() == ""
    field.deleteLater()
