"""The field that the user types and pastes one line of text into."""

from typing import Any

from PySide6.QtWidgets import QLineEdit

from zcc_keys_gui.domain.pasted_text import cleaned
from zcc_keys_gui.ui.pasting import Pasting, Rule

_LONGEST = 1_000  # characters; Qt takes half a second to lay out its own limit of 32,767


class TextField(QLineEdit):
    """A field for one line, to be used instead of `QLineEdit`; `SecretField` is the one for secrets."""

    def __init__(self, text: str = "", *, rule: Rule = cleaned, **properties: Any) -> None:
        """Start with `text`, and clean by `rule` what is pasted; `properties` are those of `QLineEdit`."""
        super().__init__(text, **({"maxLength": _LONGEST} | properties))
        self._pasting = Pasting(self, rule)

    @property
    def cleaned_from(self) -> str:
        """What was pasted last, if something of it was taken away; empty once the text changes again."""
        return self._pasting.cleaned_from

    def setText(self, text: str | None) -> None:  # noqa: N802
        """Show a text of the program's, as it is."""
        self._pasting.expect(text or "")
        super().setText(text or "")
