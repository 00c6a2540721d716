"""The built exe, from its start to its first paint, against a bare window that was built the same way. Windows only.

Both are watched from outside: the time ends when the lower left corner of the window's inside has a colour.
"""

import ctypes
import subprocess
import sys
import time
from ctypes import wintypes
from pathlib import Path

from benchmarks.ratio import Ratio, side_by_side
from benchmarks.vaults import make_vault
from release import contents
from release.installer import BUILT, HERE, MAX_BYTES
from release.version_info import PRODUCT

assert sys.platform == "win32"

from tests.support.processes.frozen_program import FrozenProgram, forget_key_of  # noqa: E402  mypy looks into it on Windows only

EXE = BUILT / f"{PRODUCT}.exe"

_ROUNDS = 15
_KEYS = 10_000
_NO_COLOUR = (0x000000, 0xFFFFFFFF)  # black, which a window is before its first paint; CLR_INVALID (wingdi.h)
_PATIENCE = 60  # seconds
_EVERY = 0.001  # seconds


def measure(folder: Path) -> list[Ratio]:
    """Return the ratio of the starts, and the sizes of folder and installer against what they may have."""
    vault = folder / "frozen"
    make_vault(vault, _KEYS).close()
    program, bare = [str(EXE), "--data-folder", str(vault)], [str(_bare_exe())]
    for command in (program, bare):  # so that both are in the system's cache
        _until_painted(command)
    ours, theirs = side_by_side(_ROUNDS, lambda: _until_painted(program), lambda: _until_painted(bare))
    forget_key_of(vault)
    start = Ratio(f"start of the built exe to first paint, {_KEYS:,} keys", "a bare window", ours, theirs, "ms", 1.5)
    setups = [_size(path.name, path.stat().st_size, MAX_BYTES) for path in BUILT.parent.glob("*-setup.exe")]
    return [start, _size("its folder", contents.size(EXE.parent), contents.MAX_BYTES), *setups]


def _size(of: str, size: int, most: int) -> Ratio:
    return Ratio(f"size of {of}", "what it may have", size / 1e6, most / 1e6, "MB", 1.0)


def _bare_exe() -> Path:
    """Return the exe of the bare window; build it where it is not there yet."""
    exe = HERE / "build" / "bare" / "bare.exe"
    if not exe.exists():
        options = ["--noconfirm", "--log-level", "ERROR", "--distpath", "build", "--workpath", "build/of-bare"]
        command = [sys.executable, "-m", "PyInstaller", *options, "benchmarks/bare.spec"]
        subprocess.run(command, check=True, cwd=HERE)
    return exe


def _until_painted(command: list[str]) -> float:
    """Start a program, and end it when it has painted its window; return how long that took, in milliseconds."""
    began = time.perf_counter()
    program = FrozenProgram(Path(command[0]), *command[1:])
    while not any(_is_painted(window) for window in program.titles()):
        if time.perf_counter() > began + _PATIENCE:
            raise TimeoutError(f"{command[0]} shows nothing")
        time.sleep(_EVERY)
    took = time.perf_counter() - began
    program.process.kill()
    program.process.wait(_PATIENCE)
    return took * 1_000


def _is_painted(window: int) -> bool:
    user32, gdi32 = ctypes.WinDLL("user32"), ctypes.WinDLL("gdi32")
    user32.GetDC.restype = wintypes.HDC
    user32.GetDC.argtypes = [wintypes.HWND]
    user32.ReleaseDC.argtypes = [wintypes.HWND, wintypes.HDC]
    user32.GetClientRect.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.RECT)]
    gdi32.GetPixel.argtypes = [wintypes.HDC, ctypes.c_int, ctypes.c_int]
    gdi32.GetPixel.restype = wintypes.DWORD
    inside = wintypes.RECT()
    user32.GetClientRect(window, ctypes.byref(inside))
    context = user32.GetDC(window)
    colour = gdi32.GetPixel(context, 2, inside.bottom - 2)
    user32.ReleaseDC(window, context)
    return colour not in _NO_COLOUR
