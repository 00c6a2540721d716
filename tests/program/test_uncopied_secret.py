"""A secret that was shown when the program ended, and may not have been copied."""

import json
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from tests.support import gui
from tests.support.gui import click, close_main_window, find, line, question, text, wait_until, window
from tests.support.user import add
from tests.support.user_process import start_user
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app


def kill_while_secret_is_shown(folder: Path) -> str:
    """Let a user add the key ProdSync, kill the program while it shows the secret, and return the secret."""
    worker = start_user(folder, "until_the_secret")
    assert worker.stdout is not None
    shown = json.loads(worker.stdout.readline())
    worker.kill()
    worker.communicate()
    return str(shown)


def test_the_next_start_offers_to_regenerate_the_secret(data_folder: Path, qapp: QApplication) -> None:
    shown = kill_while_secret_is_shown(data_folder)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert find(main, "pendingBar", QWidget).isVisible()
    assert "The client secret of ProdSync may not have been copied" in text(main, "pendingBarText")
    assert not [field for field in main.findChildren(QWidget) if shown in str(field.property("text"))]
    click(main, "regeneratePendingButton")
    click(question(), "confirmButton")
    dialog = window("clientSecretDialog")
    assert line(dialog, "clientSecretField").text() != shown
    click(dialog, "copySecretButton")
    click(dialog, "closeButton")
    wait_until(lambda: not find(main, "pendingBar", QWidget).isVisible())
    close_main_window(main)


def test_the_notice_shows_the_new_name_of_a_renamed_key(data_folder: Path, qapp: QApplication) -> None:
    kill_while_secret_is_shown(data_folder)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    gui.select(gui.table(main), "ProdSync")
    gui.trigger(main, "editKeyAction")
    gui.replace_text(window("editKeyDialog"), "nameField", "Renamed")
    click(window("editKeyDialog"), "saveButton")
    assert "The client secret of Renamed may not" in text(main, "pendingBarText")
    close_main_window(main)


def test_closing_the_window_does_not_count_as_copying(data_folder: Path, qapp: QApplication) -> None:
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    click(dialog, "copySecretButton")
    main.close()
    assert not dialog.isVisible()
    dialog.close()
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert "The client secret of ProdSync may not have been copied" in text(main, "pendingBarText")
    close_main_window(main)


def test_the_user_can_say_that_the_secret_was_copied(data_folder: Path, qapp: QApplication) -> None:
    kill_while_secret_is_shown(data_folder)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    click(main, "pendingTakenButton")
    assert not find(main, "pendingBar", QWidget).isVisible()
    close_main_window(main)
    app.start(["--data-folder", str(data_folder)])
    assert not find(window("mainWindow"), "pendingBar", QWidget).isVisible()
    close_main_window(window("mainWindow"))
