"""Running work in another thread, and reporting its result."""

import threading

from PySide6.QtCore import QObject, QThreadPool, Slot
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from zcc_keys_gui.ui.application.background import BackgroundTask


class Listener(QObject):
    """A record of each result or error, and whether it arrived in the main thread."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[object, bool]] = []

    @Slot(object)
    def receive(self, outcome: object) -> None:
        self.received.append((outcome, threading.current_thread() is threading.main_thread()))


def test_the_result_arrives_in_the_thread_that_started_it(qapp: QApplication) -> None:
    listener, threads = Listener(), []

    def work() -> int:
        threads.append(threading.current_thread())
        return 42

    task = BackgroundTask(work)
    task.done.connect(listener.receive)
    task.start(QThreadPool.globalInstance())
    wait_until(lambda: bool(listener.received))
    assert listener.received == [(42, True)]
    assert threads[0] is not threading.main_thread()


def test_an_error_is_reported(qapp: QApplication) -> None:
    listener = Listener()
    task = BackgroundTask(lambda: 1 // 0)
    task.failed.connect(listener.receive)
    task.start(QThreadPool.globalInstance())
    wait_until(lambda: bool(listener.received))
    assert isinstance(listener.received[0][0], ZeroDivisionError)
    assert listener.received[0][1]


def test_a_deleted_receiver_is_not_called(qapp: QApplication) -> None:
    listener, may_end = Listener(), threading.Event()
    received = listener.received
    task = BackgroundTask(lambda: may_end.wait(30))
    task.done.connect(listener.receive)
    other = Listener()
    task.done.connect(other.receive)
    task.start(QThreadPool.globalInstance())
    del listener
    may_end.set()
    wait_until(lambda: bool(other.received))
    assert other.received == [(True, True)]
    assert received == []
