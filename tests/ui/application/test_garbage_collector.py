"""Garbage is collected only in the GUI thread."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThreadPool
from PySide6.QtWidgets import QApplication, QDialog

from tests.support.gui import wait_until
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.application.garbage_collector import GarbageCollector


class Window(QDialog):
    """A window that refers to itself, so that only the garbage collection deletes it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[GarbageCollector]:
    was_enabled, parent = gc.isenabled(), QObject()
    yield GarbageCollector(parent)
    parent.deleteLater()
    if was_enabled:
        gc.enable()


def make_garbage(number: int) -> None:
    for _ in range(number):
        itself: list[object] = []
        itself.append(itself)


def test_a_closed_window_is_deleted_in_the_gui_thread(collector: GarbageCollector) -> None:
    threads: list[threading.Thread] = []

    def record(phase: str, _: dict[str, int]) -> None:
        threads.append(threading.current_thread())

    shown = Window()
    shown.show()
    shown.close()
    reference = weakref.ref(shown)
    del shown
    gc.callbacks.append(record)
    try:
        task = BackgroundTask(lambda: make_garbage(100_000))
        ended: list[object] = []
        task.done.connect(ended.append)
        task.start(QThreadPool.globalInstance())
        wait_until(lambda: bool(ended))
        wait_until(lambda: reference() is None)  # its timer collects
    finally:
        gc.callbacks.remove(record)
    assert set(threads) == {threading.main_thread()}


def test_every_generation_is_collected(collector: GarbageCollector) -> None:
    collected: list[int] = []

    def record(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            collected.append(info["generation"])

    gc.callbacks.append(record)
    try:
        for _ in range(200):
            make_garbage(2 * gc.get_threshold()[0])
            collector.collect_due()
    finally:
        gc.callbacks.remove(record)
    assert set(collected) == {0, 1, 2}
