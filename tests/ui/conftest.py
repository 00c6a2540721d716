"""What the tests of windows share."""

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
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.settings_file import SettingsFile

# Qt's own file dialog can be driven by its object names on every system.
QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


class HeldClipboard:
    """A clipboard that another program holds: it can be read, but takes nothing."""

    def __init__(self, clipboard: QClipboard) -> None:
        """Read from `clipboard`."""
        self.text = clipboard.text

    def setMimeData(self, _: object) -> None:  # noqa: N802
        """Take nothing, and say nothing, as Qt does on Windows."""


def preferences_in(folder: Path, owner: QObject, policies: Policies | None = None) -> Preferences:
    """Return preferences that are kept in `folder`."""
    return Preferences(SettingsFile(folder / "settings.ini"), policies or Policies(), owner)


def close_by(dialog: QWidget, way: str) -> None:
    """Close a dialog by its button `done`, by `esc`, or by its X."""
    if way == "done":
        gui.click(dialog, "closeButton")
    elif way == "esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """No window is left alive after its test, and no text on the clipboard."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [window.objectName() or repr(window) for window in QApplication.topLevelWidgets()]
    for window in QApplication.topLevelWidgets():
        if window.parent() is None:  # so that one failure is not the next test's as well
            window.deleteLater()
    qapp.clipboard().clear()
    assert left == []


@pytest.fixture
def secret_clipboard(nothing_left_behind: None, tmp_path: Path) -> Iterator[SecretClipboard]:
    """What takes secrets to the clipboard, and off it."""
    owner = QObject()
    clipboard = SecretClipboard(preferences_in(tmp_path, owner), owner)
    yield clipboard
    clipboard.clear_secret()
    owner.deleteLater()


@pytest.fixture
def stores(qapp: QApplication) -> Iterator[list[Store]]:
    """Vaults that a dialog has opened; they are closed after the test."""
    stores: list[Store] = []
    yield stores
    for store in stores:
        store.close()


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of a program with an empty vault."""
    app.start(["--data-folder", str(data_folder)])
    yield gui.window("mainWindow")
    for window in gui.windows("mainWindow"):
        window.close()
