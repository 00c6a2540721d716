"""The sign in front of a warning."""

from PySide6.QtGui import QPixmap, QPixmapCache
from PySide6.QtWidgets import QApplication

from zcc_keys_gui.ui.widgets.warning_sign import WarningSign


def test_all_signs_share_one_pixmap(qapp: QApplication) -> None:
    signs = [WarningSign() for _ in range(3)]
    assert not signs[0].pixmap().isNull()
    assert len({sign.pixmap().cacheKey() for sign in signs}) == 1
    for sign in signs:
        sign.deleteLater()


def test_many_signs_do_not_fill_the_pixmap_cache(qapp: QApplication) -> None:
    limit = QPixmapCache.cacheLimit()
    QPixmapCache.setCacheLimit(64)  # KiB
    try:
        other = QPixmap(4, 4)
        other.fill()
        WarningSign().deleteLater()
        QPixmapCache.insert("another picture", other)
        for _ in range(200):
            sign = WarningSign()
            sign.grab()
            sign.deleteLater()
        assert QPixmapCache.find("another picture", QPixmap())
    finally:
        QPixmapCache.setCacheLimit(limit)
