"""A keystroke in the search until it is painted, with 100,000 keys, against a frame; and the memory that it takes."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.after_first_paint import resident_mebibytes
from benchmarks.ratio import Ratio, milliseconds, percentile_95
from benchmarks.vaults import make_vault

_KEYS = 100_000
_ROUNDS = 3
_FRAME = 16.0  # milliseconds
_MOST_MEMORY = 10.0  # MiB
# Common and rare ones; those that begin with 4f are client IDs, of which some match.
_TERMS = ("ProdSync", "Report", "Berlin99", "NightlyAudit4242", "4f1c", "4f-4", "NoSuchKey", "y")
_COLUMNS = ("Name", "Client ID", "Status", "Role", "Session validity", "Created")


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios, for a full and an empty vault in `folder`."""
    full, empty = folder / "search-full", folder / "search-empty"
    make_vault(full, _KEYS).close()
    make_vault(empty, 0).close()
    found, with_none = (_in_a_process(vault) for vault in (full, empty))
    what = f"a keystroke until painted, p95, {_KEYS:,} keys, by"
    ratios = [
        Ratio(f"{what} {column}", "a frame", percentile_95(found["painted"][column]), _FRAME, "ms", 1)
        for column in _COLUMNS
    ]
    held = max(
        min(rounds) for rounds in found["held"].values()
    )  # the system's own pauses come in one round, not in all
    ratios.append(Ratio("the GUI thread held by one or two letters, longest", "a frame", held, _FRAME, "ms", 1))
    more = found["memory"] - with_none["memory"]
    ratios.append(Ratio(f"more memory with {_KEYS:,} keys than with none", "10 MiB", more, _MOST_MEMORY, "MiB", 1))
    return ratios


def _in_a_process(vault: Path) -> Any:
    command = [sys.executable, "-m", "benchmarks.searching", str(vault)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600).stdout)


class Typist:
    """Types into the search of the running program and measures."""

    def __init__(self, folder: str) -> None:
        """Start the program on a vault."""
        from PySide6.QtWidgets import QApplication

        from tests.support.gui import line, table, window
        from zcc_keys_gui import app

        self._application = QApplication([])
        app.start(["--data-folder", folder])
        self._window = window("mainWindow")
        self._field = line(self._window, "searchField")
        self._table = table(self._window)
        self._model = self._table.model()
        self.painted: dict[str, list[float]] = {column: [] for column in _COLUMNS}
        self.held: dict[str, list[float]] = {}

    def type_everything(self) -> None:
        """Type each term, letter by letter, in each order of the list, and empty the field again."""
        from PySide6.QtCore import Qt

        for number, column in enumerate(_COLUMNS):
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                self._table.sortByColumn(number, order)
                for term in _TERMS:
                    for length, letter in enumerate(term, start=1):
                        painted, held = self.type_letter(letter)
                        if length > 2:
                            self.painted[column].append(painted)
                        else:
                            self.held.setdefault(f"{column} {order} {term[:length]}", []).append(held)
                    self.empty()

    def empty(self) -> None:
        """Empty the field."""
        self._field.clear()
        self._until_answered()
        self._application.processEvents()

    def type_letter(self, letter: str) -> tuple[float, float]:
        """Type one letter; return when it was painted, and for how long the GUI thread was held at most."""
        from PySide6.QtTest import QTest

        began = time.perf_counter()
        held = [milliseconds(lambda: QTest.keyClicks(self._field, letter))]
        held += self._until_answered()
        held.append(milliseconds(self._application.processEvents))  # paints
        return (time.perf_counter() - began) * 1_000, max(held)

    def _until_answered(self) -> list[float]:
        """Let the program run until it has the answer; return how late a timer of one millisecond came, each time."""
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        late: list[float] = []
        if self._model.is_answered:  # type: ignore[attr-defined]
            return late
        loop, heart = QEventLoop(), QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        last = time.perf_counter()

        def beat() -> None:
            nonlocal last
            now = time.perf_counter()
            late.append((now - last) * 1_000 - 1)
            last = now

        heart.timeout.connect(beat)
        self._model.answered.connect(loop.quit)  # type: ignore[attr-defined]
        heart.start()
        loop.exec()
        return late


def main(folder: str) -> None:
    """Measure one vault, and print what was found as JSON."""
    typist = Typist(folder)
    for _ in range(_ROUNDS):
        typist.type_everything()
    memory = resident_mebibytes()
    print(json.dumps({"painted": typist.painted, "held": typist.held, "memory": memory}))


if __name__ == "__main__":
    main(sys.argv[1])
