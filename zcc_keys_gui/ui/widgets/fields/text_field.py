"""The field that the user types and pastes one line of text into."""

from typing import Any

from PySide6.QtWidgets import QLineEdit

from zcc_keys_gui.domain.pasted_text import cleaned
from zcc_keys_gui.ui.widgets.fields.pasting import Pasting, Rule

_MAX_LENGTH = 1_000  # characters; Qt takes half a second to lay out its own limit, the 32,767 that a paste is cut to


class TextField(QLineEdit):
    """A field for one line, to be used instead of `QLineEdit`; `SecretField` is the one for secrets."""

    def __init__(
        self, text: str = "", *, rule: Rule = cleaned, max_length: int = _MAX_LENGTH, **properties: Any
    ) -> None:
        """Start with `text`, and clean by `rule` what is pasted, and take up to `max_length` characters of it.

        `properties` are those of `QLineEdit`. Its `maxLength` would cut a text before it is cleaned.
        """
        super().__init__(text, **properties)
        self._pasting = Pasting(self, rule, max_length)

    @property
    def cleaned_from(self) -> str:
        """What was pasted last, if something of it was taken away; empty once the text changes again."""
        return self._pasting.cleaned_from

    def setText(self, text: str | None) -> None:  # noqa: N802
        """Show a text of the program's, as it is."""
        self._pasting.expect(text or "")
        super().setText(text or "")
