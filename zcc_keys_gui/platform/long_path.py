r"""Folders deeper than Windows' 260 characters, which most calls take only in the form `\\?\C:\…`."""

import os
import sys
from pathlib import Path

_SHORT_ENOUGH = 200  # characters, to which the vault's files add up to 21 (Microsoft, "Maximum Path Length Limitation")


def deep_folder(folder: Path) -> Path:
    """Return the absolute folder in the form that can be as deep as wanted, where it is that deep; else as it is."""
    units = len(str(folder).encode("utf-16-le", "surrogatepass")) // 2  # as Windows counts
    if sys.platform != "win32" or units <= _SHORT_ENOUGH or str(folder).startswith("\\\\?\\"):
        return folder
    whole = os.path.normpath(folder)  # in the other form, Windows takes `..` for a name
    return Path(f"\\\\?\\UNC\\{whole[2:]}" if whole.startswith("\\\\") else f"\\\\?\\{whole}")
