"""The clipboard: a copied secret leaves it after a while, if it is still ours; other texts are left alone."""

import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from zcc_keys_gui.platform import session
from zcc_keys_gui.platform.clock import seconds_since_start
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.text.clipboard import (
    REMOTE_DESKTOP_WITH_HISTORY,
    REMOTE_DESKTOP_WITHOUT_HISTORY,
    WITH_HISTORY,
    WITHOUT_HISTORY,
)

# Formats by which a program asks Windows to keep a text out of its clipboard history, the cloud clipboard and clipboard
# monitors (Microsoft, "Clipboard Formats", Cloud Clipboard and Clipboard History Formats); the two numbers are DWORDs.
_WINDOWS_FORMATS = {
    "ExcludeClipboardContentFromMonitorProcessing": b"\0\0\0\0",
    "CanIncludeInClipboardHistory": b"\0\0\0\0",
    "CanUploadToCloudClipboard": b"\0\0\0\0",
    "Clipboard Viewer Ignore": b"\0\0\0\0",  # older clipboard managers
}
_KLIPPER_FORMAT = ("x-kde-passwordManagerHint", b"secret")  # KDE's Klipper; other managers on Linux follow it


class Secret(Protocol):
    """A client secret or a recovery key."""

    def reveal(self) -> str:
        """Return it as text."""


class SecretClipboard(QObject):
    """Puts a secret on the system's clipboard, and takes it off again.

    `seconds_left` counts down while a secret of ours is on the clipboard: whole seconds, and 0 once it is not.
    `is_marked` says whether Windows took the last one with the marks that keep it out of its clipboard history; it is
    False elsewhere. Of the secret only a SHA-256 is kept here.
    """

    seconds_left = Signal(int)

    def __init__(
        self, preferences: Preferences, parent: QObject, now: Callable[[], float] = seconds_since_start
    ) -> None:
        """Use the clipboard of the running application.

        `preferences` say how long a secret stays there. `now` is a clock in seconds that includes sleep.
        """
        super().__init__(parent)
        self._preferences = preferences
        self._now = now
        preferences.changed.connect(self._follow_preferences)
        self._clipboard = QGuiApplication.clipboard()
        self._ours: bytes | None = None
        self.is_marked = False
        self._copied_at = 0.0
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)
        self._clipboard.dataChanged.connect(self._notice_change)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        # After sleep, this can come before the timer's next tick.
        application.applicationStateChanged.connect(self._follow_activation)

    @property
    def seconds(self) -> int:
        """How long a secret stays on the clipboard, in seconds."""
        return self._preferences.clipboard_seconds

    def copy_secret(self, secret: Secret) -> bool:
        """Copy a secret, marked as one, for the seconds of the preferences; return whether the clipboard took it.

        Another program may hold the clipboard; then what was on it stays, and stays ours if it was.
        """
        from zcc_keys_gui.platform.clipboard_formats import are_on_clipboard

        before, self._ours = self._ours, None  # what `dataChanged` tells meanwhile is not about the new secret
        self._clipboard.setMimeData(_marked_as_secret(secret))
        self._ours = _hash(secret.reveal())
        if not self._is_ours():
            self._ours = before
            self._notice_change()
            return False
        self.is_marked = are_on_clipboard(_WINDOWS_FORMATS)
        self._copied_at = self._now()
        self._tick.start()
        self._count_down()
        return True

    def copy_secret_text(self, text: str) -> bool:
        """Copy a text that is secret, or part of a secret, in the same way."""
        return self.copy_secret(_SecretText(text))

    def with_other_copies(self, sentence: str) -> str:
        """Add to `sentence` which other copies of the secret Windows may make. Other systems keep none."""
        if sys.platform != "win32":
            return sentence
        if session.is_remote_desktop():
            template = REMOTE_DESKTOP_WITHOUT_HISTORY if self.is_marked else REMOTE_DESKTOP_WITH_HISTORY
        else:
            template = WITHOUT_HISTORY if self.is_marked else WITH_HISTORY
        return template.format(copied=sentence)

    def clear_secret(self) -> None:
        """Take the secret off the clipboard now, if it is still ours."""
        if self._is_ours():
            self._copied_at = self._now() - self.seconds  # tried again soon where another program holds it
            self._clipboard.clear(QClipboard.Mode.Clipboard)
        self._notice_change()  # where the system did not tell by itself

    def _follow_preferences(self) -> None:
        if self._ours is not None:
            self._count_down()

    def _follow_activation(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._ours is not None:
            self._count_down()

    def _count_down(self) -> None:
        left = round(self._copied_at + self.seconds - self._now())
        if left > 0:
            self.seconds_left.emit(left)
        else:
            self.clear_secret()  # tried again at the next tick where another program holds the clipboard

    def _notice_change(self) -> None:
        if self._ours is not None and not self._is_ours():
            self._forget()

    def _is_ours(self) -> bool:
        return self._ours is not None and _hash(self._clipboard.text()) == self._ours

    def _forget(self) -> None:
        self._tick.stop()
        self._ours = None
        self.seconds_left.emit(0)
        QTimer.singleShot(0, overwrite_freed_memory)


class _SecretText:
    """What was selected in a field with a secret."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text


def copy_text(text: str) -> None:
    """Copy a text that is no secret; it stays."""
    QGuiApplication.clipboard().setText(text)


def _marked_as_secret(secret: Secret) -> QMimeData:
    data = QMimeData()
    data.setText(secret.reveal())
    if sys.platform == "win32":
        for name, content in _WINDOWS_FORMATS.items():
            data.setData(f'application/x-qt-windows-mime;value="{name}"', content)
    else:
        data.setData(*_KLIPPER_FORMAT)
    return data


def _hash(text: str) -> bytes:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
