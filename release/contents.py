"""The files that belong in the program's folder, and those that are excluded, with reasons."""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path, PurePath

MAX_BYTES = 80_000_000

# keyring imports its back ends by name, so PyInstaller does not see them.
HIDDEN_IMPORTS = ["keyring.backends.Windows"] if sys.platform == "win32" else ["keyring.backends.SecretService"]

EXCLUDED_MODULES = [
    # Modules of the standard library that dependencies import only in code that never runs here.
    "_pydecimal",
    "bz2",
    "curses",
    "distutils",
    "doctest",
    "lib2to3",
    "lzma",
    "pdb",
    "pydoc",
    "pydoc_data",
    "sqlite3",
    "ssl",
    "test",
    "tkinter",
    "unittest",
    "xmlrpc",
    # It would add a second OpenSSL; hashlib has its own SHA-256.
    "_hashlib",
    # anyio has a pytest plug-in.
    "_pytest",
    "pytest",
    # uvicorn reads configuration files with it, and only the tests install it.
    "yaml",
    # They build packages.
    "_distutils_hack",
    "packaging",
    "pkg_resources",
    "setuptools",
    # cryptography needs only cffi's back end, not its compiler.
    "cffi",
    "pycparser",
]

# Qt loads plug-ins by name, so PyInstaller adds all of them. These are needed; image formats (PNG is built in), TLS,
# network information, touch input, SVG and other platforms are not. On Windows, Qt6PrintSupport itself prints.
_QT_PLUGINS = {
    "win32": ("platforms/qwindows.dll", "styles/qmodernwindowsstyle.dll"),
    "linux": ("platforms/libqoffscreen.so", "platforms/libqxcb.so", "printsupport/libcupsprintersupport.so"),
}

# Short names of the Qt libraries. Linux needs the last two.
_QT_LIBRARIES = ("Core", "Gui", "Network", "PrintSupport", "Widgets", "DBus", "XcbQpa")

_EXCLUDED_FILES = (
    "*/opengl32sw.dll",  # software OpenGL, which widgets do not use
    "*/translations/*",  # the program is in English
    # Nothing reads the metadata of these packages. keyring reads its own.
    "*cryptography-*.dist-info/*",
    "*importlib_metadata-*.dist-info/*",
)


def is_wanted(path: str) -> bool:
    """Return whether a file is shipped. `path` is relative to the folder of libraries."""
    parts = PurePath(path.replace("\\", "/"))
    name = parts.as_posix()
    if any(fnmatch(name, pattern) for pattern in _EXCLUDED_FILES):
        return False
    if "plugins" in parts.parts:
        return name.endswith(_QT_PLUGINS.get(sys.platform, ("",)))
    library = re.match(r"(?:lib)?Qt6(\w+)\.", parts.name)
    return library is None or library[1] in _QT_LIBRARIES


def faults(folder: Path) -> list[str]:
    """Return the reasons not to ship a folder, one line each; empty if it can be shipped."""
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    found = [f"This file must not be shipped: {path}" for path in files if not is_wanted(path)]
    if sys.platform == "win32" and size(folder) > MAX_BYTES:  # Linux builds are larger and not shipped
        found.append(f"The folder is {megabytes(size(folder))}, and the limit is {MAX_BYTES / 1e6:.0f} MB: {folder}")
    return found


def size(folder: Path) -> int:
    """Return the total size of the files in a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def megabytes(number: int) -> str:
    """Return a number of bytes in megabytes, such as `3.1 MB`."""
    return f"{number / 1e6:.1f} MB"
