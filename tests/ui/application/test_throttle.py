"""Calls are done immediately, then once in each interval, and none is lost."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QElapsedTimer, QObject
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from zcc_keys_gui.ui.application.throttle import Throttle

INTERVAL_MS = 100


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def test_many_calls_are_done_immediately_and_once_more(owner: QObject) -> None:
    done: list[int] = []
    clock = QElapsedTimer()
    throttle = Throttle(lambda: done.append(clock.elapsed()), INTERVAL_MS, owner)
    clock.start()
    for _ in range(1_000):
        throttle.call()
    assert len(done) == 1
    wait_until(lambda: len(done) == 2)
    assert done[1] >= INTERVAL_MS * 0.9  # a coarse timer can be 5% early
    for _ in range(3):  # an interval starts after each call
        throttle.call()
    wait_until(lambda: len(done) == 3)
    assert done[2] - done[1] >= INTERVAL_MS * 0.9


def test_a_call_made_by_the_function_runs_after_the_interval(owner: QObject) -> None:
    done: list[int] = []

    def do() -> None:
        done.append(len(done))
        if len(done) < 3:
            throttle.call()

    throttle = Throttle(do, INTERVAL_MS, owner)
    throttle.call()
    assert done == [0]
    wait_until(lambda: done == [0, 1, 2])
