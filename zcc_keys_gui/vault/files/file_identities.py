"""Notices when the open files of a vault were moved, deleted or replaced.

Except on Windows, an open file can be moved and deleted. What the program then writes to it is lost, or is in a
folder where the user does not expect it.
"""

from pathlib import Path

from zcc_keys_gui.domain.errors import VaultMovedError
from zcc_keys_gui.vault.files.regular_file import exists


class FileIdentities:
    """The identities of the open files in a folder."""

    def __init__(self, folder: Path) -> None:
        """Name `folder` in errors."""
        self._folder = folder
        self._identities: dict[Path, tuple[int, int]] = {}

    def remember(self, path: Path) -> None:
        """Remember the file that has this name now, if no other is remembered. Raises `VaultMovedError`, `OSError`."""
        self._identities.setdefault(path, self._identity(path))

    def check(self) -> None:
        """Raise `VaultMovedError` if a remembered file no longer has its name. Raises `OSError` too."""
        for path, identity in self._identities.items():
            if self._identity(path) != identity:
                raise VaultMovedError(self._folder)

    def is_last_file(self, database: Path, log: Path) -> bool:
        """Return whether the remembered database is still there, and its write-ahead log is not."""
        try:
            return not exists(log) and self._identity(database) == self._identities[database]
        except (OSError, VaultMovedError):
            return False

    def _identity(self, path: Path) -> tuple[int, int]:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise VaultMovedError(self._folder) from error
        return status.st_dev, status.st_ino
