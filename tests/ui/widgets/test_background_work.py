"""Work that a window starts in another thread."""

import threading

from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.support.gui import question, text, wait_until
from zcc_keys_gui.domain.errors import WrongPassphraseError
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork


def background_work(qtbot: QtBot) -> BackgroundWork:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return BackgroundWork(window)


def test_passes_the_result_on_in_the_window_thread(qtbot: QtBot) -> None:
    background = background_work(qtbot)
    results: list[tuple[int, threading.Thread]] = []
    background.start(lambda: 42, lambda result: results.append((result, threading.current_thread())))
    wait_until(lambda: bool(results))
    assert results == [(42, threading.main_thread())]


def test_is_busy_until_the_result_arrives(qtbot: QtBot) -> None:
    background, go = background_work(qtbot), threading.Event()
    changes: list[bool] = []
    busy_at_result: list[bool] = []
    background.busy_changed.connect(changes.append)
    background.start(lambda: go.wait(30), lambda _: busy_at_result.append(background.is_busy))
    assert background.is_busy
    assert changes == [True]
    go.set()
    wait_until(lambda: bool(busy_at_result))
    assert busy_at_result == [False]
    assert changes == [True, False]


def test_shows_a_failure_in_a_message_box(qtbot: QtBot) -> None:
    def fail() -> None:
        raise WrongPassphraseError

    background = background_work(qtbot)
    background.start(fail, lambda _: None)
    box = question()
    assert isinstance(box, QMessageBox)
    assert "passphrase" in text(box, "qt_msgbox_label")
    assert not background.is_busy
    box.close()


def test_passes_a_failure_to_its_handler(qtbot: QtBot) -> None:
    background = background_work(qtbot)
    failures: list[Exception] = []
    background.start(lambda: 1 // 0, lambda _: None, failures.append)
    wait_until(lambda: bool(failures))
    assert isinstance(failures[0], ZeroDivisionError)
    assert not background.is_busy


def test_passes_progress_on(qtbot: QtBot) -> None:
    background = background_work(qtbot)
    progress: list[tuple[int, int]] = []
    background.progressed.connect(lambda done, steps: progress.append((done, steps)))
    background.start_reporting(lambda report: report(3, 10), lambda _: None)
    wait_until(lambda: not background.is_busy)
    assert progress == [(3, 10)]


def test_ignores_the_outcome_of_replaced_work(qtbot: QtBot) -> None:
    background, go = background_work(qtbot), threading.Event()
    ended = threading.Event()
    results: list[str] = []

    def slow() -> str:
        go.wait(30)
        ended.set()
        return "slow"

    background.start(slow, results.append)
    background.start(lambda: "fast", results.append)
    wait_until(lambda: bool(results))
    go.set()
    wait_until(ended.is_set)
    qtbot.wait(50)
    assert results == ["fast"]


def test_ignores_an_outcome_on_request(qtbot: QtBot) -> None:
    background, go = background_work(qtbot), threading.Event()
    ended = threading.Event()
    results: list[object] = []

    def work() -> None:
        go.wait(30)
        ended.set()

    background.start(work, results.append, results.append)
    background.ignore_outcome()
    assert not background.is_busy
    go.set()
    wait_until(ended.is_set)
    qtbot.wait(50)
    assert results == []
