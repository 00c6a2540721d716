"""Every window is completely on a screen when it opens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from tests.support import gui
from tests.support.gui import question, trigger, window
from zcc_keys_gui import app
from zcc_keys_gui.ui.widgets.placement import center_on_screen, resize_within_screen

FRAME_TOLERANCE = 4  # pixels at the sides that Qt ignores when it restores a window's position

# Former positions of a window, for a given free area of the present screen.
PLACES: dict[str, Callable[[QRect], QRect]] = {
    "a screen far to the right": lambda room: QRect(room.right() + 3000, room.bottom() + 2000, 700, 500),
    "a screen far to the left": lambda room: QRect(room.left() - 3000, room.top() - 500, 700, 500),
    "larger than the screen": lambda room: QRect(10, 10, 3 * room.width(), 3 * room.height()),
    "half off the screen": lambda room: QRect(room.right() - 200, room.bottom() - 200, 700, 500),
    "the title bar above the top": lambda room: QRect(room.left() + 100, room.top() - 300, 700, 500),
}


def is_on_screen(shown: QWidget) -> bool:
    room = shown.screen().availableGeometry()
    return room.adjusted(-FRAME_TOLERANCE, -FRAME_TOLERANCE, FRAME_TOLERANCE, FRAME_TOLERANCE).contains(
        shown.frameGeometry()
    )


def save_placement(geometry: QRect, data_folder: Path, state: Qt.WindowState = Qt.WindowState.WindowNoState) -> None:
    """Write the settings of a main window that was closed with `geometry` in `state`."""
    former = QMainWindow()
    former.setGeometry(geometry)
    former.setWindowState(state)
    data_folder.mkdir()
    QSettings(str(data_folder / "settings.ini"), QSettings.Format.IniFormat).setValue("geometry", former.saveGeometry())
    former.deleteLater()


def start(data_folder: Path) -> QWidget:
    app.start(["--data-folder", str(data_folder)])
    return window("mainWindow")


@pytest.mark.parametrize("place", PLACES)
def test_the_restored_window_and_its_dialogs_are_on_the_screen(
    qapp: QApplication, data_folder: Path, place: str
) -> None:
    save_placement(PLACES[place](qapp.primaryScreen().availableGeometry()), data_folder)
    main = start(data_folder)
    assert is_on_screen(main)
    main.move(main.screen().availableGeometry().bottomRight() - QRect(0, 0, 200, 200).bottomRight())
    for action, name in (
        ("addKeyAction", "addKeyDialog"),
        ("historyAction", "historyWindow"),
        ("aboutAction", "aboutDialog"),
    ):
        trigger(main, action)
        dialog = window(name)
        assert is_on_screen(dialog), name
        dialog.close()
    trigger(main, "aboutLocalKeysAction")
    assert is_on_screen(question())
    main.close()


def test_maximized_is_restored_but_minimized_is_not(qapp: QApplication, data_folder: Path) -> None:
    geometry = QRect(60, 60, 640, 480)
    save_placement(geometry, data_folder, Qt.WindowState.WindowMaximized)
    main = start(data_folder)
    assert main.isMaximized()
    main.showNormal()
    gui.wait_until(lambda: main.size() == geometry.size())
    main.showMinimized()
    main.close()
    main = start(data_folder)
    assert main.windowState() == Qt.WindowState.WindowNoState
    assert main.size() == geometry.size()
    main.close()


def test_the_first_window_is_in_the_middle_of_the_screen(data_folder: Path) -> None:
    main = start(data_folder)
    room = main.screen().availableGeometry()
    assert is_on_screen(main)
    assert (main.geometry().center() - room.center()).manhattanLength() < 60  # apart from the title bar
    main.close()


def test_a_window_is_never_larger_than_the_screen(qapp: QApplication) -> None:
    dialog = QDialog()
    resize_within_screen(dialog, 300, 200)
    assert dialog.size() == QSize(300, 200)
    room = dialog.screen().availableSize()
    resize_within_screen(dialog, 300, 2 * room.height())
    assert dialog.width() == 300
    assert room.height() / 2 < dialog.height() < room.height()
    resize_within_screen(dialog, 2 * room.width(), 200)
    assert dialog.size() == QSize(room.width(), 200)
    center_on_screen(dialog)
    assert dialog.pos().x() == dialog.screen().availableGeometry().x()
    dialog.deleteLater()
