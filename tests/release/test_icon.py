"""The pictures in the package and the exe match the icon's sources."""

import struct
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QApplication

from release.icon import SOURCES, render, write_ico
from zcc_keys_gui.ui.theme.program_icon import SIZES, program_icon

_TOLERANCE = 2  # of 255, because computers round differently


def difference(image: QImage, other: QImage) -> int:
    """Return the largest difference in a color channel of a pixel."""
    images = [each.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied) for each in (image, other)]
    one, another = (bytes(each.constBits()) for each in images)
    return max(abs(byte - its_like) for byte, its_like in zip(one, another, strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_the_package_pictures_match_the_sources(qapp: QApplication, size: int) -> None:
    program_icon()
    resource = QImage(f":/icon/{size}.png")
    assert (resource.width(), resource.height()) == (size, size)
    assert difference(resource, render(size)) <= _TOLERANCE, "python -m release.icon makes it anew"


@pytest.mark.parametrize("size", [16, 20, 24, 32])
def test_the_small_key_is_sharp(size: int) -> None:
    image = render(size)
    shaft = [image.pixelColor(size * 3 // 4, y) for y in range(size)]
    assert {color.name() for color in shaft} == {"#0e8464", "#ffffff"}  # no blended colors


def test_small_sizes_are_drawn_by_hand() -> None:
    assert all((SOURCES / f"zcc-keys-{size}.svg").exists() for size in (16, 20, 24))


def test_an_ico_file_has_all_sizes(tmp_path: Path) -> None:
    path = write_ico(tmp_path / "zcc-keys.ico")
    reader = QImageReader(str(path))
    assert reader.imageCount() == len(SIZES)
    for place, size in enumerate(SIZES):
        assert reader.jumpToImage(place)
        assert difference(reader.read(), render(size)) <= _TOLERANCE
    assert path.read_bytes().count(b"\x89PNG") == 1  # only 256 pixels, because some readers support no others


def test_transparent_pixels_are_masked_for_old_readers(tmp_path: Path) -> None:
    content = write_ico(tmp_path / "zcc-keys.ico").read_bytes()
    place = SIZES.index(32)
    length, offset = struct.unpack_from("<II", content, 6 + 16 * place + 8)
    lowest_row, *_, middle_row = struct.iter_unpack(">I", content[offset + length - 32 * 4 : offset + length - 16 * 4])
    assert f"{lowest_row[0]:032b}".startswith("1")
    assert f"{lowest_row[0]:032b}".endswith("1")
    assert middle_row[0] == 0
