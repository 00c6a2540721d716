"""The dialog for a key's fields."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton, QWidget

from tests.support import gui
from tests.support.gui import click, replace_text, text, type_into
from zcc_keys_gui.domain.api_key import KeyFields, NameFault, NameProblem, Role, Status, find_name_problem
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.ui.keys.key_dialog import NEW_KEY, KeyDialog
from zcc_keys_gui.ui.text.keys.key_dialog import NAME_RULE


def check_name(name: str) -> NameProblem | None:
    return NameProblem(NameFault.TAKEN) if name.lower() == "taken" else find_name_problem(name)


class Owner(QWidget):
    """A window that opens the dialog and records the fields that it asks to save."""

    def __init__(self) -> None:
        super().__init__()
        self.saved: list[KeyFields] = []

    def open(self, fields: KeyFields = NEW_KEY, max_seconds: int = MAX_SESSION_SECONDS) -> KeyDialog:
        dialog = KeyDialog(fields, check_name, max_seconds, self)
        dialog.save_requested.connect(self.saved.append)
        dialog.open()
        return dialog


@pytest.fixture
def owner(nothing_left_behind: None, qapp: QApplication) -> Iterator[Owner]:
    owner = Owner()
    owner.show()
    yield owner
    owner.close()
    owner.deleteLater()


def is_chosen(dialog: QWidget, name: str) -> bool:
    return gui.find(dialog, name, QRadioButton).isChecked()


def test_a_new_key_is_enabled_can_read_and_lasts_an_hour(owner: Owner) -> None:
    dialog = owner.open()
    assert is_chosen(dialog, "enabledButton")
    assert is_chosen(dialog, "readButton")
    assert text(dialog, "sessionValidityField") == "3600"
    assert text(dialog, "sessionValidityHint") == "3,600 seconds (1 hour)"
    type_into(dialog, "nameField", "ProdSync")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert owner.saved == [KeyFields("ProdSync", Status.ENABLED, Role.READ, 3600)]


def test_every_choice_is_saved(owner: Owner) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "A1")
    click(dialog, "disabledButton")
    click(dialog, "writeButton")
    replace_text(dialog, "sessionValidityField", "999,999,999")
    click(dialog, "saveButton")
    assert owner.saved == [KeyFields("A1", Status.DISABLED, Role.WRITE, 999_999_999)]


def test_an_edited_key_is_shown_with_its_fields(owner: Owner) -> None:
    dialog = owner.open(KeyFields("Old", Status.DISABLED, Role.WRITE, 30))
    assert text(dialog, "nameField") == "Old"
    assert is_chosen(dialog, "disabledButton")
    assert is_chosen(dialog, "writeButton")
    click(dialog, "saveButton")
    assert owner.saved == [KeyFields("Old", Status.DISABLED, Role.WRITE, 30)]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("Prod Sync", "Remove the space after “Prod”. Names use letters and digits only."),
        ("Prod-Sync", "Remove “-” after “Prod”. Names use the letters A to Z and digits only."),
        ("Ärger", "Remove “Ä” at the beginning. Names use the letters A to Z and digits only."),
        ("a" * 51, "Remove 1 character. A name can have up to 50 characters."),
        ("taken", "Another key has this name. Uppercase and lowercase letters count as the same."),
    ],
)
def test_a_name_problem_is_shown_while_typing(owner: Owner, typed: str, problem: str) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", typed)
    assert text(dialog, "nameField") == typed
    assert text(dialog, "nameError") == problem
    assert gui.line(dialog, "nameField").accessibleDescription() == problem
    assert not gui.find(dialog, "nameHint", QWidget).isVisible()
    replace_text(dialog, "nameField", "Good1")
    assert text(dialog, "nameError") == ""
    assert gui.find(dialog, "nameHint", QWidget).isVisible()


def test_save_marks_every_wrong_field_and_focuses_the_first(owner: Owner) -> None:
    dialog = owner.open()
    gui.wait_until(dialog.isActiveWindow)
    replace_text(dialog, "sessionValidityField", "29")
    assert text(dialog, "nameError") == ""  # an empty name is a problem only after Save
    assert text(dialog, "sessionValidityError") == ""
    gui.line(dialog, "sessionValidityField").setFocus()
    click(dialog, "saveButton")
    assert text(dialog, "nameError") == "Enter a name."
    assert text(dialog, "sessionValidityError") == "The interval is too short. Enter at least 30 seconds."
    assert QApplication.focusWidget() is gui.line(dialog, "nameField")
    type_into(dialog, "nameField", "Good1")
    click(dialog, "saveButton")
    assert QApplication.focusWidget() is gui.line(dialog, "sessionValidityField")
    assert owner.saved == []
    assert dialog.isVisible()


@pytest.mark.parametrize("pasted", ["  ProdSync ", "ProdSync\n", "\tProdSync\r\n", "ProdSync\u00a0"])
def test_spaces_around_a_pasted_name_are_removed_with_a_hint(owner: Owner, pasted: str) -> None:
    dialog = owner.open()
    QApplication.clipboard().setText(pasted)
    QTest.keyClick(gui.line(dialog, "nameField"), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert text(dialog, "nameField") == "ProdSync"
    assert text(dialog, "nameHint") == "Spaces around the pasted name were removed."
    type_into(dialog, "nameField", "2")
    assert text(dialog, "nameHint") == NAME_RULE


def test_a_typed_space_at_the_end_stays_until_save(owner: Owner) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "Prod ")
    assert text(dialog, "nameField") == "Prod "
    assert text(dialog, "nameError").startswith("Remove the space after “Prod”.")
    click(dialog, "saveButton")
    assert owner.saved[0].name == "Prod"


def test_a_line_break_inside_a_pasted_name_is_a_problem(owner: Owner) -> None:
    dialog = owner.open()
    QApplication.clipboard().setText("Prod\nSync")
    gui.line(dialog, "nameField").paste()
    assert text(dialog, "nameError").startswith("Remove the line break after “Prod”.")


def test_pasting_ten_megabytes_keeps_the_other_fields(owner: Owner) -> None:
    dialog = owner.open()
    click(dialog, "writeButton")
    QApplication.clipboard().setText("x" * 10_000_000)
    gui.line(dialog, "nameField").paste()
    assert "A name can have up to 50 characters." in text(dialog, "nameError")
    gui.line(dialog, "sessionValidityField").selectAll()
    gui.line(dialog, "sessionValidityField").paste()
    assert "whole number" in text(dialog, "sessionValidityError")
    assert is_chosen(dialog, "writeButton")


@pytest.mark.parametrize(
    "pasted", ["86,400", "86.400", "86 400", "86\u00a0400", "86\u202f400", "86'400", "86’400", " 86400 "]
)
def test_digits_in_groups_of_three_are_accepted(owner: Owner, pasted: str) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "A")
    QApplication.clipboard().setText(pasted)
    gui.line(dialog, "sessionValidityField").selectAll()
    gui.line(dialog, "sessionValidityField").paste()
    assert text(dialog, "sessionValidityHint") == "86,400 seconds (1 day)"
    click(dialog, "saveButton")
    assert owner.saved[0].session_validity == 86_400


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("3600.5", "Enter a whole number of seconds from 30 to 999,999,999, in digits."),
        ("an hour", "Enter a whole number of seconds from 30 to 999,999,999, in digits."),
        ("1000000000", "The interval is too long. Enter at most 999,999,999 seconds."),
        ("", "Enter a number of seconds from 30 to 999,999,999."),
        ("0", "The interval is too short. Enter at least 30 seconds."),
    ],
)
def test_a_wrong_interval_is_explained_under_the_field(owner: Owner, typed: str, problem: str) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "A")
    replace_text(dialog, "sessionValidityField", typed)
    click(dialog, "saveButton")
    assert text(dialog, "sessionValidityError") == problem
    assert text(dialog, "sessionValidityHint") == "seconds"
    assert owner.saved == []


def test_an_interval_over_the_organizations_limit_is_too_long(owner: Owner) -> None:
    dialog = owner.open(KeyFields("Old", Status.ENABLED, Role.READ, 7_200), max_seconds=3_600)
    problem = "The interval is too long. Your organization allows at most 3,600 seconds."
    assert text(dialog, "sessionValidityError") == problem
    click(dialog, "saveButton")
    assert owner.saved == []
    replace_text(dialog, "sessionValidityField", "3,600")
    assert text(dialog, "sessionValidityError") == ""
    click(dialog, "saveButton")
    assert owner.saved[0].session_validity == 3_600
    replace_text(dialog, "sessionValidityField", "x")
    assert text(dialog, "sessionValidityError") == "Enter a whole number of seconds from 30 to 3,600, in digits."
    dialog.reject()


def test_enter_saves_after_the_focus_has_moved(owner: Owner) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "ProdSync")
    stops = gui.tab_stops(dialog)  # after this, the focus is on the first control again
    assert QApplication.focusWidget() is stops[0]
    assert gui.find(dialog, "saveButton", QPushButton).isDefault()
    QTest.keyClick(stops[0], Qt.Key.Key_Return)
    assert [fields.name for fields in owner.saved] == ["ProdSync"]
    dialog.accept()


def test_a_paste_over_an_equally_long_selection_is_cleaned(owner: Owner, qapp: QApplication) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "Rumpel")
    gui.line(dialog, "nameField").selectAll()
    qapp.clipboard().setText(" Prod ")
    gui.line(dialog, "nameField").paste()
    assert text(dialog, "nameField") == "Prod"
    assert "Spaces around the pasted name were removed" in text(dialog, "nameHint")
    dialog.reject()


def test_typing_deleting_and_undoing_are_not_cleaned(owner: Owner) -> None:
    dialog = owner.open()
    field = gui.line(dialog, "nameField")
    type_into(dialog, "nameField", "Prod Sync")
    QTest.keyClick(field, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "Prod "
    assert text(dialog, "nameError").startswith("Remove the space after “Prod”.")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "Prod "
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Space)
    assert field.text() == " "
    dialog.reject()


def test_the_longest_interval_fits_the_field_and_the_hint(owner: Owner) -> None:
    dialog = owner.open()
    replace_text(dialog, "sessionValidityField", "999,999,999")
    QApplication.processEvents()
    field, hint = gui.line(dialog, "sessionValidityField"), gui.find(dialog, "sessionValidityHint", QLabel)
    assert field.width() > field.fontMetrics().horizontalAdvance("999,999,999")
    assert hint.height() >= hint.heightForWidth(hint.width())
    dialog.reject()


def test_esc_cancels(owner: Owner) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "A")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert owner.saved == []


def test_a_name_that_was_taken_in_the_meantime_is_a_problem(owner: Owner) -> None:
    dialog = owner.open()
    type_into(dialog, "nameField", "A")
    dialog.show_name_taken()
    assert "Another key has this name" in text(dialog, "nameError")
    dialog.reject()


def test_the_dialog_grows_to_fit_problems(owner: Owner) -> None:
    dialog = owner.open()
    replace_text(dialog, "sessionValidityField", "x")
    click(dialog, "saveButton")
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())


def test_every_control_has_a_name_and_is_reached_with_tab(owner: Owner) -> None:
    dialog = owner.open()
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        group = isinstance(control, QRadioButton) and not control.isChecked()  # the arrow keys reach it
        assert group or control in stops, control.objectName()
    first = gui.find(dialog, "enabledButton", QRadioButton)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert is_chosen(dialog, "disabledButton")
