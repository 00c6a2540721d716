r"""Whether a folder is on another computer.

A database with a write-ahead log is not safe there: all programs that use it must share memory, and locks must hold
(https://sqlite.org/wal.html). On macOS nothing is known.
"""

import os
import re
import sys
from pathlib import Path

_REMOTE = 4  # DRIVE_REMOTE of GetDriveTypeW (fileapi.h)
_MOUNTS = Path("/proc/self/mountinfo")  # proc_pid_mountinfo(5)
_NETWORK_TYPES = frozenset({
    "9p", "afs", "ceph", "cifs", "coda", "davfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf",
    "fuse.ceph", "fuse.curlftpfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.rclone",
    "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse",
})  # fmt: skip


def is_on_network(folder: Path) -> bool:
    """Say whether a folder, which need not exist yet, is on another computer; False where that cannot be told."""
    if sys.platform == "win32":
        return _is_remote(str(folder)) or _is_remote(_real(folder))  # in this order: a lost network takes its time
    if sys.platform != "linux":
        return False
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return file_system_of(_real(folder), mounts) in _NETWORK_TYPES


def file_system_of(path: str, mounts: str) -> str:
    """Return the type of the file system that has an absolute path, given the text of Linux's mountinfo.

    Nothing is returned for what is on the root: also where that comes over a network, it is this computer's own.
    """
    found, found_at = "", "/"
    for line in mounts.splitlines():
        fields, _, of_file_system = line.partition(" - ")
        mount_point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields.split(" ")[4])
        inside = path == mount_point or path.startswith(mount_point + "/")
        if inside and len(mount_point) >= len(found_at):  # of two at one place, the later one covers the other
            found, found_at = of_file_system.partition(" ")[0], mount_point
    return found


def root_of(path: str) -> str | None:
    r"""Return the root of an absolute path of Windows, as `C:\`, or None where that is a share (`\\server\share`)."""
    path = path.replace("/", "\\")
    prefix = path[:4] if path.startswith(("\\\\?\\", "\\\\.\\")) else ""
    rest = path.removeprefix(prefix)
    if rest[:4].upper() == "UNC\\" if prefix else path.startswith("\\\\"):
        return None
    return (prefix if ":" not in rest[:2] else "") + rest.partition("\\")[0] + "\\"


def _is_remote(path: str) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    root = root_of(path)
    return root is None or bool(ctypes.WinDLL("kernel32").GetDriveTypeW(ctypes.c_wchar_p(root)) == _REMOTE)


def _real(folder: Path) -> str:
    try:
        return os.path.realpath(folder)
    except OSError:  # a disk that can't say where its folders are
        return str(folder.absolute())
