"""The field for a whole number that the user types or pastes."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QToolTip

from zcc_keys_gui.domain.pasted_text import clean, to_ascii_digits
from zcc_keys_gui.ui.text.fields import WHOLE_NUMBER_EXPECTED
from zcc_keys_gui.ui.widgets.fields.pasting import Validation


class NumberField(QSpinBox):
    """A field for a whole number. Use it instead of `QSpinBox`, which silently rejects a pasted ` 60`."""

    def validate(self, text: str, position: int) -> Validation:
        """Validate the number without the spaces and quotes that are often pasted with it.

        If the text is not a number in the field's range, a tooltip says what to enter.
        """
        number = to_ascii_digits(clean(text))
        state, number, position = super().validate(number, min(position, len(number)))
        if state is QValidator.State.Invalid and self.hasFocus():
            expected = WHOLE_NUMBER_EXPECTED.format(minimum=self.minimum(), maximum=self.maximum())
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), expected, self)
        return state, number, position
