"""Opening the vault in a thread of its own, because the key store may wait for the user."""

from collections.abc import Callable
from threading import Thread

from PySide6.QtCore import QObject, Signal

from zcc_keys_gui.service.unlocking import OpenResult


class Opening(QObject):
    """Opens the vault; `over` tells in the GUI thread that this was done, or failed."""

    over = Signal()

    def __init__(self, open_it: Callable[[], OpenResult], parent: QObject) -> None:
        """Prepare to call `open_it`."""
        super().__init__(parent)
        self.is_over = False
        self._open_it = open_it
        self._opened: OpenResult | None = None
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, name="opening", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def is_over_within(self, seconds: float) -> bool:
        """Wait for so many seconds at most; say whether it is over."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> OpenResult:
        """Return what was opened or has to be asked, or raise what went wrong. To be called once it is over."""
        if self._error is not None:
            raise self._error
        assert self._opened is not None
        return self._opened

    def _run(self) -> None:
        try:
            self._opened = self._open_it()
        except Exception as error:  # noqa: BLE001  it is told, not swallowed
            self._error = error
        self.is_over = True
        self.over.emit()
