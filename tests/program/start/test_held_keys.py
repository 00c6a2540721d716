"""A key that is held down from before the start clicks nothing in the first dialog."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.program.start.process import ROOT
from tests.support.user_process import TIMEOUT_SECONDS

# Starts the program, prints whether held keys are ignored at once, and closes its windows when they are.
_SCRIPT = """
import sys
from zcc_keys_gui import app
app.start(["--data-folder", sys.argv[1]])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from zcc_keys_gui.ui.application.held_keys import HeldKeys
application = QApplication.instance()
def are_ignored():
    return application.findChild(HeldKeys) is not None
print(are_ignored())
poll = QTimer(interval=10)
poll.timeout.connect(lambda: are_ignored() and application.closeAllWindows())
poll.start()
sys.exit(application.exec())
"""


def ignores_held_keys_at_once(data_folder: Path) -> bool:
    """Start the program in a new process, and return whether it ignores held keys before its first event."""
    command = [sys.executable, "-c", _SCRIPT, str(data_folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=TIMEOUT_SECONDS, cwd=ROOT)
    return done.stdout.strip() == "True"


@pytest.mark.usefixtures("no_keystore")
def test_held_keys_are_ignored_in_the_first_dialog(data_folder: Path) -> None:
    assert ignores_held_keys_at_once(data_folder)


def test_held_keys_are_ignored_in_the_main_window(data_folder: Path) -> None:
    ignores_held_keys_at_once(data_folder)  # the process ends only if they are ignored at some time
