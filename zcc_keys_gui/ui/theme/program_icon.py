"""The program's icon in windows and in the taskbar."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QResource, QSize
from PySide6.QtGui import QIcon

# The sizes that Windows uses from 100 to 400 %: 16 to 64 pixels in title bars and the taskbar, the others in Explorer.
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
PICTURES = Path(__file__).with_name("icon.rcc")
"""The pictures of all sizes as one Qt resource file, because opening nine files takes five times as long."""


def program_icon() -> QIcon:
    """Return the icon. `release/icon.py` creates its pictures, and each is decoded when it is first shown."""
    _register_pictures()
    icon = QIcon()
    for size in SIZES:
        icon.addFile(f":/icon/{size}.png", QSize(size, size))
    return icon


@cache
def _register_pictures() -> None:
    """Register the pictures with Qt once, because Qt maps the file into memory each time."""
    QResource.registerResource(str(PICTURES))
