"""The field that the user types and pastes a whole number into; not loaded before a window needs it."""

from PySide6.QtWidgets import QSpinBox

from zcc_keys_gui.domain.pasted_text import cleaned
from zcc_keys_gui.ui.pasting import Answer


class NumberField(QSpinBox):
    """A field for a whole number, to be used instead of `QSpinBox`: that rejects a pasted ` 60` without a word."""

    def validate(self, text: str, position: int) -> Answer:
        """Judge the number, without what may come along when it is pasted."""
        clean = cleaned(text)
        return super().validate(clean, min(position, len(clean)))
