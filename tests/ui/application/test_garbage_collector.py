"""Garbage is collected in the GUI thread alone."""

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
    """One as any: it refers to itself, so that only the collection finds that nobody else does."""

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


def litter(number: int) -> None:
    for _ in range(number):
        itself: list[object] = []
        itself.append(itself)


def test_a_closed_window_is_not_destroyed_in_the_thread_that_makes_garbage(collector: GarbageCollector) -> None:
    threads: list[threading.Thread] = []

    def note(phase: str, _: dict[str, int]) -> None:
        threads.append(threading.current_thread())

    shown = Window()
    shown.show()
    shown.close()
    gone = weakref.ref(shown)
    del shown
    gc.callbacks.append(note)
    try:
        task = BackgroundTask(lambda: litter(100_000))
        ended: list[object] = []
        task.done.connect(ended.append)
        task.start(QThreadPool.globalInstance())
        wait_until(lambda: bool(ended))
        wait_until(lambda: gone() is None)  # in the collector's own time
    finally:
        gc.callbacks.remove(note)
    assert set(threads) == {threading.main_thread()}


def test_each_generation_has_its_turn(collector: GarbageCollector) -> None:
    collected: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            collected.append(info["generation"])

    gc.callbacks.append(note)
    try:
        for _ in range(200):
            litter(2 * gc.get_threshold()[0])
            collector.collect_due()
    finally:
        gc.callbacks.remove(note)
    assert set(collected) == {0, 1, 2}
