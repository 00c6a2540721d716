"""Switches the sign-in service on and types into the search field until standard input ends.

Run it as `python -m benchmarks.processes.typing_during_sign_ins FOLDER`. The first line of the output is the port. The
second one has the keystrokes as JSON: for each, its time by `time.monotonic`, and how many milliseconds its paint took.
"""

import json
import sys
import time
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

from PySide6.QtTest import QTest

from benchmarks.processes.measured_search import MeasuredSearch
from tests.support.calls import switch_on
from tests.support.gui import window

_KEYSTROKE_INTERVAL_MS = 100  # a fast typist
_TERMS = ("ProdSync", "Report", "Berlin99", "NightlyAudit4242", "4f1c", "NoSuchKey")


def main(folder: Path) -> None:
    """Type until standard input ends."""
    search = MeasuredSearch(folder)
    main_window = window("mainWindow")
    print(switch_on(main_window), flush=True)
    has_ended = Event()
    Thread(target=_wait_for_end_of_input, args=(has_ended,), daemon=True).start()
    keystrokes = []
    for term in cycle(_TERMS):
        for letter in term:
            QTest.qWait(_KEYSTROKE_INTERVAL_MS)
            typed_at = time.monotonic()
            keystrokes.append((typed_at, search.type_letter(letter).painted_ms))
        search.clear()
        if has_ended.is_set():
            break
    main_window.close()  # this also stops the service
    print(json.dumps(keystrokes), flush=True)


def _wait_for_end_of_input(has_ended: Event) -> None:
    sys.stdin.read()
    has_ended.set()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
