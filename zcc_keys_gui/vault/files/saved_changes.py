"""How many changes of the vault were saved, noted in a file as long as there is a write-ahead log.

When saving is cut short, the log can end in a change of which parts alone are on the disk; it was not reported as saved
then, and SQLite leaves it out. A saved change that the disk has damaged looks the same. This number tells them apart:
what the log has fewer than that is lost. It is written after each change and not flushed, so a power cut can take the
last numbers away, but a kill cannot.
"""

import os
from contextlib import suppress
from pathlib import Path

from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file

_LARGEST = 100  # bytes; a real one has 42


class SavedChanges:
    """The file. One that is missing, damaged or cannot be written tells nothing, and never keeps anybody out."""

    def __init__(self, path: Path) -> None:
        """Keep the number at `path`."""
        self._path = path
        self._descriptor: int | None = None

    def read(self) -> int | None:
        """Return how many changes were saved, at least; None where that is not known."""
        try:
            first, second = read_regular_file(self._path, _LARGEST).split()
            return int(first) if first == second else None
        except (OSError, ValueError):
            return None

    def begin(self, number: int) -> bool:
        """Note the number durably, and hold the file open from now on; say whether it is noted."""
        if self._descriptor is None:
            with suppress(OSError):
                write_durably(self._path, _encoded(number))
                self._descriptor = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        return self._descriptor is not None

    def note(self, number: int) -> None:
        """Note the number, in place of the last one; it fits into one sector of a disk, which is written whole."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, _encoded(number))

    def close(self, *, forget: bool) -> None:
        """Hold the file open no more; delete it where there is nothing left to tell. May be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if forget:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def _encoded(number: int) -> bytes:
    return b"%020d %020d\n" % (number, number)  # twice, so that a damaged one is no number
