"""Counts, in the file `vault.saved`, how many changes of the vault were saved while there is a write-ahead log.

If the program is killed while it saves, the log can end with an incomplete change. That change was not reported as
saved, and SQLite ignores it. A saved change that the disk has damaged looks the same. This count tells them apart: if
the log has fewer changes, some are lost.

The count is written after each change and not flushed. So a power cut can lose the last numbers, but a kill cannot.
"""

import os
from contextlib import suppress
from pathlib import Path

from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file

_MAX_FILE_BYTES = 100  # a real file has 42


class SavedChanges:
    """The file. If it is missing, damaged or cannot be written, the count is unknown, which is never an error."""

    def __init__(self, path: Path) -> None:
        """Count in the file at `path`."""
        self._path = path
        self._descriptor: int | None = None

    def read(self) -> int | None:
        """Return how many changes were saved, at least; None if that is unknown."""
        try:
            first, second = read_regular_file(self._path, _MAX_FILE_BYTES).split()
            return int(first) if first == second else None
        except (OSError, ValueError):
            return None

    def begin(self, number: int) -> bool:
        """Write the number durably, and keep the file open from now on; return whether it is written."""
        if self._descriptor is None:
            with suppress(OSError):
                write_durably(self._path, _encode(number))
                self._descriptor = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        return self._descriptor is not None

    def write(self, number: int) -> None:
        """Overwrite the number. It fits into one sector of the disk, which is written completely or not at all."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, _encode(number))

    def close(self, *, forget: bool) -> None:
        """Close the file; `forget` deletes it, because the count is no longer needed. Can be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if forget:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def _encode(number: int) -> bytes:
    return b"%020d %020d\n" % (number, number)  # twice, so that damage makes the two numbers differ
