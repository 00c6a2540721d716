"""Writes files so that a crash, a power cut or a full disk leaves the old file or the new one, never half of it."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.platform.held_file import keeps_from_replacing
from zcc_keys_gui.platform.write_through import rename_through

_OTHER_VAULT_FILES = ("attempts.json", "settings.ini")  # besides those that begin with "vault."
_PATIENCE = 2.0  # seconds
_PAUSE = 0.02  # seconds
_MAX_PATH = 260  # characters of a path on Windows, unless long paths are enabled there
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
    errno.ELOOP: WriteFault.LINK_LOOP,
}
# Windows' own numbers (winerror.h), which Python maps to less exact ones.
_WINDOWS_FAULTS = {
    19: WriteFault.READ_ONLY,  # ERROR_WRITE_PROTECT
    32: WriteFault.IN_USE,  # ERROR_SHARING_VIOLATION
    33: WriteFault.IN_USE,  # ERROR_LOCK_VIOLATION
    123: WriteFault.NAME_NOT_ALLOWED,  # ERROR_INVALID_NAME
    206: WriteFault.NAME_TOO_LONG,  # ERROR_FILENAME_EXCED_RANGE
}


@contextmanager
def saved_file(path: Path, *, mode: int = 0o666, is_secret: bool = False, is_own: bool = False) -> Iterator[Path]:
    """Yield an empty file to write to, which takes the place of `path` when the block ends.

    If the block raises, the file is removed and `path` stays as it was. The file is in the folder of `path`, under a
    random name that nothing else has. A link stays a link: the file that it leads to is replaced, or created.

    A new file gets `mode` less the umask; an existing one keeps its mode and, if allowed, its owner and group. If it
    `is_secret`, only the owner's part of the mode is kept. On Windows a replaced file gets the permissions that it
    inherits from its folder; permissions that were set on the file itself are not kept. Other hard links to the file
    keep the old content.

    Raises `FileNotWrittenError` with the cause for each `OSError`, also from the block, and for a file of any vault,
    unless it `is_own`: the program's, and not one that the user chose.
    What else the block raises, such as `InterruptedError` for Cancel, passes unchanged.
    """
    beside: Path | None = None
    try:
        target, found = _target_of(path, is_own=is_own)
        beside = _new_file_in(target.parent, 0o600 if is_secret else mode)
        if found is not None:
            _take_over(beside, found, 0o700 if is_secret else 0o7777)
        yield beside
        flush(beside)
        rename_durably(beside, target, flushes_folder=False)
        with suppress(OSError):  # some file systems can't flush a folder; the file is there all the same
            flush_folder(target.parent)
    except InterruptedError:
        raise
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and beside is not None:  # not about the path
            raise
        raise FileNotWrittenError(path, _fault_of(error, path)) from error
    finally:
        if beside is not None:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def rename_durably(source: Path, target: Path, *, flushes_folder: bool = True) -> None:
    """Rename within a folder, over `target` if it exists. Raises `OSError`.

    Windows refuses while another program, such as a virus scanner, has either file open. That is usually over soon, so
    it is tried for two seconds.
    """
    give_up_at = time.monotonic() + _PATIENCE
    while True:
        try:
            rename_through(source, target)
            break
        except PermissionError:
            if os.name != "nt" or time.monotonic() > give_up_at:
                raise
            time.sleep(_PAUSE)
    if flushes_folder:
        flush_folder(target.parent)


def flush_folder(path: Path) -> None:
    """Wait until the names of what is in a folder are on the disk. Raises `OSError`."""
    if os.name != "nt":  # Windows has no handle of a folder to flush; NTFS journals names in the order of the changes
        flush(path)


def flush(path: Path) -> None:
    """Wait until what was written to a file, or to a folder, is on the disk. Raises `OSError`."""
    # Windows flushes only what is open for writing, POSIX opens a folder only for reading.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _target_of(path: Path, *, is_own: bool) -> tuple[Path, os.stat_result | None]:
    """Return the file that is to be replaced or created, and its status if it exists. Raises `OSError`."""
    found: os.stat_result | None = None
    with suppress(FileNotFoundError):
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(found.st_mode):
            raise _NotAFileError
        if not os.access(path, os.W_OK):  # renaming would replace even a file that this user may not write
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if not is_own and _is_of_a_vault(target):
        raise _VaultFileError
    return target, found


def _is_of_a_vault(path: Path) -> bool:
    """Say whether this is a file by which the program keeps a vault, an automatic backup, or the settings."""
    name = path.name.casefold().removesuffix(".new")
    return (name.startswith("vault.") or name in _OTHER_VAULT_FILES) and path.with_name("vault.json").is_file()


def _new_file_in(folder: Path, mode: int) -> Path:
    """Make an empty file with a random name. The name is short enough for every folder that can have a file."""
    while True:
        beside = folder / f"{os.urandom(4).hex()}.tmp"
        with suppress(FileExistsError):
            os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
            return beside


def _take_over(beside: Path, found: os.stat_result, mask: int) -> None:
    """Give a new file the owner, the group and the mode of the file that it replaces."""
    if sys.platform == "win32":  # which keeps no such mode, and a read-only file was refused before
        return
    with suppress(OSError):  # only an administrator may give files away
        os.chown(beside, found.st_uid, found.st_gid)
    beside.chmod(stat.S_IMODE(found.st_mode) & mask)


def _fault_of(error: OSError | ValueError, path: Path) -> WriteFault:
    if isinstance(error, _NotAFileError | _VaultFileError):
        return error.fault
    if isinstance(error, ValueError):  # a NUL, or what cannot be encoded
        return WriteFault.NAME_NOT_ALLOWED
    exact = _WINDOWS_FAULTS.get(getattr(error, "winerror", None) or 0)
    if exact is not None:
        return exact
    if isinstance(error, PermissionError) and keeps_from_replacing(path):
        return WriteFault.IN_USE
    if sys.platform == "win32" and error.errno == errno.ENOENT and path.parent.is_dir():  # as it says of the name, too
        return WriteFault.NAME_TOO_LONG if len(str(path)) >= _MAX_PATH else WriteFault.NAME_NOT_ALLOWED
    return _FAULTS.get(error.errno, WriteFault.OTHER)


class _NotAFileError(OSError):
    """The path names a device, a pipe or a socket."""

    fault = WriteFault.NOT_A_FILE


class _VaultFileError(OSError):
    """The path names a file of a vault."""

    fault = WriteFault.VAULT_FILE
