"""The program with its sign-in service on, and somebody who types: `python -m benchmarks.sign_in_window FOLDER`.

The port is printed as soon as the service listens. When standard input ends, the times of all letters are printed, as
JSON: when each was typed, by `time.monotonic`, and how many milliseconds later it was painted.
"""

import json
import sys
import time
from itertools import cycle
from threading import Event, Thread

from PySide6.QtTest import QTest

from benchmarks.searching import Typist
from tests.support.gui import text, trigger, wait_until, window

_EVERY = 100  # milliseconds: a quick hand
_TERMS = ("ProdSync", "Report", "Berlin99", "NightlyAudit4242", "4f1c", "NoSuchKey")


def main(folder: str) -> None:
    """Type until standard input ends."""
    typist = Typist(folder)
    main_window = window("mainWindow")
    trigger(main_window, "signInServiceAction")
    wait_until(lambda: "On 127" in text(main_window, "signInServiceButton"))
    print(text(main_window, "signInServiceButton").rpartition(":")[2], flush=True)
    over = Event()
    Thread(target=_wait_for_end, args=(over,), daemon=True).start()
    typed = []
    for term in cycle(_TERMS):
        for letter in term:
            QTest.qWait(_EVERY)
            when = time.monotonic()
            painted, _ = typist.type_letter(letter)
            typed.append((when, painted))
        typist.empty()
        if over.is_set():
            break
    main_window.close()  # which ends the service
    print(json.dumps(typed), flush=True)


def _wait_for_end(over: Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    main(sys.argv[1])
