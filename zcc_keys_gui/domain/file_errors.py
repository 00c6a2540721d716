"""Turns the operating system's errors about a file that the user chose into `FileNotWrittenError`."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault

_OTHER_VAULT_FILES = ("attempts.json", "settings.ini")  # besides those that begin with "vault."
_FAULTS: dict[int | None, WriteFault] = {
    errno.ENOSPC: WriteFault.DISK_FULL,
    errno.EDQUOT: WriteFault.DISK_FULL,
    errno.EACCES: WriteFault.NO_PERMISSION,
    errno.EPERM: WriteFault.NO_PERMISSION,
    errno.EROFS: WriteFault.READ_ONLY,
    errno.ENAMETOOLONG: WriteFault.NAME_TOO_LONG,
    errno.EINVAL: WriteFault.NAME_NOT_ALLOWED,
    errno.EILSEQ: WriteFault.NAME_NOT_ALLOWED,
    errno.ENOENT: WriteFault.FOLDER_MISSING,
    errno.ENOTDIR: WriteFault.FOLDER_MISSING,
    errno.EISDIR: WriteFault.IS_A_FOLDER,
    errno.ENXIO: WriteFault.NOT_A_FILE,
    errno.ELOOP: WriteFault.LINK_LOOP,
}
# Windows' own error numbers (winerror.h), which are more exact than the errno that Python gives them.
_WINDOWS_FAULTS: dict[int | None, WriteFault] = {
    19: WriteFault.READ_ONLY,  # ERROR_WRITE_PROTECT
    32: WriteFault.IN_USE,  # ERROR_SHARING_VIOLATION
    33: WriteFault.IN_USE,  # ERROR_LOCK_VIOLATION
    123: WriteFault.NAME_NOT_ALLOWED,  # ERROR_INVALID_NAME
    206: WriteFault.NAME_TOO_LONG,  # ERROR_FILENAME_EXCED_RANGE
}


@contextmanager
def write_errors_for(path: Path) -> Iterator[None]:
    """Raise `FileNotWrittenError` about `path` for each `OSError` in the block, except `InterruptedError` (Cancel)."""
    try:
        yield
    except InterruptedError:
        raise
    except OSError as error:
        raise FileNotWrittenError(path, classify_write_error(error)) from error


def classify_write_error(error: OSError) -> WriteFault:
    """Return why a file could not be written."""
    exact = _WINDOWS_FAULTS.get(getattr(error, "winerror", None))
    return exact or _FAULTS.get(error.errno, WriteFault.OTHER)


def is_vault_file_name(name: str) -> bool:
    """Return whether one of a vault's own files has this name, ignoring case, or had it before it was complete."""
    name = name.casefold().removesuffix(".new")
    return name.startswith("vault.") or name in _OTHER_VAULT_FILES


def reject_vault_file(path: Path) -> None:
    """Raise `FileNotWrittenError` if `path`, or the target of the link at `path`, is one of a vault's own files.

    These are the files in which the program keeps a vault, an automatic backup, or the settings. Raises `OSError` if
    `path` can't be examined.
    """
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if is_vault_file_name(target.name) and target.with_name("vault.json").is_file():
        raise FileNotWrittenError(path, WriteFault.VAULT_FILE)
