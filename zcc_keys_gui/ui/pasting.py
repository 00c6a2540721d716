"""One rule for all that comes into a field otherwise than key by key.

Qt asks a field's validator about every change: pasted with the keyboard, a menu or X11's middle button, dropped,
composed by an input method, or set by a screen reader. It asks before the field tells of the change, so nobody sees
what is taken away here.
"""

from collections.abc import Callable
from itertools import takewhile

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QLineEdit

Rule = Callable[[str], str]
"""Returns a pasted text as it is to stand in the field; see `domain.pasted_text`."""
Answer = tuple[QValidator.State, str, int]


class Pasting(QValidator):
    """Cleans the part that is pasted into a field; what the user types stays as it is."""

    def __init__(self, field: QLineEdit, rule: Rule) -> None:
        """Clean by `rule` what is pasted into `field`."""
        super().__init__(field)
        self._field = field
        self._rule = rule
        self._before = field.text()
        self.cleaned_from = ""
        """The last part that was pasted, if something of it was taken away; empty once the text changes again."""
        field.setValidator(self)

    def expect(self, text: str) -> None:
        """Let the program put this text into the field next, as it is."""
        self._before, self.cleaned_from = text, ""

    def validate(self, text: str, position: int) -> Answer:
        """Return the text as it is to stand in the field, and where the cursor is then; never raises."""
        if text == self._before:
            return QValidator.State.Acceptable, text, position
        start, end = _inserted(self._before, text, position)
        inserted = text[start:end]
        clean = inserted if self._is_typed(inserted) else self._rule(inserted)
        self.cleaned_from = inserted if clean != inserted else ""
        self._before = text[:start] + clean + text[end:]
        return QValidator.State.Acceptable, self._before, start + len(clean) if self.cleaned_from else position

    def _is_typed(self, inserted: str) -> bool:
        by_key = len(inserted) == 1 and inserted.isprintable()
        return not inserted or by_key or self._field.isRedoAvailable()  # redo: it was an undo


class SecretPasting(QValidator):
    """Cleans the text of a field whenever it changes; keeps no copy of a secret, unless something was taken away."""

    def __init__(self, field: QLineEdit, rule: Rule) -> None:
        """Clean the text of `field` by `rule`, which returns the same text if there is nothing to take away."""
        super().__init__(field)
        self._rule = rule
        self.cleaned_from = ""
        """The text as it was before something was taken away; empty once it changes again."""
        field.setValidator(self)

    def validate(self, text: str, position: int) -> Answer:
        """Return the text as it is to stand in the field, and where the cursor is then; never raises."""
        clean = self._rule(text)
        if clean != text:
            self.cleaned_from = text
            return QValidator.State.Acceptable, clean, min(len(self._rule(text[:position])), len(clean))
        if self.cleaned_from and self._rule(self.cleaned_from) != text:
            self.cleaned_from = ""
        return QValidator.State.Acceptable, text, position


def _inserted(before: str, after: str, position: int) -> tuple[int, int]:
    """Return from where to where in `after` stands what was put into `before`; the cursor is mostly behind it."""
    behind = after[position:]
    if before.endswith(behind):
        return _same_beginning(before[: len(before) - len(behind)], after[:position]), position
    start = _same_beginning(before, after)
    return start, len(after) - _same_beginning(before[start:][::-1], after[start:][::-1])


def _same_beginning(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
