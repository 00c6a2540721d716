"""Fixtures and helpers that the tests of the windows share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support import gui
from zcc_keys_gui import app
from zcc_keys_gui.domain.policies import Policies
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.garbage_collector import GarbageCollector
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.settings_file import SettingsFile

# Tests find the controls of Qt's own file dialog by their object names on each system.
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


class HeldClipboard:
    """A clipboard that another program holds open: it can be read but not written."""

    def __init__(self, clipboard: QClipboard) -> None:
        """Read from `clipboard`."""
        self.text = clipboard.text

    def setMimeData(self, _: object) -> None:  # noqa: N802
        """Ignore the data silently, as Qt does on Windows."""


def preferences_in(folder: Path, owner: QObject, policies: Policies | None = None) -> Preferences:
    """Return preferences that are saved in `folder`."""
    return Preferences(SettingsFile(folder / "settings.ini"), policies or Policies(), owner)


def close_by(dialog: QWidget, way: str) -> None:
    """Close a dialog: if `way` is `done`, with its button; if it is `esc`, with Esc; otherwise from its title bar."""
    if way == "done":
        gui.click(dialog, "closeButton")
    elif way == "esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()


@pytest.fixture(autouse=True)
def garbage_collected_in_gui_thread(qapp: QApplication) -> None:
    """Collect garbage as the program does, because Qt crashes if another thread deletes a window."""
    if qapp.findChild(GarbageCollector) is None:
        GarbageCollector(qapp)


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Check that no window is left after a test, and clear the clipboard."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [window.objectName() or repr(window) for window in QApplication.topLevelWidgets()]
    for window in QApplication.topLevelWidgets():
        if window.parent() is None:  # so that the next test does not fail too
            window.deleteLater()
    qapp.clipboard().clear()
    assert left == []


@pytest.fixture
def secret_clipboard(nothing_left_behind: None, tmp_path: Path) -> Iterator[SecretClipboard]:
    """A `SecretClipboard` with the default preferences."""
    owner = QObject()
    clipboard = SecretClipboard(preferences_in(tmp_path, owner), owner)
    yield clipboard
    clipboard.clear_secret()
    owner.deleteLater()


@pytest.fixture
def stores(qapp: QApplication) -> Iterator[list[Store]]:
    """A list for vaults that a dialog opens; they are closed after the test."""
    stores: list[Store] = []
    yield stores
    for store in stores:
        store.close()


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of the program with an empty vault."""
    app.start(["--data-folder", str(data_folder)])
    yield gui.window("mainWindow")
    for window in gui.windows("mainWindow"):
        window.close()
