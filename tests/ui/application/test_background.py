"""Work in another thread."""

import threading

from PySide6.QtCore import QObject, QThreadPool, Slot
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from zcc_keys_gui.ui.application.background import BackgroundTask


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[object, bool]] = []

    @Slot(object)
    def hear(self, outcome: object) -> None:
        self.heard.append((outcome, threading.current_thread() is threading.main_thread()))


def test_the_result_arrives_in_the_thread_of_the_task(qapp: QApplication) -> None:
    listener, threads = Listener(), []

    def work() -> int:
        threads.append(threading.current_thread())
        return 42

    task = BackgroundTask(work)
    task.done.connect(listener.hear)
    task.start(QThreadPool.globalInstance())
    wait_until(lambda: bool(listener.heard))
    assert listener.heard == [(42, True)]
    assert threads[0] is not threading.main_thread()


def test_an_error_is_reported(qapp: QApplication) -> None:
    listener = Listener()
    task = BackgroundTask(lambda: 1 // 0)
    task.failed.connect(listener.hear)
    task.start(QThreadPool.globalInstance())
    wait_until(lambda: bool(listener.heard))
    assert isinstance(listener.heard[0][0], ZeroDivisionError)
    assert listener.heard[0][1]


def test_a_deleted_receiver_is_not_called(qapp: QApplication) -> None:
    listener, go = Listener(), threading.Event()
    heard = listener.heard
    task = BackgroundTask(lambda: go.wait(30))
    task.done.connect(listener.hear)
    other = Listener()
    task.done.connect(other.hear)
    task.start(QThreadPool.globalInstance())
    del listener
    go.set()
    wait_until(lambda: bool(other.heard))
    assert other.heard == [(True, True)]
    assert heard == []
