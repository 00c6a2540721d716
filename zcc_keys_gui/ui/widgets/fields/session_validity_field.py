"""The field for a session validity interval, which also shows the interval in words and what is wrong with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.text.fields import SECONDS, describe_validity_problem, validity_hint
from zcc_keys_gui.ui.text.values import parse_typed_session_validity
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

# These problems are not shown while the user is still typing, because the next digit may solve them.
_UNFINISHED = (ValidityProblem.EMPTY, ValidityProblem.TOO_SHORT)


class SessionValidityField(QWidget):
    """A field for seconds; emits `edited` when its text changes.

    Its parts have the object names `<name>Field`, `<name>Hint`, and `<name>Error`.
    """

    edited = Signal()

    def __init__(self, name: str, accessible_name: str, seconds: int, max_seconds: int) -> None:
        """Show `seconds`; accept up to `max_seconds`."""
        super().__init__()
        self._max_seconds = max_seconds
        self._was_left = False
        self._line = name_widget(TextField(str(seconds)), f"{name}Field", accessible_name)
        self._hint = name_widget(Label(wordWrap=True), f"{name}Hint")
        self._problem = FieldProblem(self._line, f"{name}Error")
        self._line.setFixedWidth(self._line.fontMetrics().horizontalAdvance("0") * 16)
        self.setFocusProxy(self._line)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._line)
        row.addWidget(self._hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._problem)
        self._line.textChanged.connect(self._show_meaning)
        self._line.textChanged.connect(self.edited)
        self._line.editingFinished.connect(self.check)
        self._show_meaning()

    def text(self) -> str:
        """Return the text as typed, valid or not."""
        return self._line.text()

    def set_text(self, text: str) -> None:
        """Replace the text."""
        self._line.setText(text)

    def typed(self) -> int | ValidityProblem:
        """Return the seconds, or what is wrong with the text."""
        return parse_typed_session_validity(self._line.text(), self._max_seconds)

    def check(self) -> int | ValidityProblem:
        """Return the seconds, or what is wrong with the text. From now on, show every problem immediately."""
        self._was_left = True
        self._show_meaning()
        return self.typed()

    def _show_meaning(self) -> None:
        """Show the interval in words, or what is wrong with it."""
        typed = self.typed()
        if isinstance(typed, ValidityProblem):
            self._hint.setText(SECONDS)
            is_shown = self._was_left or typed not in _UNFINISHED
            self._problem.set_text(describe_validity_problem(typed, self._max_seconds) if is_shown else "")
        else:
            self._hint.setText(validity_hint(typed))
            self._problem.set_text("")
            grow_to_fit_texts(self.window())
