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

    def __init__(self, field: QLineEdit, rule: Rule, max_length: int) -> None:
        """Clean by `rule` what is pasted into `field`, then cut it so that the field has `max_length` characters."""
        super().__init__(field)
        self._field = field
        self._rule = rule
        self._max_length = max_length
        self._before = field.text()
        self._selection = (0, 0)
        self.cleaned_from = ""
        """The last part that was pasted, if something of it was taken away; empty once the text changes again."""
        field.setValidator(self)
        field.selectionChanged.connect(self._note_selection)  # Qt tells of the end of one only after it has asked

    def _note_selection(self) -> None:
        start = self._field.selectionStart()
        self._selection = (start, start + self._field.selectionLength()) if start >= 0 else (0, 0)

    def expect(self, text: str) -> None:
        """Let the program put this text into the field next, as it is."""
        self._before, self.cleaned_from = text, ""

    def validate(self, text: str, position: int) -> Answer:
        """Return the text as it is to stand in the field, and where the cursor is then; never raises."""
        if text == self._before:
            return QValidator.State.Acceptable, text, position
        start, end = self._inserted(text, position)
        inserted = text[start:end]
        clean = inserted if self._is_typed(inserted) else self._rule(inserted)
        clean = clean[: max(0, self._max_length - (len(text) - len(inserted)))]
        self.cleaned_from = inserted if clean != inserted else ""
        self._before = text[:start] + clean + text[end:]
        return QValidator.State.Acceptable, self._before, start + len(clean) if self.cleaned_from else position

    def _inserted(self, text: str, position: int) -> tuple[int, int]:
        """Return from where to where in `text` stands what took the place of the selection, if there was one."""
        start, end = self._selection
        before, behind = self._before[:start], self._before[end:]
        if start < end and start <= position and (text[:start], text[position:]) == (before, behind):
            return start, position
        return _inserted(self._before, text, position)

    def _is_typed(self, inserted: str) -> bool:
        by_key = len(inserted) == 1 and inserted.isprintable()
        return not inserted or by_key or self._field.isRedoAvailable()  # redo: it was an undo


class SecretPasting(QValidator):
    """Cleans the text of a field whenever it changes; keeps no copy of a secret, unless something was taken away."""

    def __init__(self, field: QLineEdit, rule: Rule, max_length: int) -> None:
        """Clean the text of `field` by `rule`, which leaves a clean text as it is, then cut it to `max_length`."""
        super().__init__(field)
        self._rule: Rule = lambda text: rule(text)[:max_length]
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
