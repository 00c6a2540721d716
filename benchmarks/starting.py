"""From the start of the process to the first paint, and the memory of the idle program, against a bare window."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.ratio import Ratio, milliseconds, side_by_side
from benchmarks.vaults import make_vault

_ROUNDS = 15
_KEYS = 10_000


def measure(folder: Path) -> list[Ratio]:
    """Return both ratios, for a vault in `folder`."""
    vault = folder / "start"
    make_vault(vault, _KEYS).close()
    for which in ("bare", "program"):  # so that both are in the system's cache
        _until_painted(which, vault)
    ours, bare = side_by_side(
        _ROUNDS,
        lambda: milliseconds(lambda: _until_painted("program", vault)),
        lambda: milliseconds(lambda: _until_painted("bare", vault)),
    )
    by_windows = sys.platform == "win32" and not os.environ.get("PYTHON_KEYRING_BACKEND")
    way = "by Windows' own call" if by_windows else "through keyring"
    memory, bare_memory = side_by_side(3, lambda: _memory("program", vault), lambda: _memory("bare", vault))
    return [
        Ratio(
            f"start to first paint, {_KEYS:,} keys, {way}",
            "a bare window",
            ours,
            bare,
            "ms",
            1.6 if by_windows else 1.9,
        ),
        Ratio("memory of the idle program", "a bare window", memory, bare_memory, "MiB", 1.6),
    ]


def _until_painted(which: str, vault: Path) -> None:
    _child(which, vault, "leave")


def _memory(which: str, vault: Path) -> float:
    return float(_child(which, vault, "memory"))


def _child(which: str, vault: Path, then: str) -> str:
    command = [sys.executable, "-m", "benchmarks.first_paint", which, str(vault), then]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout
