"""Writes files so that a crash, a power cut or a full disk leaves the old file or the new one, never half of it."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_RETRY_TIMEOUT_SECONDS = 2.0
_RETRY_INTERVAL_SECONDS = 0.02
_MAX_PATH = 260  # characters of a path on Windows, unless long paths are enabled there
_MAX_SHORT_FOLDER = 200  # characters; the vault's files add up to 21 (Microsoft, "Maximum Path Length Limitation")

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _REPLACE_EXISTING, _WRITE_THROUGH = 1, 8  # MOVEFILE_… of MoveFileExW (winbase.h)
    _GENERIC_READ, _DELETE = 0x80000000, 0x00010000  # winnt.h; renaming over a file needs the right to delete it
    _SHARE_ALL, _OPEN_EXISTING = 7, 3  # of CreateFileW (fileapi.h, winnt.h)
    # winerror.h
    _ERROR_WRITE_PROTECT, _ERROR_SHARING_VIOLATION, _ERROR_LOCK_VIOLATION = 19, 32, 33
    _ERROR_INVALID_NAME, _ERROR_FILENAME_TOO_LONG = 123, 206
    _IN_USE = (_ERROR_SHARING_VIOLATION, _ERROR_LOCK_VIOLATION)
    _EXACT_ERRORS = (*_IN_USE, _ERROR_WRITE_PROTECT, _ERROR_INVALID_NAME, _ERROR_FILENAME_TOO_LONG)


@contextmanager
def saved_file(path: Path, *, mode: int = 0o666, is_secret: bool = False) -> Iterator[Path]:
    """Yield an empty file to write to, which replaces `path` when the block ends.

    If the block raises, the new file is removed and `path` is unchanged. The new file is in the folder of `path` and
    has a random name that nothing else has. A link stays a link: the file that it leads to is replaced, or created.

    A new file gets `mode` less the umask. An existing one keeps its mode and, if allowed, its owner and group. If it
    `is_secret`, only the owner's part of the mode is kept. On Windows a replaced file gets the permissions that it
    inherits from its folder; permissions that were set on the file itself are not kept. Other hard links to the file
    keep the old content.

    Raises `OSError`, whose `errno` or `winerror` names the exact cause: `EINVAL` for a path that no file can have,
    `ENXIO` for the path of a device, a pipe or a socket, and on Windows ERROR_SHARING_VIOLATION if another program has
    the file open. Other errors that the block raises pass unchanged.
    """
    new_file: Path | None = None
    try:
        target, old_status = _find_file_to_replace(path)
        new_file = _create_file(target.parent, 0o600 if is_secret else mode)
        if old_status is not None:
            _copy_owner_and_mode(old_status, new_file, 0o700 if is_secret else 0o7777)
        yield new_file
        flush(new_file)
        rename_durably(new_file, target, flushes_folder=False)
        with suppress(OSError):  # some file systems can't flush a folder; the file is there anyway
            flush_folder(target.parent)
    except ValueError as error:
        if new_file is not None:  # raised by the block
            raise
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from error  # a NUL, or a character without an encoding
    except OSError as error:
        exact = _find_exact_error(error, path)
        if exact is None:
            raise
        raise exact from error
    finally:
        if new_file is not None:
            with suppress(OSError):
                new_file.unlink(missing_ok=True)


def rename_durably(source: Path, target: Path, *, flushes_folder: bool = True) -> None:
    """Rename within a folder, replacing `target` if it is a file. Raises `OSError`.

    Windows does not rename while another program, such as a virus scanner, has either file open. Those
    programs usually close it soon, so renaming is retried for two seconds.
    """
    give_up_at = time.monotonic() + _RETRY_TIMEOUT_SECONDS
    while True:
        try:
            rename_over(source, target)
            break
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > give_up_at:
                raise
            time.sleep(_RETRY_INTERVAL_SECONDS)
    if flushes_folder:
        flush_folder(target.parent)


def rename_over(source: Path, target: Path) -> None:
    """Rename, replacing `target` if it is a file; on Windows, wait until this is on the disk. Raises `OSError`.

    On other systems, the caller flushes the folder afterward.
    """
    if sys.platform == "win32":
        # os.replace is the same call without the second flag, and may be undone by a power cut.
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        names = (ctypes.c_wchar_p(str(path)) for path in (source, target))
        if not kernel.MoveFileExW(*names, _REPLACE_EXISTING | _WRITE_THROUGH):
            raise ctypes.WinError(ctypes.get_last_error())
    else:
        source.replace(target)


def flush_folder(path: Path) -> None:
    """Wait until the names of the files in a folder are on the disk. Raises `OSError`."""
    if sys.platform != "win32":  # Windows can't flush a folder; NTFS journals names in the order of the changes
        flush(path)


def flush(path: Path) -> None:
    """Wait until the content of a file, or of a folder, is on the disk. Raises `OSError`."""
    # Windows flushes only files that are open for writing; POSIX opens a folder only for reading.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_unreadable_in_use(path: Path) -> bool:
    """Return whether another program has the file open and keeps it from being read; always False except on Windows."""
    return sys.platform == "win32" and _is_in_use(path, _GENERIC_READ)


def to_long_path(folder: Path) -> Path:
    r"""Return an absolute folder as `\\?\C:\…` if its files' paths may be longer than 260 characters.

    Most functions of Windows accept longer paths only in this form. Other folders are returned unchanged.
    """
    length = len(str(folder).encode("utf-16-le", "surrogatepass")) // 2  # in UTF-16 code units, as Windows counts
    if sys.platform != "win32" or length <= _MAX_SHORT_FOLDER or str(folder).startswith("\\\\?\\"):
        return folder
    full = os.path.normpath(folder)  # in this form, Windows treats `..` as a name
    return Path(f"\\\\?\\UNC\\{full[2:]}" if full.startswith("\\\\") else f"\\\\?\\{full}")


def _find_file_to_replace(path: Path) -> tuple[Path, os.stat_result | None]:
    """Return the file that is to be replaced or created, and its status if it exists. Raises `OSError`."""
    status: os.stat_result | None = None
    with suppress(FileNotFoundError):
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
        if not os.access(path, os.W_OK):  # renaming would replace even a file that this user may not write
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return Path(os.path.realpath(path)) if path.is_symlink() else path, status


def _create_file(folder: Path, mode: int) -> Path:
    """Create an empty file with a random name, short enough for every folder that can contain a file."""
    while True:
        new_file = folder / f"{os.urandom(4).hex()}.tmp"
        with suppress(FileExistsError):
            os.close(os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
            return new_file


def _copy_owner_and_mode(old_status: os.stat_result, new_file: Path, mask: int) -> None:
    """Give a new file the owner, the group and the mode of the file that it replaces."""
    if sys.platform == "win32":  # Windows has no such modes, and read-only files were rejected before
        return
    with suppress(OSError):  # only an administrator may change the owner
        os.chown(new_file, old_status.st_uid, old_status.st_gid)
    new_file.chmod(stat.S_IMODE(old_status.st_mode) & mask)


def _find_exact_error(error: OSError, path: Path) -> OSError | None:
    """Return a more exact error than Windows raised when writing `path`, or None if there is none."""
    if sys.platform == "win32" and error.winerror not in _EXACT_ERRORS:
        if isinstance(error, PermissionError) and _is_in_use(path, _DELETE):
            return ctypes.WinError(_ERROR_SHARING_VIOLATION)
        if error.errno == errno.ENOENT and path.parent.is_dir():  # Windows also says this about impossible names
            return ctypes.WinError(_ERROR_FILENAME_TOO_LONG if len(str(path)) >= _MAX_PATH else _ERROR_INVALID_NAME)
    return None


if sys.platform == "win32":

    def _is_in_use(path: Path, access: int) -> bool:
        """Return whether another program has the file open and does not share this access."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = wintypes.HANDLE
        kernel.CreateFileW.argtypes = [
            *(wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID),
            *(wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE),
        ]
        handle = kernel.CreateFileW(str(path), access, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
        if handle == wintypes.HANDLE(-1).value:
            return ctypes.get_last_error() in _IN_USE
        kernel.CloseHandle(wintypes.HANDLE(handle))
        return False
