"""The dialog for a key's name, status, role, and session validity interval."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.api_key import KeyFields, NameFault, NameProblem, Role, Status
from zcc_keys_gui.domain.pasted_text import clean
from zcc_keys_gui.domain.session_validity import DEFAULT_SESSION_SECONDS, ValidityProblem
from zcc_keys_gui.ui.text.keys import key_dialog as texts
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem
from zcc_keys_gui.ui.widgets.fields.session_validity_field import SessionValidityField
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import dialog_layout, field_group
from zcc_keys_gui.ui.widgets.naming import name_widget

NEW_KEY = KeyFields(name="", status=Status.ENABLED, role=Role.READ, session_validity=DEFAULT_SESSION_SECONDS)

_WIDTH_DIGITS = 64
_STATUS_BUTTONS = {Status.ENABLED: "enabledButton", Status.DISABLED: "disabledButton"}
_ROLE_BUTTONS = {Role.READ: "readButton", Role.WRITE: "writeButton"}
_ChoiceT = TypeVar("_ChoiceT", Status, Role)


@dataclass(frozen=True)
class KeyDraft:
    """The input of the user so far, valid or not."""

    name: str
    status: Status
    role: Role
    session_validity: str
    focus: str
    """The object name of the control with the focus."""


class KeyDialog(QDialog):
    """A dialog that emits valid fields of a key when the user clicks Save.

    It stays open until its owner has saved the fields and calls `accept`.
    """

    save_requested = Signal(KeyFields)

    def __init__(
        self,
        fields: KeyFields,
        check_name: Callable[[str], NameProblem | None],
        max_session_validity_seconds: int,
        parent: QWidget,
    ) -> None:
        """Show `fields`.

        `check_name` says what is wrong with a name. No session validity interval may be longer than
        `max_session_validity_seconds`.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._check_name = check_name
        self._tried_to_save = False

        self._name = name_widget(TextField(fields.name), "nameField", texts.NAME)
        self._name_hint = name_widget(Label(texts.NAME_RULE, wordWrap=True), "nameHint")
        self._name_problem = FieldProblem(self._name, "nameError")
        self._status = QButtonGroup(self)
        self._role = QButtonGroup(self)
        self._validity = SessionValidityField(
            "sessionValidity", texts.SESSION_VALIDITY, fields.session_validity, max_session_validity_seconds
        )
        self._lay_out(
            _radio_buttons(self._status, _STATUS_BUTTONS, texts.STATUS_CHOICES, texts.STATUS_CHOICES_SPOKEN),
            _radio_buttons(self._role, _ROLE_BUTTONS, texts.ROLE_CHOICES, texts.ROLE_CHOICES_SPOKEN),
        )
        _choose(self._status, fields.status)
        _choose(self._role, fields.role)
        self._name.textChanged.connect(self._show_name_hints)
        self._name.selectAll()

    def show_name_taken(self) -> None:
        """Say that another key was given this name while the dialog was open."""
        self._name_problem.set_text(texts.describe_name_problem(NameProblem(NameFault.TAKEN)))
        self._name.setFocus()

    def draft(self) -> KeyDraft:
        """Return what the user has typed and chosen so far."""
        focus = self.focusWidget()
        return KeyDraft(
            self._name.text(),
            _chosen(self._status, Status),
            _chosen(self._role, Role),
            self._validity.text(),
            "" if focus is None else focus.objectName(),
        )

    def restore_draft(self, draft: KeyDraft) -> None:
        """Show what the user typed and chose in an earlier dialog."""
        self._name.setText(draft.name)
        _choose(self._status, draft.status)
        _choose(self._role, draft.role)
        self._validity.set_text(draft.session_validity)
        focus = self.findChild(QWidget, draft.focus)
        if focus is not None:
            focus.setFocus()

    def _lay_out(self, status_row: QHBoxLayout, role_row: QHBoxLayout) -> None:
        name_label = label_for(self._name, texts.NAME_LABEL)
        validity_label = label_for(self._validity, texts.SESSION_VALIDITY_LABEL)
        role_hint = name_widget(Label(texts.ROLE_HINT, wordWrap=True), "roleHint")

        layout = dialog_layout(self, width_digits=_WIDTH_DIGITS)
        layout.setSpacing(16)
        layout.addLayout(field_group(name_label, self._name, self._name_hint, self._name_problem))
        layout.addLayout(field_group(Label(texts.STATUS_LABEL), status_row))
        layout.addLayout(field_group(Label(texts.ROLE_LABEL), role_row, role_hint))
        layout.addLayout(field_group(validity_label, self._validity))
        layout.addStretch()
        self._add_buttons(layout)

    def _add_buttons(self, layout: QVBoxLayout) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        save = name_widget(buttons.button(QDialogButtonBox.StandardButton.Save), "saveButton")
        name_widget(buttons.button(QDialogButtonBox.StandardButton.Cancel), "cancelButton")
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        save.setDefault(True)  # works only after the button is in the dialog

    def _show_name_hints(self) -> None:
        """Explain which characters were removed from a pasted name, and why a name is wrong."""
        pasted = self._name.uncleaned_text
        if not pasted:
            hint = texts.NAME_RULE
        elif pasted.strip() in self._name.text():
            hint = texts.SPACES_REMOVED
        else:
            hint = texts.CHARACTERS_REMOVED
        self._name_hint.setText(hint)
        self._show_name_problem()

    def _show_name_problem(self) -> NameProblem | None:
        """Show what is wrong with the name, and return it. An empty name is shown only after Save was clicked."""
        problem = self._check_name(self._name.text())
        if problem is None or (problem.fault is NameFault.EMPTY and not self._tried_to_save):
            self._name_problem.set_text("")
            self._name_hint.show()
        else:
            self._name_problem.set_text(texts.describe_name_problem(problem))
            self._name_hint.hide()
        return problem

    def _save(self) -> None:
        self._tried_to_save = True
        if self._name.text() != clean(self._name.text()):
            self._name.setText(clean(self._name.text()))
            self._name_hint.setText(texts.SPACES_REMOVED)
        name_problem, validity = self._show_name_problem(), self._validity.check()
        if name_problem is not None:
            self._name.setFocus()
        elif isinstance(validity, ValidityProblem):
            self._validity.setFocus()
        else:
            self.save_requested.emit(
                KeyFields(self._name.text(), _chosen(self._status, Status), _chosen(self._role, Role), validity)
            )


def _radio_buttons(
    group: QButtonGroup,
    object_names: Mapping[_ChoiceT, str],
    labels: Mapping[_ChoiceT, str],
    accessible_names: Mapping[_ChoiceT, str],
) -> QHBoxLayout:
    """Fill `group` with a button for each choice, in the order of the enumeration; return a row of them."""
    row = QHBoxLayout()
    row.setSpacing(16)
    for number, (choice, object_name) in enumerate(object_names.items()):
        button = name_widget(QRadioButton(labels[choice]), object_name, accessible_names[choice])
        group.addButton(button, number)
        row.addWidget(button)
    row.addStretch()
    return row


def _choose(group: QButtonGroup, choice: Status | Role) -> None:
    group.button(list(type(choice)).index(choice)).setChecked(True)


def _chosen(group: QButtonGroup, kind: type[_ChoiceT]) -> _ChoiceT:
    return list(kind)[group.checkedId()]
