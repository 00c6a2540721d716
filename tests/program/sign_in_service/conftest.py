"""The main window with an empty vault."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.program.sign_in_service.helpers import start
from tests.support import gui
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of a program with an empty vault."""
    yield start(data_folder)
    for name in ("mainWindow", "unlockDialog"):
        for each in gui.windows(name):
            each.close()
