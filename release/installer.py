"""Pack the built program into a setup.exe with NSIS."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage, QPainter

from release import signing
from release.contents import megabytes, size
from release.errors import ReleaseError
from release.icon import render, write_ico
from release.version_info import COMPANY, PRODUCT, numbers
from zcc_keys_gui import __copyright__, __version__

HERE = Path(__file__).parents[1]
SCRIPT = HERE / "resources" / "installer" / "zcc-keys.nsi"
BUILT = HERE / "dist" / PRODUCT
PARTS = {f"{PRODUCT}.exe", "_internal"}  # what the NSIS script packs and the uninstaller removes
SETUP = HERE / "dist" / f"{PRODUCT.replace(' ', '-')}-{__version__}-setup.exe"
MAX_BYTES = 30_000_000


def pack(built: Path, setup: Path) -> None:
    """Write `setup` from the folder `built`, and sign it, the exe, and the uninstaller if a certificate is configured.

    Raises `ReleaseError`, including when signing fails.
    """
    exe = built / f"{PRODUCT}.exe"
    if not exe.is_file():
        raise ReleaseError(f"{exe} is missing. Run `python dev.py build` on Windows first.")
    if unknown := {path.name for path in built.iterdir()} - PARTS:
        raise ReleaseError(f"{built} contains files that the installer does not pack: {', '.join(sorted(unknown))}.")
    makensis = find_makensis()
    print(signing.sign_if_configured(exe), flush=True)
    setup.unlink(missing_ok=True)
    command = [makensis, "-V2", "-WX", "-NOCD", "-INPUTCHARSET", "UTF8", *_defines(built, setup), str(SCRIPT)]
    if subprocess.run(command, cwd=HERE, check=False).returncode:
        setup.unlink(missing_ok=True)  # it exists, unsigned, if only signing it failed
        raise ReleaseError("makensis failed. Its messages above say why.")
    state = "signed" if signing.is_signed(setup) else "not signed"
    print(f"{setup.name} and its uninstaller are {state}.")
    setup_size = megabytes(setup.stat().st_size)
    if setup.stat().st_size > MAX_BYTES:
        raise ReleaseError(f"{setup} is {setup_size}, and the limit is {MAX_BYTES / 1e6:.0f} MB.")
    print(f"{setup}: {setup_size}")


def find_makensis() -> str:
    """Return the path of the NSIS compiler. Raises `ReleaseError` if NSIS is not installed."""
    default = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    found = shutil.which("makensis") or (str(default) if default.is_file() else None)
    if found is None:
        raise ReleaseError(
            "NSIS is missing. Install the Debian package nsis, or get it from https://nsis.sourceforge.io."
        )
    return found


def _defines(built: Path, setup: Path) -> list[str]:
    version = numbers(__version__)
    defines = {
        "VERSION": __version__,
        "VERSION_NUMBERS": ".".join(map(str, version)),
        "VERSION_MAJOR": version[0],
        "VERSION_MINOR": version[1],
        "PUBLISHER": COMPANY,
        "COPYRIGHT": __copyright__,
        "KILOBYTES": size(built) // 1024,
        "SOURCE": built,
        "LICENSE_FILE": HERE / "LICENSE",
        "ICON": write_ico(HERE / "build" / "zcc-keys.ico"),
        "SIDEBAR": _write_sidebar(HERE / "build" / "sidebar.bmp"),
        "SETUP": setup,
    }
    if signing.is_configured():
        defines["SIGN"] = f'"{sys.executable}" -m release.signing'
    return [f"-D{name}={value}" for name, value in defines.items()]


def _write_sidebar(path: Path) -> Path:
    """Write the picture of the last page, at twice its size for screens at 200 %."""
    mark = render(192)
    sidebar = QImage(2 * 164, 2 * 314, QImage.Format.Format_RGB888)
    sidebar.fill(mark.pixelColor(mark.width() // 2, 4))  # the icon's background
    painter = QPainter(sidebar)
    painter.drawImage((sidebar.width() - mark.width()) // 2, 96, mark)
    painter.end()
    sidebar.save(str(path))
    return path


if __name__ == "__main__":
    try:
        pack(BUILT, SETUP)
    except ReleaseError as error:
        sys.exit(str(error))
