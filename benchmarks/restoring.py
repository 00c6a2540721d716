"""Backing up and restoring 100,000 keys and 1,000,000 history rows: the memory, and for how long the window is blocked.

It takes several minutes, so it runs only if it is named.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.ratio import Ratio
from benchmarks.vaults import add_history_rows, make_vault

_KEYS = int(os.environ.get("ZCC_KEYS_BENCH_KEYS", "100000"))
_HISTORY_ROWS_PER_KEY = 10
_MAX_MEMORY_MIB = 200.0
_FRAME_MS = 16.0
_WAIT = "wait"
_ACTIONS = {_WAIT: "empty", "back up": "large", "read": "large", "restore": "empty", "merge": "other"}
"""What to measure, and the vault on which."""


def measure(folder: Path) -> list[Ratio]:
    """Print the times, and return the memory and the blocked times compared with their limits.

    Other busy programs also block the window. What is printed for "wait" shows for how long.
    """
    store = make_vault(folder / "large", _KEYS)
    add_history_rows(store, _KEYS * (_HISTORY_ROWS_PER_KEY - 1))
    store.close()
    make_vault(folder / "empty", 0).close()
    make_vault(folder / "other", _KEYS // 2).close()
    ratios = []
    for action, vault in _ACTIONS.items():
        measured = _run(action, folder / vault, folder / "a.zccbackup")
        print(f"{action}: {measured}", file=sys.stderr)
        if action != _WAIT:
            ratios += [
                Ratio(f"memory: {action}", "200 MiB", measured["memory_mib"], _MAX_MEMORY_MIB, "MiB", 1),
                Ratio(f"GUI thread blocked: {action}", "a frame", measured["blocked_ms"], _FRAME_MS, "ms", 1),
            ]
    return ratios


def _run(action: str, vault: Path, backup: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.processes.restoring_process", action, str(vault), str(backup)]
    measured: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return measured
