"""Starting the program while the key store does not answer."""

import json
from pathlib import Path

from PySide6.QtWidgets import QWidget

from tests.support.gui import window
from zcc_keys_gui import app

PASSPHRASE = "four random words fit"


def start(folder: Path) -> QWidget:
    """Start the program, and return the dialog that waits for the key store."""
    assert app.start(["--data-folder", str(folder)])
    return window("waitingDialog")


def entries(keystore: Path) -> dict[str, str]:
    """Return the entries of the key store."""
    return dict(json.loads((keystore / "keystore.json").read_text()))
