"""Render the program's icon from its SVG sources to the exe's `.ico` file and to the package's pictures.

Run `python -m release.icon` after a source was changed to update the package's pictures.
"""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from zcc_keys_gui.ui.theme.program_icon import PICTURES, SIZES

HERE = Path(__file__).resolve().parent.parent
SOURCES = HERE / "resources" / "icon"

_PNG_SIZE = 256  # pixels; smaller pictures are bitmaps, which every reader of .ico files understands


def render(size: int) -> QImage:
    """Return the icon at a size in pixels, from the source drawn for this size if there is one."""
    drawn_for_size = SOURCES / f"zcc-keys-{size}.svg"
    source = drawn_for_size if drawn_for_size.exists() else SOURCES / "zcc-keys.svg"
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(source)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image.convertToFormat(QImage.Format.Format_ARGB32)


def write_ico(path: Path) -> Path:
    """Write the `.ico` file with all sizes and return its path."""
    images = [_png(render(size)) if size >= _PNG_SIZE else _bitmap(render(size)) for size in SIZES]
    entries, offset = b"", 6 + 16 * len(images)
    for size, image in zip(SIZES, images, strict=True):
        # ICONDIRENTRY: width, height (0 means 256), colors, planes, bits per pixel, bytes, offset
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(images))
    return path


def write_pictures() -> None:
    """Write the package's pictures as a Qt resource file, from which Qt reads one size at a time."""
    folder = HERE / "build" / "icon"
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        (folder / f"{size}.png").write_bytes(_png(render(size)))
    files = "".join(f"<file>{size}.png</file>" for size in SIZES)
    listing = folder / "icon.qrc"
    listing.write_text(f'<RCC><qresource prefix="/icon">{files}</qresource></RCC>', encoding="utf-8")
    compiler = shutil.which("pyside6-rcc", path=str(Path(sys.executable).parent)) or "pyside6-rcc"
    subprocess.run([compiler, "--binary", "--no-compress", str(listing), "-o", str(PICTURES)], check=True)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide6 takes the format as str
    return bytes(buffer.data().data())


def _bitmap(image: QImage) -> bytes:
    # BITMAPINFOHEADER with twice the height: the colors, and a mask that older readers use for transparency
    width, height = image.width(), image.height()
    header = struct.pack("<IiiHHIIiiII", 40, width, 2 * height, 1, 32, 0, 0, 0, 0, 0, 0)
    upside_down = image.flipped(Qt.Orientation.Vertical)
    colors = bytes(upside_down.constBits())
    alphas = colors[3::4]
    bytes_in_row = -(-width // 32) * 4
    mask = b""
    for row in range(0, len(alphas), width):
        bits = "".join("0" if alpha else "1" for alpha in alphas[row : row + width])
        mask += int(bits.ljust(8 * bytes_in_row, "0"), 2).to_bytes(bytes_in_row, "big")
    return header + colors + mask


if __name__ == "__main__":
    write_pictures()
