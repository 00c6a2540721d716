"""Opening the vault in another thread, with a dialog for as long as the key store keeps the program waiting."""

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from zcc_keys_gui.service.unlocking import OpenResult

if TYPE_CHECKING:
    from zcc_keys_gui.ui.unlock.waiting_dialog import WaitingDialog

_POLL_INTERVAL_SECONDS = 0.02
_MAX_SILENT_WAIT_SECONDS = 0.3  # a key store that asks the user nothing answers sooner


class KeyStore(Protocol):
    """The functions of the key store that are needed while the program waits for it."""

    def waiting_seconds(self) -> float:
        """Return for how long the program has waited for an answer; 0 if it does not wait."""

    def stop_waiting(self) -> None:
        """Go on without the answer."""


class OpeningAttempt(QObject):
    """One attempt to open the vault without asking the user anything."""

    finished = Signal()
    """Emitted once, after the vault was opened or could not be opened."""
    canceled = Signal()
    """Emitted when the user closes the dialog that waits for the key store."""
    _thread_ended = Signal()

    def __init__(
        self,
        open_vault: Callable[[], OpenResult],
        key_store: KeyStore,
        alternative_text: Callable[[], str],
        parent: QObject,
    ) -> None:
        """Prepare to call `open_vault`.

        `alternative_text` returns the text of the button that opens the vault without the key store. If it is empty,
        there is no such button.
        """
        super().__init__(parent)
        self.dialog: WaitingDialog | None = None
        self._open_vault = open_vault
        self._key_store = key_store
        self._alternative_text = alternative_text
        self._opened: OpenResult | None = None
        self._error: Exception | None = None
        self._is_reported = False
        self._thread = Thread(target=self._run, name="opening", daemon=True)
        self._thread_ended.connect(self._report)

    def start(self) -> None:
        """Start the attempt; if the key store does not answer soon, show that the program waits for it."""
        self._thread.start()
        while not self._ends_within(_POLL_INTERVAL_SECONDS):
            if self._key_store.waiting_seconds() > _MAX_SILENT_WAIT_SECONDS:
                self._show_dialog()
                return
        self._report()

    def result(self) -> OpenResult:
        """Return the open vault, or what to ask the user. Raises the error of an attempt that failed.

        Call it only after `finished`.
        """
        if self._error is not None:
            raise self._error
        assert self._opened is not None
        return self._opened

    def abandon(self) -> OpenResult | None:
        """End the attempt without the key store's answer; return the outcome if it is known. Nothing is emitted."""
        self._is_reported = True
        while not self._ends_within(_POLL_INTERVAL_SECONDS):
            self._key_store.stop_waiting()
        return self._opened

    def close(self) -> None:
        """Close the dialog. Call it when another window is visible, because the program ends with its last one."""
        if self.dialog is not None:
            self.dialog.accept()
        self.deleteLater()

    def _show_dialog(self) -> None:
        from zcc_keys_gui.ui.unlock.waiting_dialog import WaitingDialog

        self.dialog = WaitingDialog(self._alternative_text())
        self.dialog.alternative_requested.connect(self._key_store.stop_waiting)
        self.dialog.rejected.connect(self.canceled)
        self.dialog.open()

    def _ends_within(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._opened = self._open_vault()
        except Exception as error:  # noqa: BLE001  `result` raises it in the thread of the windows
            self._error = error
        self._thread_ended.emit()

    def _report(self) -> None:
        if not self._is_reported:
            self._is_reported = True
            self.finished.emit()
