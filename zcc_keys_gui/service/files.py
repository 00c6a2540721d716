"""Writing a file that a person chose: beside it first, so that it never holds half of what it should."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from zcc_keys_gui.domain.errors import FileNotWrittenError


@contextmanager
def written_beside(path: Path, *, encoding: str, mode: int = 0o666) -> Iterator[TextIO]:
    """Yield a text file that becomes `path` when the block ends, and disappears when the block raises.

    `mode` says who may read it, less what the process's umask forbids. Raises `FileNotWrittenError`.
    """
    beside = path.with_name(path.name + ".part")
    try:
        beside.unlink(missing_ok=True)  # what was left behind may be somebody else's, or for others to read
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(descriptor, "w", encoding=encoding, newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _flush_name_in(path.parent)
    except OSError as error:
        raise FileNotWrittenError(path) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _flush_name_in(folder: Path) -> None:
    if os.name == "nt":  # which has no handle of a folder to flush; NTFS journals the rename
        return
    with suppress(OSError):  # not every place that a person can choose knows how to; the file is there all the same
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
