"""Finds out which kind of file has a name, and opens only regular files.

`Path.exists` and similar methods also return False if a fault of the disk or a missing permission hides the file (from
Python 3.14 on, always). The program must not conclude then that a vault is missing, because it would create another
one. Opening a named pipe instead of a file would wait forever.
"""

import stat
from pathlib import Path
from typing import BinaryIO


class NotAFileError(OSError):
    """A folder, a pipe or a device has the name of a file."""


def exists(path: Path) -> bool:
    """Return whether anything has this name, even a broken link. Raises `OSError` if that is unknown."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def may_exist(path: Path) -> bool:
    """Return whether anything has this name, or could have it."""
    try:
        return exists(path)
    except OSError:
        return True


def is_file(path: Path) -> bool:
    """Return whether there is a file, or a link to one. Raises `OSError` if that is unknown."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def is_folder(path: Path) -> bool:
    """Return whether there is a folder, or a link to one. Raises `OSError` if that is unknown."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def remove_file(path: Path) -> None:
    """Remove a file, a pipe or a link, if there is one. Raises `NotAFileError` for a folder, and other `OSError`s."""
    if path.is_dir() and not path.is_symlink():
        raise NotAFileError(None, "not a file", str(path))
    path.unlink(missing_ok=True)


def check_is_file(path: Path) -> None:
    """Raise `NotAFileError` if anything other than a file has this name. Raises `OSError` if that is unknown."""
    if not is_file(path) and not is_missing_or_broken_link(path):
        raise NotAFileError(None, "not a file", str(path))


def is_missing_or_broken_link(link: Path) -> bool:
    """Return whether nothing has this name, or only a broken link. Raises `OSError` if that is unknown."""
    try:
        link.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    return False


def open_regular_file(path: Path) -> BinaryIO:
    """Open a file for reading, without ever waiting for another program. Raises `NotAFileError`, `OSError`."""
    check_is_file(path)
    return path.open("rb")


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """Return up to `max_bytes` from the beginning of a file. Raises `NotAFileError`, `OSError`."""
    with open_regular_file(path) as file:
        return file.read(max_bytes)
