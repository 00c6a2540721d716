"""Helpers for tests of the dialog that unlocks a vault."""

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QWidget

from tests.support.gui import find
from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog

PASSPHRASE = "four random words fit"

Asking = Callable[..., UnlockDialog]


class Seconds:
    """A clock that stands still until a test sets it."""

    now = 1_000.0

    def __call__(self) -> float:
        """Return the seconds, as `time.monotonic` does."""
        return self.now


def is_shown(dialog: QWidget, name: str) -> bool:
    return find(dialog, name, QWidget).isVisible()


def label_texts(dialog: QWidget) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))
