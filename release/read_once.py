"""Runs in the built program before all else: reads the archive of modules once.

PyInstaller opens the exe anew for each of some 200 modules, and Windows has each opening looked at by the virus
scanner: one computer needed half a second for each (github.com/pyinstaller/pyinstaller/issues/2550).
"""

import io

import pyimod01_archive
from pyimod02_importers import pyz_archive

with open(pyz_archive._filename, "rb") as file:  # noqa: PTH123  pathlib is not loaded yet
    content = file.read()

pyimod01_archive.open = lambda _path, _mode: io.BytesIO(content)
