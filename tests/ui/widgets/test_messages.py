"""Message boxes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from tests.support import gui
from tests.support.gui import click, find, question, text, wait_until
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.ui.widgets.messages import ask, show_information, show_problem, show_unexpected_error


@pytest.fixture
def owner(qapp: QApplication, nothing_left_behind: None) -> Iterator[QWidget]:
    owner = QWidget()
    owner.show()
    yield owner
    owner.close()
    owner.deleteLater()


def ask_to_delete(owner: QWidget, done: list[str]) -> None:
    ask(
        owner,
        "Delete ProdSync?",
        consequence="It stops working.",
        confirm="Delete",
        on_confirm=lambda: done.append("deleted"),
        alternative=("Disable instead", lambda: done.append("disabled")),
    )


@pytest.mark.parametrize(
    ("button", "outcome"), [("confirmButton", ["deleted"]), ("insteadButton", ["disabled"]), ("cancelButton", [])]
)
def test_a_question_does_what_its_button_says(owner: QWidget, button: str, outcome: list[str]) -> None:
    done: list[str] = []
    ask_to_delete(owner, done)
    click(question(), button)
    wait_until(lambda: QApplication.activeModalWidget() is None)
    assert done == outcome


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_enter_and_escape_press_cancel(owner: QWidget, key: Qt.Key) -> None:
    done: list[str] = []
    ask_to_delete(owner, done)
    assert find(question(), "cancelButton", QPushButton).isDefault()
    QTest.keyClick(question(), key)
    wait_until(lambda: QApplication.activeModalWidget() is None)
    assert done == []


def test_a_problem_box_copies_the_traceback_but_does_not_show_it(owner: QWidget, qapp: QApplication) -> None:
    try:
        raise VaultDamagedError(Path("vault.db"))
    except VaultDamagedError as error:
        show_problem(owner, error)
    box = question()
    assert text(box, "qt_msgbox_label") == "The file vault.db is damaged."
    assert "Traceback" not in text(box, "qt_msgbox_informativelabel")
    click(box, "copyDetailsButton")
    assert "VaultDamagedError" in qapp.clipboard().text()
    assert box.isVisible()  # copying does not close it
    click(box, "closeButton")


def test_a_problem_is_not_shown_twice_at_the_same_time(owner: QWidget) -> None:
    first = show_problem(owner, VaultDamagedError(Path("vault.db")))
    assert show_problem(owner, VaultDamagedError(Path("vault.db"))) is first
    other = show_problem(owner, VaultDamagedError(Path("elsewhere") / "vault.db"))
    assert other is not first
    for box in (other, first):
        click(box, "closeButton")


def test_an_unexpected_error_is_shown_if_no_window_is_active(owner: QWidget) -> None:
    dialog = QDialog(owner)
    dialog.open()
    wait_until(dialog.isActiveWindow)
    dialog.accept()  # except on Windows, no window is active now
    show_unexpected_error(ValueError, ValueError(), None)
    click(question(), "closeButton")


def test_the_program_keeps_running_after_unexpected_errors(owner: QWidget, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):  # for example if painting fails again and again
        error = ValueError("a number of two minds")
        show_unexpected_error(ValueError, error, None)
    assert text(question(), "qt_msgbox_label") == "Something unexpected happened."
    click(question(), "closeButton")
    assert QApplication.activeModalWidget() is None
    assert "two minds" in capsys.readouterr().err
    show_unexpected_error(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert QApplication.activeModalWidget() is None


def test_an_information_box_can_only_be_closed(owner: QWidget) -> None:
    show_information(owner, "What are local keys?", "They are local.")
    box = question()
    for control in gui.controls(box):
        assert control.accessibleName(), control.objectName()
    click(box, "closeButton")
