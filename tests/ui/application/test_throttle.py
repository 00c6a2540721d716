"""What may happen often is done at once, then once in an interval, and never forgotten."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QElapsedTimer, QObject
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from zcc_keys_gui.ui.application.throttle import Throttle

INTERVAL = 100  # milliseconds


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def test_it_is_done_at_once_and_of_many_calls_then_one_more(owner: QObject) -> None:
    done: list[int] = []
    clock = QElapsedTimer()
    paced = Throttle(lambda: done.append(clock.elapsed()), INTERVAL, owner)
    clock.start()
    for _ in range(1_000):
        paced.call()
    assert len(done) == 1
    wait_until(lambda: len(done) == 2)
    assert done[1] >= INTERVAL * 0.9  # a coarse timer's 5 %
    for _ in range(3):  # a rest begins anew after each
        paced.call()
    wait_until(lambda: len(done) == 3)
    assert done[2] - done[1] >= INTERVAL * 0.9


def test_a_call_within_what_it_does_is_done_later(owner: QObject) -> None:
    done: list[int] = []

    def do() -> None:
        done.append(len(done))
        if len(done) < 3:
            paced.call()

    paced = Throttle(do, INTERVAL, owner)
    paced.call()
    assert done == [0]
    wait_until(lambda: done == [0, 1, 2])
