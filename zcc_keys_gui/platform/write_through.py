"""Renaming that is on the disk when it is done. Elsewhere, the folder is flushed afterwards, by who renames."""

import sys
from pathlib import Path

_REPLACE_EXISTING, _WRITE_THROUGH = 1, 8  # MOVEFILE_… of MoveFileExW (winbase.h)


def rename_through(source: Path, target: Path) -> None:
    """Rename, over `target` where that is a file; on Windows, wait until the disk has it. Raises `OSError`."""
    if sys.platform == "win32":
        import ctypes

        # os.replace is the same call without the second flag, and may be undone by a power cut.
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        names = (ctypes.c_wchar_p(str(path)) for path in (source, target))
        if not kernel.MoveFileExW(*names, _REPLACE_EXISTING | _WRITE_THROUGH):
            raise ctypes.WinError(ctypes.get_last_error())
    else:
        source.replace(target)
