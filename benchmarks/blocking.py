"""How long each command blocks the GUI thread, with 100,000 keys and 1,000,000 history rows, compared with a frame.

The program runs in a separate process, on a copy of the vault. Each command counts with its shortest time of several
runs, because pauses that other programs cause differ from run to run.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.ratio import Ratio
from benchmarks.vaults import add_history_rows, make_vault

_KEYS = 100_000
_HISTORY_ROWS = 1_000_000
_ROUNDS = 3
_FRAME_MS = 16.0


def measure(folder: Path) -> list[Ratio]:
    """Return a ratio for each command, for a vault in `folder`."""
    vault = folder / "blocking"
    store = make_vault(vault, _KEYS)
    add_history_rows(store, _HISTORY_ROWS - _KEYS)
    store.close()
    rounds = [_run_all_commands(vault, folder / f"blocking-{number}") for number in range(_ROUNDS)]
    return [
        Ratio(
            f"GUI thread blocked by: {command}", "a frame", min(times[command] for times in rounds), _FRAME_MS, "ms", 1
        )
        for command in rounds[0]
    ]


def _run_all_commands(vault: Path, copy: Path) -> dict[str, float]:
    """Return for how many milliseconds each command blocked the GUI thread."""
    shutil.copytree(vault, copy)
    if sys.platform != "win32":
        os.sync()  # otherwise the first save also writes the whole copy to the disk
    command = [sys.executable, "-m", "benchmarks.processes.all_commands", str(copy)]
    blocked_ms: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    shutil.rmtree(copy)
    return blocked_ms
