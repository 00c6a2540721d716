"""Types into the search field of the running program: `python -m benchmarks.processes.measured_search FOLDER`.

The output is JSON: for each column that the list was sorted by, how long the keystrokes took until they were painted;
for the first two letters of each term, how long the GUI thread was blocked; and the memory of the process at the end.
"""

import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.measuring import milliseconds
from benchmarks.processes.blocking_meter import BlockingMeter
from benchmarks.processes.process_memory import resident_memory_mib
from tests.support.gui import line, table, window
from zcc_keys_gui import app
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel

_ROUNDS = 3
_SHORT = 2
"""Terms of at most so many letters match many keys; for them, it counts how long the GUI thread is blocked."""
# Terms that match many keys, few, and none. Those that begin with 4f are parts of client IDs.
_TERMS = ("ProdSync", "Report", "Berlin99", "NightlyAudit4242", "4f1c", "4f-4", "NoSuchKey", "y")
_COLUMNS = ("Name", "Client ID", "Status", "Role", "Session validity", "Created")


class Keystroke(NamedTuple):
    """How the program reacted to one letter."""

    painted_ms: float
    """Time until the letter and the rows that match were painted."""
    blocked_ms: float
    """Longest time for which the GUI thread was blocked."""


class MeasuredSearch:
    """The search field of the running program."""

    def __init__(self, folder: Path) -> None:
        """Start the program on the vault in `folder`."""
        self._application = QApplication([])
        app.start(["--data-folder", str(folder)])
        main_window = window("mainWindow")
        self._field = line(main_window, "searchField")
        self._table = table(main_window)
        model = self._table.model()
        assert isinstance(model, PagedModel)
        self._model = model

    def sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Sort the list."""
        self._table.sortByColumn(column, order)

    def type_term(self, term: str) -> list[Keystroke]:
        """Type a term letter by letter, and clear the field again."""
        keystrokes = [self.type_letter(letter) for letter in term]
        self.clear()
        return keystrokes

    def type_letter(self, letter: str) -> Keystroke:
        """Type one letter, and wait until it is painted."""
        start = time.perf_counter()
        typing_ms = milliseconds(lambda: QTest.keyClicks(self._field, letter))
        waiting_ms = self._wait_for_answer()
        painting_ms = milliseconds(self._application.processEvents)
        painted_ms = (time.perf_counter() - start) * 1_000
        return Keystroke(painted_ms, max(typing_ms, waiting_ms, painting_ms))

    def clear(self) -> None:
        """Clear the field."""
        self._field.clear()
        self._wait_for_answer()
        self._application.processEvents()

    def _wait_for_answer(self) -> float:
        """Wait until the list shows the rows that match. Return for how long the GUI thread was blocked meanwhile."""
        meter = BlockingMeter()
        if not self._model.is_answered:
            loop = QEventLoop()
            self._model.answered.connect(loop.quit)
            meter.start()
            loop.exec()
            meter.stop()
        return meter.max_blocked_ms


def main(folder: Path) -> None:
    """Type each term in each order of the list, and print the results."""
    search = MeasuredSearch(folder)
    painted_ms: dict[str, list[float]] = {column: [] for column in _COLUMNS}
    blocked_ms: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        for number, column in enumerate(_COLUMNS):
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                search.sort_by(number, order)
                for term in _TERMS:
                    for length, keystroke in enumerate(search.type_term(term), start=1):
                        if length > _SHORT:
                            painted_ms[column].append(keystroke.painted_ms)
                        else:
                            name = f"{column} {order} {term[:length]}"
                            blocked_ms.setdefault(name, []).append(keystroke.blocked_ms)
    print(json.dumps({"painted_ms": painted_ms, "blocked_ms": blocked_ms, "memory_mib": resident_memory_mib()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
