"""The licences of what is in the built program: of the table of everything, the rows that are true of it."""

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

from zcc_keys_gui.ui.licences import FOLDER, Shipped, shipped

# What brings libraries of its own, by their paths in the folder; Linux' own libraries are not shipped.
_LIBRARIES = {
    "*python3*.dll": "CPython",
    "*libffi-*.dll": "libffi",
    "*MSVCP140*.dll": "Visual C++ runtime",
    "*VCRUNTIME140*.dll": "Visual C++ runtime",
    "*api-ms-win-*.dll": "Visual C++ runtime",
    "*ucrtbase.dll": "Visual C++ runtime",
    "PySide6/*": "pyside6-essentials",
    "shiboken6/*": "shiboken6",
}
# What is inside of others' libraries, and so in every build.
_INSIDE = ("ZCC Keys", "PyInstaller", "CPython", "zlib", "Parts of Qt", "Parts of cryptography", "OpenSSL", "SQLCipher")


def write_licences(modules: Iterable[str], libraries: Iterable[str], folder: Path) -> Path:
    """Write the table and the texts for a build into `folder`, anew; return `folder`.

    `modules` are the names of the Python modules that are in it, `libraries` the paths of its binary files. Raises
    `ValueError` where something in it has no row.
    """
    modules, libraries = list(modules), [library.replace("\\", "/") for library in libraries]
    names = {*_INSIDE, *_packages([*modules, *libraries]), *_carriers(libraries)}
    rows = [row for row in shipped() if row.name in names]
    if missing := names - {row.name for row in rows}:
        raise ValueError(f"{FOLDER / 'README.md'} does not list what is shipped: {', '.join(sorted(missing))}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in {row.file for row in rows} | {"GPL-3.0.txt"}:
        shutil.copy(FOLDER / name, folder)
    own = _text_of_this_python()
    if own is not None:
        shutil.copy(own, folder / "cpython.txt")
    (folder / "README.md").write_text(_without_rows(set(shipped()) - set(rows)), encoding="utf-8")
    return folder


def _packages(modules: Iterable[str]) -> set[str]:
    """Return the packages, as the table spells them, that these modules and files belong to."""
    owners = metadata.packages_distributions()
    found = {owner for name in modules for owner in owners.get(re.split("[./]", name)[0], [])}
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found} - {"zcc-keys-gui"}


def _carriers(libraries: Iterable[str]) -> set[str]:
    found = set()
    for path in libraries:
        carrier = next((name for pattern, name in _LIBRARIES.items() if fnmatch(path, pattern)), None)
        if carrier is None and sys.platform == "win32" and path.endswith(".dll"):
            raise ValueError(f"Nobody knows whose this is, and under which licence: {path}")
        found |= {carrier} if carrier else set()
    return found


def _text_of_this_python() -> Path | None:
    folders = (Path(sys.base_prefix), Path(sysconfig.get_path("stdlib")))  # on Windows, elsewhere
    return next((folder / "LICENSE.txt" for folder in folders if (folder / "LICENSE.txt").exists()), None)


def _without_rows(rows: set[Shipped]) -> str:
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    left_out = tuple(f"| {row.name} |" for row in rows)
    return "\n".join(line for line in lines if not (left_out and line.startswith(left_out))) + "\n"
