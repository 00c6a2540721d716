"""The field for a number."""

import pytest
from PySide6.QtWidgets import QApplication, QToolTip

from tests.support.gui import wait_until
from tests.ui.pasting import paste_with_keys
from zcc_keys_gui.ui.widgets.fields.number_field import NumberField


@pytest.mark.parametrize("pasted", [" 60\n", '"60"', "60\u200b", "\ufeff60", "\u00a060 ", "６０", "٦٠"])
def test_a_pasted_number_is_accepted(qapp: QApplication, pasted: str) -> None:
    number = NumberField()
    number.setRange(5, 600)
    number.lineEdit().selectAll()
    paste_with_keys(number.lineEdit(), pasted)
    number.interpretText()
    assert number.value() == 60
    number.deleteLater()


@pytest.mark.parametrize("pasted", ["60 seconds", "60.", "1,00", "(60)", "sixty"])
def test_other_text_is_rejected_with_a_tooltip(qapp: QApplication, pasted: str) -> None:
    number = NumberField()
    number.setRange(5, 600)
    number.show()
    number.setFocus()
    wait_until(number.hasFocus)
    number.lineEdit().selectAll()
    paste_with_keys(number.lineEdit(), pasted)
    assert number.value() == 5
    assert QToolTip.text() == "Enter a whole number from 5 to 600."
    QToolTip.hideText()
    number.close()
    number.deleteLater()
