"""Measures everything, or what is named: `python -m benchmarks [starting] [saving] …`."""

import importlib
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.ratio import Ratio, table

_ALL = ["starting", "saving", "opening", "searching", "holding", "checking", "signing_in"]
if sys.platform == "win32" and Path("dist/ZCC Keys/ZCC Keys.exe").exists():
    _ALL.append("frozen")
if sys.platform == "linux":
    _ALL.append("memory")


def main(wanted: list[str]) -> int:
    """Print the table; return 1 where a bar is missed."""
    with tempfile.TemporaryDirectory(prefix="zcc-keys-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["ZCC_KEYS_TEST_KEYSTORE"] = str(folder / "keystore")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
        if sys.platform != "win32":  # on Windows, its own key store is what counts
            os.environ["PYTHON_KEYRING_BACKEND"] = "tests.support.file_keyring.FileKeyring"
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ["QT_LOGGING_RULES"] = "*.warning=false"
        ratios: list[Ratio] = []
        for each in wanted or _ALL:
            print(f"measuring {each} …", file=sys.stderr, flush=True)
            ratios += importlib.import_module(f"benchmarks.{each}").measure(folder)
    sys.stdout.buffer.write(table(ratios).encode() + b"\n")  # also where the system's encoding has no ≤
    return 0 if all(ratio.holds for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
