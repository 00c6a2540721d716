"""The time from the start of the process to the first paint, and the memory of the idle program.

Both are compared with a window that shows only a label.
"""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measuring import medians_in_turn, milliseconds
from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault

_ROUNDS = 15
_MEMORY_ROUNDS = 3
_KEYS = 10_000
_TIMEOUT_SECONDS = 120
_MAX_RATIO_THROUGH_KEYRING = 2.0
_MAX_RATIO_ON_WINDOWS = 1.6
"""On Windows, the program calls Credential Manager directly and does not load keyring."""
_MAX_MEMORY_RATIO = 1.6


def measure(folder: Path) -> list[Ratio]:
    """Return the ratios of time and memory, for a vault in `folder`."""
    vault = folder / "start"
    make_vault(vault, _KEYS).close()
    for window in ("bare", "program"):  # the first run reads the files from the disk, later ones from the cache
        _show(window, vault)
    program_ms, bare_ms = medians_in_turn(
        _ROUNDS,
        lambda: milliseconds(lambda: _show("program", vault)),
        lambda: milliseconds(lambda: _show("bare", vault)),
    )
    program_mib, bare_mib = medians_in_turn(
        _MEMORY_ROUNDS, lambda: _idle_memory("program", vault), lambda: _idle_memory("bare", vault)
    )
    is_direct = sys.platform == "win32" and not os.environ.get("PYTHON_KEYRING_BACKEND")
    key_store = "Credential Manager directly" if is_direct else "through keyring"
    max_ratio = _MAX_RATIO_ON_WINDOWS if is_direct else _MAX_RATIO_THROUGH_KEYRING
    name = f"start to first paint, {_KEYS:,} keys, {key_store}"
    return [
        Ratio(name, "a bare window", program_ms, bare_ms, "ms", max_ratio),
        Ratio("memory of the idle program", "a bare window", program_mib, bare_mib, "MiB", _MAX_MEMORY_RATIO),
    ]


def _show(window: str, vault: Path) -> None:
    _run(window, vault, "exit")


def _idle_memory(window: str, vault: Path) -> float:
    """Return the memory in MiB."""
    return float(_run(window, vault, "memory"))


def _run(window: str, vault: Path, after_paint: str) -> str:
    command = [sys.executable, "-m", "benchmarks.processes.first_paint", window, str(vault), after_paint]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=_TIMEOUT_SECONDS).stdout
