"""What is in the program's folder, and what is left out of it, with reasons. Standard library only."""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path, PurePath

MAX_BYTES = 80_000_000

# keyring finds its back ends by name.
HIDDEN_IMPORTS = ["keyring.backends.Windows"] if sys.platform == "win32" else ["keyring.backends.SecretService"]

EXCLUDED_MODULES = [
    # Python's own modules that nothing here uses, but that somebody names.
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
    # With it would come a second OpenSSL; hashlib has SHA-256 of its own.
    "_hashlib",
    # For tests, by a plug-in of anyio's.
    "_pytest",
    "pytest",
    # For uvicorn's settings in a file; is there for the tests alone.
    "yaml",
    # For building packages.
    "_distutils_hack",
    "packaging",
    "pkg_resources",
    "setuptools",
    # cffi's compiler of bindings; only what cryptography loads is needed.
    "cffi",
    "pycparser",
]

# What Qt loads by name, so that no import tells what is needed. All else is left out: image formats (PNG is built in),
# TLS, network information, touch tables, SVG, other platforms. What prints on Windows is in Qt6PrintSupport itself.
_QT_PLUGINS = {
    "win32": ("platforms/qwindows.dll", "styles/qmodernwindowsstyle.dll"),
    "linux": ("platforms/libqoffscreen.so", "platforms/libqxcb.so", "printsupport/libcupsprintersupport.so"),
}

# Qt's libraries by their short names. The last two are what windows on Linux need of it.
_QT_LIBRARIES = ("Core", "Gui", "Network", "PrintSupport", "Widgets", "DBus", "XcbQpa")

_LEFT_OUT = (
    "*/opengl32sw.dll",  # OpenGL in software; widgets are painted without
    "*/translations/*",  # the program speaks English
    # What is asked of an installed package; of keyring's, it finds its back ends.
    "*cryptography-*.dist-info/*",
    "*importlib_metadata-*.dist-info/*",
)


def is_wanted(path: str) -> bool:
    """Say whether a file, named by its path in the folder of libraries, is to be shipped."""
    parts = PurePath(path.replace("\\", "/"))
    name = parts.as_posix()
    if any(fnmatch(name, pattern) for pattern in _LEFT_OUT):
        return False
    if "plugins" in parts.parts:
        return name.endswith(_QT_PLUGINS.get(sys.platform, ("",)))
    library = re.match(r"(?:lib)?Qt6(\w+)\.", parts.name)
    return library is None or library[1] in _QT_LIBRARIES


def faults(folder: Path) -> list[str]:
    """Return what speaks against shipping a folder that was built, a line each; nothing where it is as it should be."""
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    said = [f"This is not to be shipped: {path}" for path in files if not is_wanted(path)]
    if sys.platform == "win32" and size(folder) > MAX_BYTES:  # Linux' libraries carry more, and are not shipped
        said.append(f"The folder has {megabytes(size(folder))}, and may have {MAX_BYTES / 1e6:.0f} MB: {folder}")
    return said


def size(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def megabytes(number: int) -> str:
    """Return a number of bytes in words."""
    return f"{number / 1e6:.1f} MB"
