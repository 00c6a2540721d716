"""The time from a keystroke in the search field to the repainted list, with 100,000 keys, compared with a frame.

Also the memory that so many keys take.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import percentile_95
from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault

_KEYS = 100_000
_FRAME_MS = 16.0
_MAX_MEMORY_MIB = 10.0
_TIMEOUT_SECONDS = 600


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios, for a full and an empty vault in `folder`."""
    full, empty = folder / "search-full", folder / "search-empty"
    make_vault(full, _KEYS).close()
    make_vault(empty, 0).close()
    with_keys, without_keys = _search_in(full), _search_in(empty)
    name = f"keystroke until painted, 95th percentile, {_KEYS:,} keys, sorted by"
    ratios = [
        Ratio(f"{name} {column}", "a frame", percentile_95(times), _FRAME_MS, "ms", 1)
        for column, times in with_keys["painted_ms"].items()
    ]
    # Each keystroke counts with its shortest time, because a pause of the system occurs in one round, not in all.
    blocked_ms = max(min(rounds) for rounds in with_keys["blocked_ms"].values())
    ratios.append(Ratio("GUI thread blocked by one or two letters, maximum", "a frame", blocked_ms, _FRAME_MS, "ms", 1))
    memory_mib = with_keys["memory_mib"] - without_keys["memory_mib"]
    ratios.append(Ratio(f"memory that {_KEYS:,} keys take", "10 MiB", memory_mib, _MAX_MEMORY_MIB, "MiB", 1))
    return ratios


def _search_in(vault: Path) -> Any:
    """Return what `measured_search` prints."""
    command = [sys.executable, "-m", "benchmarks.processes.measured_search", str(vault)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=_TIMEOUT_SECONDS).stdout)
