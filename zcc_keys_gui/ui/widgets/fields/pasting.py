"""Validators that clean text that is not typed one key at a time.

Qt asks a field's validator about every change: text that is pasted with the keyboard, a menu, or X11's middle button,
dropped, composed by an input method, or set by a screen reader. It asks before the field emits `textChanged`, so that
no other code sees the text before it is cleaned.
"""

from collections.abc import Callable
from itertools import takewhile

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QLineEdit

CleaningRule = Callable[[str], str]
"""Returns a pasted text without the parts that the field doesn't accept; see `domain.pasted_text`."""
Validation = tuple[QValidator.State, str, int]
"""What `QValidator.validate` returns in Python: the state, the text to show, and the cursor's position in it."""


class PasteCleaner(QValidator):
    """A validator that cleans text that is pasted into a field, but not text that is typed."""

    def __init__(self, field: QLineEdit, rule: CleaningRule, max_length: int) -> None:
        """Clean pasted text by `rule`, then cut it so that the text of `field` has at most `max_length` characters."""
        super().__init__(field)
        self._field = field
        self._rule = rule
        self._max_length = max_length
        self._before = field.text()
        self._selection = (0, 0)
        self.uncleaned_text = ""
        """The last pasted text before it was cleaned; empty if cleaning changed nothing, or after the next change."""
        field.setValidator(self)
        # When Qt validates a paste over a selection, the field no longer has that selection.
        field.selectionChanged.connect(self._remember_selection)

    def _remember_selection(self) -> None:
        start = self._field.selectionStart()
        self._selection = (start, start + self._field.selectionLength()) if start >= 0 else (0, 0)

    def expect(self, text: str) -> None:
        """Accept `text` unchanged, because the program is about to set it."""
        self._before, self.uncleaned_text = text, ""

    def validate(self, text: str, position: int) -> Validation:
        """Return the text that the field shows, and the cursor's position in it. Never raises."""
        if text == self._before:
            return QValidator.State.Acceptable, text, position
        start, end = self._inserted_range(text, position)
        inserted = text[start:end]
        clean = inserted if self._is_typed(inserted) else self._rule(inserted)
        clean = clean[: max(0, self._max_length - (len(text) - len(inserted)))]
        self.uncleaned_text = inserted if clean != inserted else ""
        self._before = text[:start] + clean + text[end:]
        return QValidator.State.Acceptable, self._before, start + len(clean) if self.uncleaned_text else position

    def _inserted_range(self, text: str, position: int) -> tuple[int, int]:
        """Return start and end of the part of `text` that was inserted, at the selection if there was one."""
        start, end = self._selection
        unselected = self._before[:start], self._before[end:]
        if start < end and start <= position and (text[:start], text[position:]) == unselected:
            return start, position
        return _changed_range(self._before, text, position)

    def _is_typed(self, inserted: str) -> bool:
        is_single_key = len(inserted) == 1 and inserted.isprintable()
        is_undo = self._field.isRedoAvailable()
        return not inserted or is_single_key or is_undo


class SecretCleaner(QValidator):
    """A validator that cleans the whole text after every change. It keeps a copy of a secret only if it cleaned it."""

    def __init__(self, field: QLineEdit, rule: CleaningRule, max_length: int) -> None:
        """Clean the text of `field` by `rule`, which returns a clean text unchanged, then cut it to `max_length`."""
        super().__init__(field)
        self._rule: CleaningRule = lambda text: rule(text)[:max_length]
        self.uncleaned_text = ""
        """The text before it was cleaned; empty if cleaning changed nothing, or after the next change."""
        field.setValidator(self)

    def validate(self, text: str, position: int) -> Validation:
        """Return the text that the field shows, and the cursor's position in it. Never raises."""
        clean = self._rule(text)
        if clean != text:
            self.uncleaned_text = text
            return QValidator.State.Acceptable, clean, min(len(self._rule(text[:position])), len(clean))
        # Qt validates the cleaned text again, which is not another change.
        if self.uncleaned_text and self._rule(self.uncleaned_text) != text:
            self.uncleaned_text = ""
        return QValidator.State.Acceptable, text, position


def _changed_range(before: str, after: str, position: int) -> tuple[int, int]:
    """Return start and end of the part of `after` that is not in `before`. The cursor is usually at its end."""
    behind_cursor = after[position:]
    if before.endswith(behind_cursor):
        return _common_prefix_length(before[: len(before) - len(behind_cursor)], after[:position]), position
    start = _common_prefix_length(before, after)
    return start, len(after) - _common_prefix_length(before[start:][::-1], after[start:][::-1])


def _common_prefix_length(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
