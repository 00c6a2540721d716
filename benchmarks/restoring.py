"""Backing up and restoring 100,000 keys and 1,000,000 rows of history: memory, and how long the window is held."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault, open_vault
from zcc_keys_gui.vault.store import VaultStore

_KEYS = int(os.environ.get("ZCC_KEYS_BENCH_KEYS", "100000"))
_ROWS_OF_EACH = 10
_PASSPHRASE = "four random words fit"
_MOST_MEMORY = 200.0  # MiB
_LONGEST_HOLD = 16.0  # milliseconds, a frame
_MORE_HISTORY = """
    WITH RECURSIVE numbers (number) AS (SELECT 2 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
    INSERT INTO history (at, who, action, client_id, name, details, status)
    SELECT created + number * 60000000, 'CONTOSO\\admin', 'Edited', client_id, name,
        'Session validity interval: ' || number || ' → ' || (number + 1), status
    FROM numbers CROSS JOIN api_key ORDER BY 1
"""


def measure(folder: Path) -> list[Ratio]:
    """Print the times, and return memory and holds against what they may be.

    Other programs that are busy hold the window too: what is printed of doing nothing tells for how long.
    """
    with closing(make_vault(folder / "large", _KEYS)) as store, store.change():
        store._db.execute(_MORE_HISTORY, (_ROWS_OF_EACH,))
    make_vault(folder / "empty", 0).close()
    make_vault(folder / "other", _KEYS // 2).close()
    ratios = []
    for act, vault in (
        ("do nothing", "empty"),
        ("back up", "large"),
        ("open", "large"),
        ("restore", "empty"),
        ("merge", "other"),
    ):
        command = [sys.executable, "-m", "benchmarks.restoring", act, str(folder / vault), str(folder / "a.zccbackup")]
        measured = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        print(f"{act}: {measured}", file=sys.stderr)
        if act == "do nothing":
            continue
        ratios += [
            Ratio(f"memory: {act}", "allowed", measured["memory"], _MOST_MEMORY, "MiB", 1),
            Ratio(f"window held: {act}", "a frame", measured["held"], _LONGEST_HOLD, "ms", 1),
        ]
    return ratios


def _act(act: str, store: VaultStore, path: Path) -> dict[str, float]:
    """Do one thing in a thread of its own, while this thread looks how long it has to wait for a turn."""
    from PySide6.QtCore import QThreadPool, QTimer
    from PySide6.QtWidgets import QApplication

    from zcc_keys_gui.domain.restore_plan import RestoreOptions
    from zcc_keys_gui.service.backups import Backups
    from zcc_keys_gui.ui.application.background import BackgroundTask

    application = QApplication([])
    backups = Backups(store.backups, lambda: "benchmark")
    times: dict[str, float] = {}

    def timed(name: str, do: Callable[[], object]) -> object:
        began = time.perf_counter()
        done = do()
        times[name] = round(time.perf_counter() - began, 1)
        return done

    def work() -> None:
        if act == "do nothing":  # how long other programs hold the window
            time.sleep(10)
            return
        if act == "back up":
            timed("seconds", lambda: backups.back_up(path, _PASSPHRASE))
            return
        opened = backups.read(path, _PASSPHRASE)
        times["read"] = round(time.perf_counter() - before, 1)
        timed("plan", lambda: backups.plan(opened, RestoreOptions()))
        if act != "open":
            timed("restore", lambda: backups.restore(opened, RestoreOptions()))
        opened.close()

    task = BackgroundTask(work)
    task.done.connect(application.quit)
    task.failed.connect(lambda error: application.exit(1) or print(repr(error), file=sys.stderr))
    held, last = 0.0, time.perf_counter()

    def look() -> None:
        nonlocal held, last
        now = time.perf_counter()
        held, last = max(held, now - last), now

    timer = QTimer(application)
    timer.timeout.connect(look)
    timer.start(1)
    before, memory = time.perf_counter(), _memory()
    QTimer.singleShot(0, application, lambda: task.start(QThreadPool.globalInstance()))
    if application.exec() != 0:
        sys.exit(1)
    return {"memory": _memory() - memory, "held": held * 1_000, **times}


def _memory() -> float:
    """Return the most memory that this process has had so far, in MiB."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    with closing(open_vault(Path(sys.argv[2]))) as opened_store:
        print(json.dumps(_act(sys.argv[1], opened_store, Path(sys.argv[3]))))
