"""The log's file, and the older ones beside it."""

from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 512 * 1024  # bytes
OLDER = 3  # files that are kept beside the one that is written


class LogFile(RotatingFileHandler):
    """A file that is begun anew when it is full.

    Windows renames no file that another program has open, such as another ZCC Keys on another vault. Then this one is
    filled further, and no older one is touched.
    """

    def __init__(self, path: Path) -> None:
        """Write to the end of the file at `path`. Raises `OSError`."""
        super().__init__(path, maxBytes=LARGEST, backupCount=OLDER, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> TextIOWrapper:
        """Open the file, which only its owner may read."""
        stream = super()._open()
        with suppress(OSError):
            Path(self.baseFilename).chmod(0o600)
        return stream

    def doRollover(self) -> None:
        """Begin the file anew."""
        if self.stream is not None:
            self.stream.close()
        full = self._older(0)
        try:
            Path(self.baseFilename).replace(full)
        except OSError:
            self.maxBytes += LARGEST
        else:
            for number in range(OLDER, 0, -1):
                with suppress(OSError):
                    self._older(number - 1).replace(self._older(number))
        self.stream = self._open()

    def _older(self, number: int) -> Path:
        return Path(f"{self.baseFilename}.{number}")
