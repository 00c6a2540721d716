"""The Qt binding keeps its references to None, unlike PySide6 6.12.0 on Python 3.11."""

import sys

from PySide6.QtCore import QObject


def test_calls_that_return_nothing_keep_references_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(2_000):
        thing.setObjectName("a name")
        thing.blockSignals(False)
    # None is immortal since Python 3.12, so the count is constant there; on 3.11 it varies by a few.
    assert sys.getrefcount(None) > before - 1_000
