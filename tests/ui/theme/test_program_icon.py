"""The icon of the windows."""

import pytest
from PySide6.QtWidgets import QApplication

from zcc_keys_gui.ui.theme.program_icon import SIZES, program_icon


@pytest.mark.parametrize("size", SIZES)
def test_the_icon_has_a_picture_of_every_size(qapp: QApplication, size: int) -> None:
    icon = program_icon()
    assert icon.actualSize(icon.availableSizes()[SIZES.index(size)]).width() == size
    assert icon.pixmap(size, size).toImage().pixelColor(size // 2, size // 8).name() == "#0e8464"
