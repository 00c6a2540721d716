"""Starting the program, adding keys, and simulating failures."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QWidget

from tests.sign_in.helpers.service_process import Credentials
from tests.support.gui import cells, click, find, table, trigger, visible, wait_until, window
from tests.support.user import add, take_secret
from zcc_keys_gui import app
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService


def start(data_folder: Path) -> QWidget:
    """Start the program, and return its main window."""
    app.start(["--data-folder", str(data_folder)])
    return window("mainWindow")


def new_key(main: QWidget, name: str = "ProdSync") -> Credentials:
    """Add a key, and return its client ID and secret."""
    secret = take_secret(main, add(main, name))
    return Credentials(cells(table(main), 1)[cells(table(main), 0).index(name)], secret)


def running_service() -> SignInService:
    """Return the service of the program."""
    (service,) = QApplication.instance().findChildren(SignInService)  # type: ignore[union-attr]
    return service


def texts_in(place: QWidget) -> list[str]:
    """Return the texts of all controls."""
    return [str(each.property("text")) for each in place.findChildren(QWidget) if each.property("text")]


def simulate_failure(main: QWidget, failure: str, calls: int) -> QWidget:
    """Let so many calls fail, and return the dialog for it."""
    trigger(main, "rehearseAction")
    dialog = window("rehearsalDialog")
    choice = find(dialog, "failureField", QComboBox)
    choice.setCurrentIndex(next(row for row in range(choice.count()) if failure in choice.itemText(row)))
    find(dialog, "rehearsedCallsField", QSpinBox).setValue(calls)
    click(dialog, "rehearseButton")
    wait_until(lambda: bool(visible(main, "rehearsalBar")))
    return dialog
