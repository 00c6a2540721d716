r"""Detects folders on other computers.

A database with a write-ahead log is not safe there, because all programs that use it must share memory and reliable
locks (https://sqlite.org/wal.html). On macOS, network folders are not detected.
"""

import os
import re
import sys
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")  # proc_pid_mountinfo(5)
_NETWORK_TYPES = frozenset({
    "9p", "afs", "ceph", "cifs", "coda", "davfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf",
    "fuse.ceph", "fuse.curlftpfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.rclone",
    "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse",
})  # fmt: skip


if sys.platform == "win32":
    import ctypes

    _REMOTE = 4  # DRIVE_REMOTE of GetDriveTypeW (fileapi.h)


def is_on_network(folder: Path) -> bool:
    """Return whether a folder, which need not exist yet, is on another computer; False if that is unknown."""
    if sys.platform == "win32":
        # In this order, because resolving a path on a lost network is slow.
        return _is_remote(str(folder)) or _is_remote(_resolve(folder))
    if sys.platform != "linux":
        return False
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return find_file_system(_resolve(folder), mounts) in _NETWORK_TYPES


def find_file_system(path: str, mounts: str) -> str:
    """Return the type of the file system of an absolute path, from the text of Linux's mountinfo.

    For a path on the root file system, an empty text is returned: even if its root is on a network, only this computer
    uses it.
    """
    found, found_at = "", "/"
    for line in mounts.splitlines():
        fields, _, of_file_system = line.partition(" - ")
        mount_point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields.split(" ")[4])
        inside = path == mount_point or path.startswith(mount_point + "/")
        if inside and len(mount_point) >= len(found_at):  # a later mount on the same folder hides the earlier one
            found, found_at = of_file_system.partition(" ")[0], mount_point
    return found


def find_root(path: str) -> str | None:
    r"""Return the root of an absolute path of Windows, as `C:\`, or None if it is on a share (`\\server\share`)."""
    path = path.replace("/", "\\")
    prefix = path[:4] if path.startswith(("\\\\?\\", "\\\\.\\")) else ""
    remaining = path.removeprefix(prefix)
    if remaining[:4].upper() == "UNC\\" if prefix else path.startswith("\\\\"):
        return None
    return (prefix if ":" not in remaining[:2] else "") + remaining.partition("\\")[0] + "\\"


def _is_remote(path: str) -> bool:
    if sys.platform == "win32":
        root = find_root(path)
        return root is None or bool(ctypes.WinDLL("kernel32").GetDriveTypeW(ctypes.c_wchar_p(root)) == _REMOTE)
    return False


def _resolve(folder: Path) -> str:
    try:
        return os.path.realpath(folder)
    except OSError:  # some virtual disks can't resolve their folders
        return str(folder.absolute())
