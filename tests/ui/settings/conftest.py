"""Fixtures for the tests of the preferences."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.settings.protection import Owner
from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def owner(nothing_left_behind: None, store: VaultStore, data_folder: Path, qapp: QApplication) -> Iterator[Owner]:
    """A window that can open the preferences of a vault."""
    owner = Owner(store, data_folder)
    owner.show()
    yield owner
    for dialog in owner.findChildren(PreferencesDialog):
        dialog.close()
    owner.close()
    owner.deleteLater()
