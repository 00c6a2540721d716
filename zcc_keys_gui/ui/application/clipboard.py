"""The clipboard, from which a copied secret is cleared after a while; other texts stay."""

import hashlib
import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from zcc_keys_gui.platform import session
from zcc_keys_gui.platform.clipboard_formats import are_on_clipboard
from zcc_keys_gui.platform.clock import seconds_including_sleep
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.secret_memory import overwrite_freed_memory_soon
from zcc_keys_gui.ui.text.clipboard import (
    REMOTE_DESKTOP_WITH_HISTORY,
    REMOTE_DESKTOP_WITHOUT_HISTORY,
    WITH_HISTORY,
    WITHOUT_HISTORY,
)

# With these formats, a program asks Windows to keep a text out of its clipboard history, the cloud clipboard and
# clipboard monitors (Microsoft, "Clipboard Formats", Cloud Clipboard and Clipboard History Formats). The values are
# DWORDs.
_WINDOWS_FORMATS = {
    "ExcludeClipboardContentFromMonitorProcessing": b"\0\0\0\0",
    "CanIncludeInClipboardHistory": b"\0\0\0\0",
    "CanUploadToCloudClipboard": b"\0\0\0\0",
    "Clipboard Viewer Ignore": b"\0\0\0\0",  # for older clipboard managers
}
_KLIPPER_FORMAT = (
    "x-kde-passwordManagerHint",
    b"secret",
)  # of KDE's Klipper and others on Linux


class Secret(Protocol):
    """A client secret or a recovery key."""

    def reveal(self) -> str:
        """Return it as text."""


class SecretClipboard(QObject):
    """The system's clipboard, from which a copied secret is cleared after the seconds of the preferences.

    Only a SHA-256 hash of the secret is kept here.
    """

    seconds_left = Signal(int)
    """Emitted each second while a copied secret is on the clipboard, and with 0 when it no longer is."""

    def __init__(
        self, preferences: Preferences, parent: QObject, now: Callable[[], float] = seconds_including_sleep
    ) -> None:
        """Use the clipboard of the running application.

        `preferences` say how long a secret stays there. `now` is a clock in seconds that keeps running during sleep.
        """
        super().__init__(parent)
        self._preferences = preferences
        self._now = now
        preferences.changed.connect(self._update_countdown)
        self._clipboard = QGuiApplication.clipboard()
        self._copied_hash: bytes | None = None
        self.is_marked = False
        """Whether Windows accepted the formats that keep the last secret out of its clipboard history."""
        self._copied_at = 0.0
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._count_down)
        self._clipboard.dataChanged.connect(self._forget_if_replaced)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        # After sleep, the program may be activated before the timer fires.
        application.applicationStateChanged.connect(self._update_countdown_if_active)

    @property
    def seconds(self) -> int:
        """How long a secret stays on the clipboard, in seconds."""
        return self._preferences.clipboard_seconds

    def copy_secret(self, secret: Secret) -> bool:
        """Copy a secret, marked as one, for the seconds of the preferences; return whether that worked.

        It fails if another program holds the clipboard. An earlier secret then stays there, and is cleared in time.
        """
        before, self._copied_hash = self._copied_hash, None  # so that `dataChanged` does not report the former secret
        self._clipboard.setMimeData(_marked_as_secret(secret))
        self._copied_hash = _hash(secret.reveal())
        if not self._is_secret_on_clipboard():
            self._copied_hash = before
            self._forget_if_replaced()
            return False
        self.is_marked = are_on_clipboard(_WINDOWS_FORMATS)
        self._copied_at = self._now()
        self._timer.start()
        self._count_down()
        return True

    def copy_secret_text(self, text: str) -> bool:
        """Copy a secret, or a part of one, that is a plain text."""
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
        """Clear the clipboard now if the copied secret is still on it."""
        if self._is_secret_on_clipboard():
            self._copied_at = self._now() - self.seconds  # so that the timer tries again if another program holds it
            self._clipboard.clear(QClipboard.Mode.Clipboard)
        self._forget_if_replaced()  # some systems do not report the change

    def _update_countdown(self) -> None:
        if self._copied_hash is not None:
            self._count_down()

    def _update_countdown_if_active(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._copied_hash is not None:
            self._count_down()

    def _count_down(self) -> None:
        left = round(self._copied_at + self.seconds - self._now())
        if left > 0:
            self.seconds_left.emit(left)
        else:
            self.clear_secret()  # if another program holds the clipboard, the timer tries again

    def _forget_if_replaced(self) -> None:
        if self._copied_hash is not None and not self._is_secret_on_clipboard():
            self._forget()

    def _is_secret_on_clipboard(self) -> bool:
        return self._copied_hash is not None and _hash(self._clipboard.text()) == self._copied_hash

    def _forget(self) -> None:
        self._timer.stop()
        self._copied_hash = None
        self.seconds_left.emit(0)
        overwrite_freed_memory_soon()


class _SecretText:
    """A secret that is a plain text, such as the selected text of a field."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text


def copy_text(text: str) -> None:
    """Copy a text that is not secret and is not cleared."""
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
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
