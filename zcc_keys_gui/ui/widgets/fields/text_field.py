"""The field for one line of text that the user types or pastes."""

from typing import Any

from PySide6.QtWidgets import QLineEdit

from zcc_keys_gui.domain.pasted_text import clean
from zcc_keys_gui.ui.widgets.fields.pasting import CleaningRule, PasteCleaner

# Characters. Qt's own limit is 32,767, and Qt needs half a second to lay out a text of that length.
_MAX_LENGTH = 1_000


class TextField(QLineEdit):
    """A field for one line. Use it instead of `QLineEdit`, and `SecretField` for secrets."""

    def __init__(
        self, text: str = "", *, rule: CleaningRule = clean, max_length: int = _MAX_LENGTH, **properties: Any
    ) -> None:
        """Show `text`; clean pasted text by `rule`, and accept up to `max_length` characters.

        `properties` are those of `QLineEdit`. Don't use its `maxLength`, which cuts a text before it is cleaned.
        """
        super().__init__(text, **properties)
        self._cleaner = PasteCleaner(self, rule, max_length)

    @property
    def uncleaned_text(self) -> str:
        """The last pasted text before it was cleaned; empty if cleaning changed nothing, or after the next change."""
        return self._cleaner.uncleaned_text

    def setText(self, text: str | None) -> None:  # noqa: N802
        """Show a text unchanged."""
        self._cleaner.expect(text or "")
        super().setText(text or "")
