"""Starting the program, and reading the message that it shows instead of its window."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from tests.support.gui import click, find, question, text, wait_until, window, windows
from zcc_keys_gui import app

ROOT = Path(__file__).parents[3]

PASSPHRASE = "four random words fit"


def message_instead_of_window(data_folder: Path) -> str:
    """Start the program, and return the message that it shows instead of the main window."""
    app.start(["--data-folder", str(data_folder)])
    box = question()
    message = text(box, "qt_msgbox_label")
    assert not windows("mainWindow")
    click(box, "closeButton")
    return message


def damage_instead_of_window(data_folder: Path) -> str:
    """Start the program, and return what the dialog about the damaged vault says."""
    app.start(["--data-folder", str(data_folder)])
    dialog = window("damagedVaultDialog")
    wait_until(find(dialog, "progressBar", QWidget).isHidden)
    message = text(dialog, "damageLabel")
    assert not windows("mainWindow")
    click(dialog, "closeButton")
    return message
