"""Runs all benchmarks, or those that are named: `python -m benchmarks [starting] [saving] …`."""

import importlib
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.ratio import Ratio, table

_DEFAULT = ["starting", "saving", "opening", "searching", "blocking", "checking", "signing_in"]
if sys.platform == "win32" and Path("dist/ZCC Keys/ZCC Keys.exe").exists():
    _DEFAULT.append("frozen")
if sys.platform == "linux":
    _DEFAULT.append("memory")
_LONG = ["restoring"]
"""Benchmarks that take several minutes; they run only if they are named."""


def main(names: list[str]) -> int:
    """Run the benchmarks and print their ratios as a table.

    Return the exit code: 0, or 1 if a ratio misses its limit, or 2 for a name that is not known.
    """
    unknown = set(names) - {*_DEFAULT, *_LONG, "frozen", "memory"}
    if unknown:
        print(f"Unknown benchmarks: {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    ratios: list[Ratio] = []
    with tempfile.TemporaryDirectory(prefix="zcc-keys-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _prepare_environment(folder)
        for benchmark in names or _DEFAULT:
            print(f"Running the benchmark {benchmark}…", file=sys.stderr, flush=True)
            ratios += importlib.import_module(f"benchmarks.{benchmark}").measure(folder)
    sys.stdout.buffer.write(table(ratios).encode() + b"\n")  # as bytes, because not every console encoding has ≤
    return 0 if all(ratio.is_met for ratio in ratios) else 1


def _prepare_environment(folder: Path) -> None:
    """Set the environment for this process and for the processes that the benchmarks start."""
    os.environ["ZCC_KEYS_TEST_KEYSTORE"] = str(folder / "keystore")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has bytecode files
    if sys.platform != "win32":  # on Windows, the real Credential Manager is part of what is measured
        os.environ["PYTHON_KEYRING_BACKEND"] = "tests.support.file_keyring.FileKeyring"
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_LOGGING_RULES"] = "*.warning=false"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
