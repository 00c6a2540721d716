"""The field that the user types and pastes a whole number into; not loaded before a window needs it."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox, QToolTip

from zcc_keys_gui.domain.pasted_text import cleaned, in_plain_digits
from zcc_keys_gui.ui.widgets.fields.pasting import Answer


class NumberField(QSpinBox):
    """A field for a whole number, to be used instead of `QSpinBox`: that rejects a pasted ` 60` without a word."""

    def validate(self, text: str, position: int) -> Answer:
        """Judge the number, without what may come along when it is pasted; say what is wanted if it is none."""
        clean = in_plain_digits(cleaned(text))
        state, clean, position = super().validate(clean, min(position, len(clean)))
        if state is QValidator.State.Invalid and self.hasFocus():
            place = self.mapToGlobal(self.rect().bottomLeft())
            QToolTip.showText(place, f"Enter a whole number from {self.minimum()} to {self.maximum()}.", self)
        return state, clean, position
