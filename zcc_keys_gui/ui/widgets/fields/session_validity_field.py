"""The field for a session validity interval, with what it says in words and what is wrong with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.text.fields import validity_hint, validity_problem_words
from zcc_keys_gui.ui.text.values import session_validity_in
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

# Not said while a person still types: they are about to mend themselves.
_UNFINISHED = (ValidityProblem.EMPTY, ValidityProblem.TOO_SHORT)


class SessionValidityField(QWidget):
    """A line to type seconds into; `edited` tells that its text has changed.

    Its parts are found under `<name>Field`, `<name>Hint` and `<name>Error`.
    """

    edited = Signal()

    def __init__(self, name: str, spoken: str, seconds: int, longest: int) -> None:
        """Start with `seconds`; more than `longest` are too long."""
        super().__init__()
        self._longest = longest
        self._was_done = False
        self._line = named(TextField(str(seconds)), f"{name}Field", f"{spoken} in seconds")
        self._hint = named(Label(wordWrap=True), f"{name}Hint")
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
        self._line.textChanged.connect(self._say)
        self._line.textChanged.connect(self.edited)
        self._line.editingFinished.connect(self.check)
        self._say()

    def text(self) -> str:
        """Return what is typed, whatever it is."""
        return self._line.text()

    def set_text(self, text: str) -> None:
        """Type this instead."""
        self._line.setText(text)

    def typed(self) -> int | ValidityProblem:
        """Return the seconds, or what is wrong with the text."""
        return session_validity_in(self._line.text(), self._longest)

    def check(self) -> int | ValidityProblem:
        """Return the same, and from now on say whatever is wrong: the person was done with the field once."""
        self._was_done = True
        self._say()
        return self.typed()

    def _say(self) -> None:
        typed = self.typed()
        if isinstance(typed, ValidityProblem):
            self._hint.setText("seconds")
            said = self._was_done or typed not in _UNFINISHED
            self._problem.set_text(validity_problem_words(typed, self._longest) if said else "")
        else:
            self._hint.setText(validity_hint(typed))
            self._problem.set_text("")
            grow_to_fit_texts(self.window())
