"""Fixtures for the tests of locking."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.program.locking.helpers import PASSPHRASE, unlock
from tests.support import gui
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of an empty vault that needs a passphrase at every start."""
    VaultOpener(VaultFolder(data_folder)).create_with_passphrase(PASSPHRASE).close()
    app.start(["--data-folder", str(data_folder)])
    yield unlock()
    for name in ("mainWindow", "unlockDialog"):
        for each in gui.windows(name):
            each.close()
