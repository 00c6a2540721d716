"""Real faults for tests: a small disk, an account without special rights, and another program with a file open."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # linux/capability.h
_CAPABILITIES_3 = 0x20080522


@contextmanager
def small_disk(path: Path, size: int) -> Iterator[None]:
    """Mount a disk of `size` bytes at `path`, which is created. Skips the test if that is impossible."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def fill_up(disk: Path) -> Path:
    """Write a file that leaves no free space, and return its path."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast


def leave_free(disk: Path, size: int) -> Path:
    """Write a file that leaves `size` free bytes, rounded to 4 KiB, and return its path."""
    ballast = fill_up(disk)
    os.truncate(ballast, max(0, ballast.stat().st_size - size))
    return ballast


@contextmanager
def ordinary_account() -> Iterator[None]:
    """Apply file permissions to this thread even if it is root. Skips the test if that is impossible."""
    if sys.platform == "win32":
        pytest.skip("Windows has other permissions")
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    before, now = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    if libc.capget(header, before):
        pytest.skip("capabilities cannot be read here")
    ctypes.memmove(now, before, ctypes.sizeof(now))
    now[0] &= ~(1 << _CAP_DAC_OVERRIDE | 1 << _CAP_DAC_READ_SEARCH)  # the first of effective, permitted, inheritable
    if libc.capset(header, now):
        pytest.skip("capabilities cannot be dropped here")
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0


@contextmanager
def held_by_another_program(kind: str, path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Let another process hold the write lock of a `database`, or on Windows a `file`.

    The process ends when its standard input is closed.
    """
    command = [sys.executable, "-m", "tests.reliability.faults", kind, str(path)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        assert holder.stdin is not None
        holder.stdin.close()
        assert holder.wait(timeout=60) == 0
        holder.stdout.close()


def _hold_database(path: Path) -> None:
    from zcc_keys_gui.vault.files.folder import VaultFolder
    from zcc_keys_gui.vault.opening import VaultOpener

    store = VaultOpener(VaultFolder(path.parent)).open_for_this_account()
    with store.change():
        _wait()


def _hold_file(path: Path) -> None:
    """Open a file exclusively, as some virus scanners and backup programs do."""
    if sys.platform != "win32":
        raise NotImplementedError
    from ctypes import wintypes

    create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
    create.restype = wintypes.HANDLE
    create.argtypes = [wintypes.LPCWSTR, *[wintypes.DWORD] * 2, wintypes.LPVOID, *[wintypes.DWORD] * 2, wintypes.HANDLE]
    generic_read, open_existing = 0x80000000, 3
    handle = create(str(path), generic_read, 0, None, open_existing, 0, None)
    assert handle != wintypes.HANDLE(-1).value, ctypes.get_last_error()
    _wait()


def _wait() -> None:
    print("held", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    {"database": _hold_database, "file": _hold_file}[sys.argv[1]](Path(sys.argv[2]))
