"""The main window of the running program, with the time for which each command blocks its GUI thread."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QItemSelection, QItemSelectionModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox

from benchmarks.processes.blocking_meter import BlockingMeter
from tests.support.gui import find, line, table, text, trigger, window
from zcc_keys_gui import app

_IDLE_CPU_MS = 2.0
"""The most CPU time between two measurements while nothing happens."""
_IDLE_MEASUREMENTS = 20
"""A command and its painting have ended after this many idle measurements in a row."""
_TIMEOUT_SECONDS = 120.0


def _immediately() -> bool:
    return True


class MeasuredWindow:
    """The program's main window, whose commands are used and measured."""

    def __init__(self, folder: Path) -> None:
        """Start the program on the vault in `folder`."""
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        self.application = QApplication([])
        app.start(["--data-folder", str(folder)])
        self.window = window("mainWindow")
        self.table = table(self.window)
        self.blocked_ms: dict[str, float] = {}
        """For how long each command blocked the GUI thread, in the order in which they ran."""
        self.measure("start", lambda: None)

    def measure(self, command: str, run: Callable[[], object], has_ended: Callable[[], bool] = _immediately) -> None:
        """Run a command, wait until it has ended and the program is idle, and note how long the GUI thread was blocked.

        The time is infinite if the command does not end.
        """
        loop = QEventLoop()
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        idle_measurements = 0

        def stop_when_idle() -> None:
            nonlocal idle_measurements
            is_idle = has_ended() and meter.cpu_ms[-1] < _IDLE_CPU_MS
            idle_measurements = idle_measurements + 1 if is_idle else 0
            if idle_measurements == _IDLE_MEASUREMENTS:
                loop.quit()
            elif time.monotonic() > deadline:
                meter.blocked_ms.append(float("inf"))
                loop.quit()

        meter = BlockingMeter(stop_when_idle)
        QTimer.singleShot(0, run)
        meter.start()
        loop.exec()
        meter.stop()
        self.blocked_ms[command] = meter.max_blocked_ms
        times = f"{meter.max_blocked_ms:9.1f} ms {max(meter.cpu_ms):9.1f} ms of CPU time"
        print(f"{times}  {command}", file=sys.stderr, flush=True)

    # --- using the window ---

    def trigger(self, action: str) -> None:
        """Trigger an action of the main window."""
        trigger(self.window, action)

    def search(self, searched: str) -> None:
        """Put a text into the search field."""
        line(self.window, "searchField").setText(searched)

    def choose(self, filter_name: str, entry: int) -> None:
        """Choose an entry of a filter; 0 is the one that shows all keys."""
        find(self.window, filter_name, QComboBox).setCurrentIndex(entry)

    def scroll_to(self, row: int) -> None:
        """Scroll the list."""
        self.table.verticalScrollBar().setValue(row)

    def select_first(self, count: int) -> None:
        """Select the first `count` rows, or all if there are fewer."""
        last = min(count, self.row_count) - 1
        self._select(
            QItemSelection(self._index(0), self._index(last)), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def select_every_second(self, end: int) -> None:
        """Select every second of the first `end` rows."""
        selection = QItemSelection()
        for row in range(0, end, 2):
            selection.select(self._index(row), self._index(row))
        self._select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def deselect(self, row: int) -> None:
        """Take one row out of the selection."""
        self._select(QItemSelection(self._index(row), self._index(row)), QItemSelectionModel.SelectionFlag.Deselect)

    # --- reading the window ---

    @property
    def row_count(self) -> int:
        """How many rows the list has."""
        return self.table.model().rowCount()

    @property
    def toggle_text(self) -> str:
        """The text of the command that enables or disables the selected keys."""
        return find(self.window, "toggleStatusAction", QAction).text()

    @property
    def count_text(self) -> str:
        """What the window says about the number of keys."""
        return text(self.window, "countLabel")

    @property
    def clipboard_lines(self) -> int:
        """How many lines the clipboard has."""
        return self.application.clipboard().text().count("\n") + 1

    def is_asking(self) -> bool:
        """Return whether a question is open."""
        modal = self.application.activeModalWidget()
        return modal is not None and modal.inherits("QMessageBox")

    def _index(self, row: int) -> QModelIndex:
        return self.table.model().index(row, 0)

    def _select(self, selection: QItemSelection, flag: QItemSelectionModel.SelectionFlag) -> None:
        self.table.selectionModel().select(selection, flag | QItemSelectionModel.SelectionFlag.Rows)
