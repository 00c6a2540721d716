"""The message under a field."""

from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from tests.support.gui import find, text
from zcc_keys_gui.ui.widgets.fields.field_problem import FieldProblem


def test_a_problem_is_shown_and_describes_the_field(qapp: QApplication) -> None:
    window = QWidget()
    field = QLineEdit()
    problem = FieldProblem(field, "fieldError")
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(problem)
    window.show()
    assert not problem.isVisible()

    problem.set_text("Enter a name.")
    assert problem.isVisible()
    assert text(window, "fieldError") == field.accessibleDescription() == "Enter a name."
    label = find(window, "fieldError", QWidget)
    assert label.height() >= label.heightForWidth(label.width())

    problem.set_text("")
    assert not problem.isVisible()
    assert field.accessibleDescription() == ""
    window.close()
    window.deleteLater()
