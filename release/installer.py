"""Packs the program that was built, with NSIS, into the setup.exe that people download."""

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
PARTS = {f"{PRODUCT}.exe", "_internal"}  # what the script packs and the uninstaller removes
SETUP = HERE / "dist" / f"{PRODUCT.replace(' ', '-')}-{__version__}-setup.exe"
MAX_BYTES = 30_000_000


def pack(built: Path, setup: Path) -> None:
    """Make `setup` from the folder with the built program; sign it, the exe in it and its uninstaller.

    Raises `ReleaseError`, also where a certificate is configured and cannot be used.
    """
    exe = built / f"{PRODUCT}.exe"
    if not exe.is_file():
        raise ReleaseError(f"{exe} is not there: `python dev.py build` makes it, on Windows.")
    if unknown := {path.name for path in built.iterdir()} - PARTS:
        raise ReleaseError(f"The installer does not know these in {built}: {', '.join(sorted(unknown))}")
    makensis = find_makensis()
    print(signing.sign_where_configured(exe), flush=True)
    setup.unlink(missing_ok=True)
    command = [makensis, "-V2", "-WX", "-NOCD", "-INPUTCHARSET", "UTF8", *_defines(built, setup), str(SCRIPT)]
    if subprocess.run(command, cwd=HERE, check=False).returncode:
        setup.unlink(missing_ok=True)  # it is there, unsigned, where only its own signature failed
        raise ReleaseError("makensis could not make the installer.")
    print(f"{setup.name} and the uninstaller in it are {'' if signing.is_signed(setup) else 'not '}signed.")
    has = megabytes(setup.stat().st_size)
    if setup.stat().st_size > MAX_BYTES:
        raise ReleaseError(f"{setup} has {has}, and may have {MAX_BYTES / 1e6:.0f} MB.")
    print(f"{setup}: {has}")


def find_makensis() -> str:
    """Return the path of NSIS' compiler; raise `ReleaseError` where it is not here."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    found = shutil.which("makensis") or (str(usual) if usual.is_file() else None)
    if found is None:
        raise ReleaseError("NSIS is not here: it is the package nsis of Debian, and of https://nsis.sourceforge.io.")
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
        "LICENCE": HERE / "LICENSE",
        "ICON": write_ico(HERE / "build" / "zcc-keys.ico"),
        "SIDEBAR": _write_sidebar(HERE / "build" / "sidebar.bmp"),
        "SETUP": setup,
    }
    if signing.is_configured():
        defines["SIGN"] = f'"{sys.executable}" -m release.signing'
    return [f"-D{name}={value}" for name, value in defines.items()]


def _write_sidebar(path: Path) -> Path:
    """Write the picture at the side of the last page, twice as large as it is shown, for screens at 200 %."""
    mark = render(192)
    sidebar = QImage(2 * 164, 2 * 314, QImage.Format.Format_RGB888)
    sidebar.fill(mark.pixelColor(mark.width() // 2, 4))  # what the key lies on
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
