"""A keystroke in the search until it is painted, with 100,000 keys, against a frame; and the memory that it takes."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.first_paint import resident_mebibytes
from benchmarks.ratio import Ratio, percentile_95
from benchmarks.vaults import make_vault

_KEYS = 100_000
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
    held = max(found["held"])
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

        from tests.hands import line, table, window
        from zcc_keys_gui import app

        self._application = QApplication([])
        app.start(["--data-folder", folder])
        self._window = window("mainWindow")
        self._field = line(self._window, "searchField")
        self._table = table(self._window)
        self._model = self._table.model()
        self.painted: dict[str, list[float]] = {column: [] for column in _COLUMNS}
        self.held: list[float] = []

    def type_everything(self) -> None:
        """Type each term, letter by letter, in each order of the list, and empty the field again."""
        from PySide6.QtCore import Qt

        for number, column in enumerate(_COLUMNS):
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                self._table.sortByColumn(number, order)
                for term in _TERMS:
                    for length, letter in enumerate(term, start=1):
                        self._type(letter, self.painted[column] if length > 2 else None)
                    self._field.clear()
                    self._until_painted()

    def _type(self, letter: str, into: list[float] | None) -> None:
        from PySide6.QtTest import QTest

        began = time.perf_counter()
        QTest.keyClicks(self._field, letter)
        held = [(time.perf_counter() - began) * 1_000]
        held += self._until_painted()
        if into is None:
            self.held += held
        else:
            into.append((time.perf_counter() - began) * 1_000)

    def _until_painted(self) -> list[float]:
        """Let the program run until it shows the answer; return how long each turn of its loop took."""
        turns = []
        answered = False
        while not answered:
            answered = self._model.is_answered  # type: ignore[attr-defined]
            began = time.perf_counter()
            self._application.processEvents()
            turns.append((time.perf_counter() - began) * 1_000)
        return turns


def main(folder: str) -> None:
    """Measure one vault, and print what was found as JSON."""
    typist = Typist(folder)
    typist.type_everything()
    memory = resident_mebibytes()
    print(json.dumps({"painted": typist.painted, "held": typist.held, "memory": memory}))


if __name__ == "__main__":
    main(sys.argv[1])
