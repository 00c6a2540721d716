"""Looks at what is on the disk under a name, and opens only files.

`Path.exists` and its like answer False if the disk or the rights do not let them look (from Python 3.14 on, always). A
vault must not be taken for missing then, or another one would be made in its place. And opening a named pipe that was
put in place of a file would wait forever.
"""

import stat
from pathlib import Path
from typing import BinaryIO


class NotAFileError(OSError):
    """There is a folder, a pipe or a device instead of a file."""


def is_there(path: Path) -> bool:
    """Check whether anything has this name, even a link that leads nowhere. Raises `OSError` if that is unknown."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def may_be_there(path: Path) -> bool:
    """Check whether anything has this name, or might have."""
    try:
        return is_there(path)
    except OSError:
        return True


def is_file(path: Path) -> bool:
    """Check whether there is a file, or a link to one. Raises `OSError` if that is unknown."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def is_folder(path: Path) -> bool:
    """Check whether there is a folder, or a link to one. Raises `OSError` if that is unknown."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def remove_file(path: Path) -> None:
    """Remove a file, a pipe or a link, if there is one. Raises `NotAFileError` for a folder, and other `OSError`s."""
    if path.is_dir() and not path.is_symlink():
        raise NotAFileError(None, "not a file", str(path))
    path.unlink(missing_ok=True)


def refuse_other_kinds(path: Path) -> None:
    """Raise `NotAFileError` if something other than a file has this name. Raises other `OSError`s if it is unknown."""
    if not is_file(path) and not leads_nowhere(path):
        raise NotAFileError(None, "not a file", str(path))


def leads_nowhere(link: Path) -> bool:
    """Check whether nothing has this name but, at most, a link to nothing. Raises `OSError` if that is unknown."""
    try:
        link.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    return False


def open_regular_file(path: Path) -> BinaryIO:
    """Open a file for reading; never waits for another program. Raises `NotAFileError` and other `OSError`s."""
    refuse_other_kinds(path)
    return path.open("rb")


def read_regular_file(path: Path, most: int) -> bytes:
    """Return up to `most` bytes from the beginning of a file. Raises `NotAFileError` and other `OSError`s."""
    with open_regular_file(path) as file:
        return file.read(most)
