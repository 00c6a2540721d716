"""Collect the licenses of the parts that a build contains."""

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import cache
from importlib import metadata
from pathlib import Path

from zcc_keys_gui.ui.settings.licenses import FOLDER, ShippedComponent, shipped_components

# Which part a library belongs to, by its path. Libraries of the Linux system are not shipped.
_LIBRARIES = {
    "*python3*.dll": "CPython",
    "libpython3*": "CPython",
    "*libffi-*.dll": "libffi",
    "*MSVCP140*.dll": "Visual C++ runtime",
    "*VCRUNTIME140*.dll": "Visual C++ runtime",
    "*api-ms-win-*.dll": "Visual C++ runtime",
    "*ucrtbase.dll": "Visual C++ runtime",
    "PySide6/*": "pyside6-essentials",
    "shiboken6/*": "shiboken6",
}
# Every build contains these, in addition to its libraries.
_IN_EVERY_BUILD = (
    "ZCC Keys",
    "PyInstaller",
    "CPython",
    "zlib",
    "Parts of Qt",
    "Parts of cryptography",
    "OpenSSL",
    "SQLCipher",
)


def write_licenses(modules: Iterable[str], libraries: Iterable[str], folder: Path) -> Path:
    """Write the license table and texts of a build to `folder`, replacing its content, and return `folder`.

    `modules` are the names of the Python modules in the build, `libraries` the paths of its binary files. Raises
    `ValueError` if a part has no row in the table.
    """
    names = names_in(modules, libraries)
    rows = [row for row in shipped_components() if row.name in names]
    if missing := names - {row.name for row in rows}:
        raise ValueError(f"{FOLDER / 'README.md'} does not list these parts: {', '.join(sorted(missing))}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in {row.file for row in rows} | {"GPL-3.0.txt"}:
        shutil.copy(FOLDER / name, folder)
    own = _text_of_this_python()
    if own is not None:
        shutil.copy(own, folder / "cpython.txt")
    (folder / "README.md").write_text(_without_rows(set(shipped_components()) - set(rows)), encoding="utf-8")
    return folder


def names_in(modules: Iterable[str], files: Iterable[str]) -> set[str]:
    """Return the names of the table's rows for a build with these Python modules and files.

    `files` are paths in the folder of libraries. Raises `ValueError` if nothing says whose library a file is.
    """
    modules, files = list(modules), [path.replace("\\", "/") for path in files]
    return {*_IN_EVERY_BUILD, *_packages([*modules, *files]), *_owners_of_libraries(files)}


def owner_of(path: str) -> str | None:
    """Return the row that a file belongs to, or None if it is this program's own or a library of the system.

    `path` is relative to the folder of libraries, with slashes.
    """
    top = re.split("[./]", path)[0]
    if owner := _owner_of_library(path):
        return owner
    if (
        path == "base_library.zip"
        or "lib-dynload" in path
        or (path.endswith(".pyd") and top in sys.stdlib_module_names)
    ):
        return "CPython"
    if ".dist-info/" in path:
        top = path.split("-", 1)[0]
    return min(_packages([top]), default=None)


_packages_by_module = cache(metadata.packages_distributions)  # it reads the files of every package, 10 s on Windows


def _packages(modules: Iterable[str]) -> set[str]:
    """Return the packages, as the table spells them, that these modules and files belong to."""
    found = {owner for name in modules for owner in _packages_by_module().get(re.split("[./]", name)[0], [])}
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found} - {"zcc-keys-gui"}


def _owners_of_libraries(libraries: Iterable[str]) -> set[str]:
    found = set()
    for path in libraries:
        owner = _owner_of_library(path)
        if owner is None and sys.platform == "win32" and path.endswith(".dll"):
            raise ValueError(f"The part and license of this library are unknown: {path}")
        found |= {owner} if owner else set()
    return found


def _owner_of_library(path: str) -> str | None:
    return next((name for pattern, name in _LIBRARIES.items() if fnmatch(path, pattern)), None)


def _text_of_this_python() -> Path | None:
    folders = (Path(sys.base_prefix), Path(sysconfig.get_path("stdlib")))  # Windows, then other systems
    return next((folder / "LICENSE.txt" for folder in folders if (folder / "LICENSE.txt").exists()), None)


def _without_rows(rows: set[ShippedComponent]) -> str:
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    left_out = tuple(f"| {row.name} |" for row in rows)
    return "\n".join(line for line in lines if not (left_out and line.startswith(left_out))) + "\n"
