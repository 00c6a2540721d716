"""The dialog in which a person chooses a key's name, status, role and session validity interval."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.key_name import NameFault, NameProblem
from zcc_keys_gui.domain.pasted_text import cleaned
from zcc_keys_gui.domain.session_validity import DEFAULT, ValidityProblem
from zcc_keys_gui.ui.text.fields import name_problem_words
from zcc_keys_gui.ui.text.keys.key_list import NAME_RULE, ROLE_HINT
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.session_validity_field import SessionValidityField
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named

NEW_KEY = KeyFields(name="", status=Status.ENABLED, role=Role.READ, session_validity=DEFAULT)

_TRIMMED = "Spaces around the pasted name were removed."
_CLEANED = "Quotes or invisible characters were removed from the pasted name."
_ChoiceT = TypeVar("_ChoiceT", Status, Role)


@dataclass(frozen=True)
class KeyDraft:
    """What a person has typed and chosen so far, right or wrong."""

    name: str
    status: Status
    role: Role
    session_validity: str
    focus: str
    """The object name of the control that had the focus."""


class KeyDialog(QDialog):
    """Takes the fields of a key and emits those that a person wants saved.

    It stays open until its owner has saved them and calls `accept`.
    """

    save_requested = Signal(KeyFields)

    def __init__(
        self,
        fields: KeyFields,
        check_name: Callable[[str], NameProblem | None],
        max_session_validity: int,
        parent: QWidget,
    ) -> None:
        """Start with `fields`; `check_name` says what is wrong with a name."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._check_name = check_name
        self._tried_to_save = False

        self._name = named(TextField(fields.name), "nameField", "Name")
        self._name_hint = named(Label(NAME_RULE, wordWrap=True), "nameHint")
        self._name_problem = FieldProblem(self._name, "nameError")
        self._status, status_row = _choice("Status", {s: f"{s.value.lower()}Button" for s in Status}, fields.status)
        self._role, role_row = _choice("Role", {r: f"{r.value.lower()}Button" for r in Role}, fields.role)
        self._validity = SessionValidityField(
            "sessionValidity", "Session validity interval", fields.session_validity, max_session_validity
        )

        self._lay_out(status_row, role_row)
        self._name.textChanged.connect(self._name_changed)
        self._name.selectAll()

    def show_name_taken(self) -> None:
        """Mark the name: another key was given it meanwhile."""
        self._name_problem.set_text(name_problem_words(NameProblem(NameFault.TAKEN)))
        self._name.setFocus()

    def draft(self) -> KeyDraft:
        """Return what was typed and chosen so far."""
        focus = self.focusWidget()
        return KeyDraft(
            self._name.text(),
            _chosen(self._status, Status),
            _chosen(self._role, Role),
            self._validity.text(),
            "" if focus is None else focus.objectName(),
        )

    def restore_draft(self, draft: KeyDraft) -> None:
        """Go on with what was typed and chosen before."""
        self._name.setText(draft.name)
        self._status.button(list(Status).index(draft.status)).setChecked(True)
        self._role.button(list(Role).index(draft.role)).setChecked(True)
        self._validity.set_text(draft.session_validity)
        focus = self.findChild(QWidget, draft.focus)
        if focus is not None:
            focus.setFocus()

    def _lay_out(self, status_row: QHBoxLayout, role_row: QHBoxLayout) -> None:
        form = QGridLayout()
        form.setVerticalSpacing(4)
        form.setColumnStretch(1, 1)
        rows: list[tuple[str, QWidget | None, QHBoxLayout]] = [
            ("&Name", self._name, _row(self._name)),
            ("", None, _row(self._name_hint)),
            ("", None, _row(self._name_problem)),
            ("Status", None, status_row),
            ("Role", None, role_row),
            ("", None, _row(named(Label(ROLE_HINT, wordWrap=True), "roleHint"))),
            ("Session &validity interval", self._validity, _row(self._validity)),
        ]
        line = 0
        for text, buddy, row in rows:
            if text:
                if line:
                    form.setRowMinimumHeight(line, 8)
                    line += 1
                label = Label(text)
                if buddy is not None:
                    label.setBuddy(buddy)
                form.addWidget(label, line, 0, 1, 2)
                line += 1
            form.addLayout(row, line, 0, 1, 2)
            line += 1

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        for which, name in (
            (QDialogButtonBox.StandardButton.Save, "saveButton"),
            (QDialogButtonBox.StandardButton.Cancel, "cancelButton"),
        ):
            button = buttons.button(which)
            named(button, name, button.text().replace("&", ""))
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addStretch()
        layout.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Save).setDefault(True)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 64)

    # --- while typing ---

    def _name_changed(self) -> None:
        pasted = self._name.cleaned_from
        self._name_hint.setText(
            NAME_RULE if not pasted else _TRIMMED if pasted.strip() in self._name.text() else _CLEANED
        )
        self._show_name()

    def _show_name(self) -> NameProblem | None:
        problem = self._check_name(self._name.text())
        said = problem is not None and (self._tried_to_save or problem.fault is not NameFault.EMPTY)
        self._name_problem.set_text(name_problem_words(problem) if problem is not None and said else "")
        self._name_hint.setVisible(not said)
        return problem

    # --- Save ---

    def _save(self) -> None:
        self._tried_to_save = True
        if self._name.text() != cleaned(self._name.text()):
            self._name.setText(cleaned(self._name.text()))
            self._name_hint.setText(_TRIMMED)
        name_problem, validity = self._show_name(), self._validity.check()
        if name_problem is not None:
            self._name.setFocus()
        elif isinstance(validity, ValidityProblem):
            self._validity.setFocus()
        else:
            self.save_requested.emit(
                KeyFields(self._name.text(), _chosen(self._status, Status), _chosen(self._role, Role), validity)
            )


def _choice(label: str, names: dict[_ChoiceT, str], chosen: _ChoiceT) -> tuple[QButtonGroup, QHBoxLayout]:
    group, row = QButtonGroup(), QHBoxLayout()
    row.setSpacing(16)
    for number, (value, name) in enumerate(names.items()):
        button = named(QRadioButton(value.value), name, f"{label}: {value.value}")
        button.setChecked(value is chosen)
        group.addButton(button, number)
        row.addWidget(button)
    row.addStretch()
    return group, row


def _chosen(group: QButtonGroup, kind: type[_ChoiceT]) -> _ChoiceT:
    return list(kind)[group.checkedId()]


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return row
