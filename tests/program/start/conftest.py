"""Fixtures for the tests of the start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.fixture
def start(qapp: QApplication, data_folder: Path) -> Iterator[None]:
    """Start the program before the test, and close its windows afterwards."""
    app.start(["--data-folder", str(data_folder)])
    yield
    for left in QApplication.topLevelWidgets():
        left.close()


@pytest.fixture
def vault(data_folder: Path) -> VaultFolder:
    """A vault that this account unlocks."""
    folder = VaultFolder(data_folder)
    VaultOpener(folder).create_for_this_account().close()
    return folder
