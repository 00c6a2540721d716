"""The program's icon, as windows and the taskbar show it."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QResource, QSize
from PySide6.QtGui import QIcon

# What Windows asks for from 100 to 400 %: 16 to 64 pixels in title bars and taskbar, the others in the Explorer.
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
PICTURES = Path(__file__).with_name("icon.rcc")
"""Pictures of all sizes, as Qt's resource file: opening nine files would take a start five times as long."""


def program_icon() -> QIcon:
    """Return the icon. `release/icon.py` makes its pictures; each is decoded when it is first shown."""
    _register_pictures()
    icon = QIcon()
    for size in SIZES:
        icon.addFile(f":/icon/{size}.png", QSize(size, size))
    return icon


@cache
def _register_pictures() -> None:
    """Make the pictures known to Qt; it would map the file into memory again each time that it is told."""
    QResource.registerResource(str(PICTURES))
