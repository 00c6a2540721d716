"""The time from the start of the built exe to its first paint, compared with a bare window that was built alike.

Windows only. Both are watched from this process: a window is painted when a pixel at its lower left has a color. The
sizes of the built folder and of the setup are compared with their limits.
"""

import ctypes
import subprocess
import sys
import time
from ctypes import wintypes
from pathlib import Path

from benchmarks.measuring import medians_in_turn
from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault
from release import contents
from release.installer import BUILT, HERE, MAX_BYTES
from release.version_info import PRODUCT

assert sys.platform == "win32"

# Below the assertion, because mypy sees this module's names on Windows only.
from tests.support.processes.frozen_program import FrozenProgram, forget_key_of  # noqa: E402

EXE = BUILT / f"{PRODUCT}.exe"

_ROUNDS = 15
_KEYS = 10_000
_MAX_RATIO = 1.5
_UNPAINTED = (0x000000, 0xFFFFFFFF)
"""Black, which a window is before its first paint, and CLR_INVALID (wingdi.h)."""
_TIMEOUT_SECONDS = 60
_POLL_INTERVAL_SECONDS = 0.001


def measure(folder: Path) -> list[Ratio]:
    """Return the ratio of the start times, and the ratios of the sizes to their limits."""
    vault = folder / "frozen"
    make_vault(vault, _KEYS).close()
    program, bare = [str(EXE), "--data-folder", str(vault)], [str(_bare_exe())]
    for command in (program, bare):  # the first run reads the files from the disk, later ones from the cache
        _ms_until_painted(command)
    program_ms, bare_ms = medians_in_turn(_ROUNDS, lambda: _ms_until_painted(program), lambda: _ms_until_painted(bare))
    forget_key_of(vault)
    name = f"start of the built exe to first paint, {_KEYS:,} keys"
    return [
        Ratio(name, "a bare window", program_ms, bare_ms, "ms", _MAX_RATIO),
        _size_ratio("its folder", contents.size(EXE.parent), contents.MAX_BYTES),
        *(_size_ratio(path.name, path.stat().st_size, MAX_BYTES) for path in BUILT.parent.glob("*-setup.exe")),
    ]


def _size_ratio(name: str, size: int, max_size: int) -> Ratio:
    return Ratio(f"size of {name}", "the limit", size / 1e6, max_size / 1e6, "MB", 1.0)


def _bare_exe() -> Path:
    """Return the path of the built bare window, and build it if it does not exist."""
    exe = HERE / "build" / "bare" / "bare.exe"
    if not exe.exists():
        options = ["--noconfirm", "--log-level", "ERROR", "--distpath", "build", "--workpath", "build/of-bare"]
        command = [sys.executable, "-m", "PyInstaller", *options, "benchmarks/processes/bare.spec"]
        subprocess.run(command, check=True, cwd=HERE)
    return exe


def _ms_until_painted(command: list[str]) -> float:
    """Start a program, and stop it after its window was painted. Return how many milliseconds that took."""
    start = time.perf_counter()
    program = FrozenProgram(Path(command[0]), *command[1:])
    while not any(_is_painted(window) for window in program.titles()):
        if time.perf_counter() > start + _TIMEOUT_SECONDS:
            raise TimeoutError(f"{command[0]} has painted no window after {_TIMEOUT_SECONDS} seconds")
        time.sleep(_POLL_INTERVAL_SECONDS)
    seconds = time.perf_counter() - start
    program.process.kill()
    program.process.wait(_TIMEOUT_SECONDS)
    return seconds * 1_000


def _is_painted(window: int) -> bool:
    user32, gdi32 = ctypes.WinDLL("user32"), ctypes.WinDLL("gdi32")
    user32.GetDC.restype = wintypes.HDC
    user32.GetDC.argtypes = [wintypes.HWND]
    user32.ReleaseDC.argtypes = [wintypes.HWND, wintypes.HDC]
    user32.GetClientRect.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.RECT)]
    gdi32.GetPixel.argtypes = [wintypes.HDC, ctypes.c_int, ctypes.c_int]
    gdi32.GetPixel.restype = wintypes.DWORD
    client_area = wintypes.RECT()
    user32.GetClientRect(window, ctypes.byref(client_area))
    context = user32.GetDC(window)
    color = gdi32.GetPixel(context, 2, client_area.bottom - 2)
    user32.ReleaseDC(window, context)
    return color not in _UNPAINTED
