"""The time to lock the vault, with a clock of the test, and with the real message of Windows."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QTouchEvent, QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from tests.support.gui import wait_until
from tests.ui.conftest import preferences_in
from zcc_keys_gui.ui.application.idle_lock import LockWatch
from zcc_keys_gui.ui.application.preferences import Preferences

MINUTES = 60.0
_LOCKED = 0x7  # WTS_SESSION_LOCK


class Clock:
    """A clock that only the test moves forward."""

    def __init__(self) -> None:
        """Start at any time."""
        self.seconds = 12_345.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


class Watched:
    """A watched window with a field, and the signals of the watch."""

    def __init__(self, folder: Path) -> None:
        """Show the window, and start to watch it."""
        self.window = QLineEdit()
        self.window.show()
        self.clock = Clock()
        self.preferences: Preferences = preferences_in(folder, self.window)
        self.watch = LockWatch(self.preferences, self.window, self.window, self.clock)
        self.emitted = QSignalSpy(self.watch.time_to_lock)

    def check(self) -> int:
        """Let the watch check the clock; return how often it has emitted its signal."""
        self.watch._check_timer.timeout.emit()
        return self.emitted.count()


@pytest.fixture
def watched(qapp: QApplication, tmp_path: Path) -> Iterator[Watched]:
    """A watched window that was not used yet."""
    watched = Watched(tmp_path)
    yield watched
    watched.watch.stop()
    watched.window.deleteLater()


def mouse(kind: QEvent.Type) -> QMouseEvent:
    position, none = QPointF(1, 1), Qt.MouseButton.NoButton
    return QMouseEvent(kind, position, position, none, none, Qt.KeyboardModifier.NoModifier)


def wheel() -> QWheelEvent:
    position, none = QPointF(1, 1), Qt.MouseButton.NoButton
    amount = position.toPoint()
    modifier, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    return QWheelEvent(position, position, amount, amount, none, modifier, phase, False)


USES: dict[str, Callable[[], QEvent]] = {
    "key": lambda: QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier),
    "keys of an action": lambda: QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier),
    "composed character": QInputMethodEvent,
    "mouse": lambda: mouse(QEvent.Type.MouseMove),
    "mouse button": lambda: mouse(QEvent.Type.MouseButtonPress),
    "frame": lambda: mouse(QEvent.Type.NonClientAreaMouseMove),
    "wheel": wheel,
    "touch": lambda: QTouchEvent(QEvent.Type.TouchBegin),
}


def test_the_time_to_lock_comes_after_the_idle_minutes(watched: Watched) -> None:
    watched.clock.seconds += 5 * MINUTES - 1
    assert watched.check() == 0
    watched.clock.seconds += 1
    assert watched.check() == 1


def test_a_timer_checks_the_idle_time(watched: Watched) -> None:
    assert watched.watch._check_timer.isActive()
    watched.watch._check_timer.setInterval(1)  # so that the test does not wait
    watched.clock.seconds += 5 * MINUTES
    wait_until(lambda: watched.emitted.count() > 0)


@pytest.mark.parametrize("use", USES)
def test_any_use_restarts_the_idle_time(watched: Watched, use: str) -> None:
    watched.clock.seconds += 5 * MINUTES - 1
    QCoreApplication.sendEvent(watched.window.windowHandle(), USES[use]())
    watched.clock.seconds += 5 * MINUTES - 1
    assert watched.check() == 0
    watched.clock.seconds += 1
    assert watched.check() == 1


def test_events_without_a_user_do_not_count_as_use(watched: Watched) -> None:
    watched.clock.seconds += 5 * MINUTES - 1
    for kind in (QEvent.Type.Timer, QEvent.Type.UpdateRequest, QEvent.Type.WindowActivate, QEvent.Type.FocusIn):
        QCoreApplication.sendEvent(watched.watch, QEvent(kind))
    watched.window.repaint()
    watched.clock.seconds += 1
    assert watched.check() == 1


def test_the_first_use_after_sleep_is_too_late(watched: Watched) -> None:
    watched.clock.seconds += 8 * 60 * MINUTES
    QTest.keyClick(watched.window, Qt.Key.Key_A)
    assert watched.emitted.count() >= 1


def test_changed_minutes_apply_immediately(watched: Watched) -> None:
    watched.clock.seconds += 6 * MINUTES
    watched.preferences.lock_after_minutes = 7
    assert watched.check() == 0
    watched.preferences.lock_after_minutes = 6
    assert watched.check() == 1


def test_ctrl_l_in_a_dialog_locks_the_vault(watched: Watched) -> None:
    dialog = QDialog(watched.window)
    field = QLineEdit(dialog)
    dialog.open()
    QTest.keyClick(field, Qt.Key.Key_L)
    assert watched.emitted.count() == 0
    QTest.keyClick(field, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert watched.emitted.count() >= 1  # the dialog also gets keys that its field ignores
    assert field.text() == "l"
    dialog.close()


def test_nothing_is_reported_after_stopping(watched: Watched) -> None:
    clock = Clock()
    watch = LockWatch(watched.preferences, watched.window, watched.window, clock)
    emitted = QSignalSpy(watch.time_to_lock)
    watch.stop()
    clock.seconds += 60 * MINUTES
    QTest.keyClick(watched.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert emitted.count() == 0
    assert not watch._check_timer.isActive()


def test_the_real_clock_advances(qapp: QApplication, tmp_path: Path) -> None:
    window = QLineEdit()
    watch = LockWatch(preferences_in(tmp_path, window), window, window)
    before = watch._now()
    wait_until(lambda: watch._now() > before)
    watch.stop()
    window.deleteLater()


if sys.platform == "win32":
    from tests.support.processes.windows_calls import post_session_change

    @pytest.mark.parametrize(("what", "locks"), [(0x2, True), (0x4, True), (0x7, True), (0x1, False), (0x8, False)])
    def test_only_a_locked_session_of_windows_locks_the_vault(watched: Watched, what: int, locks: bool) -> None:
        def locks_after(*messages: int) -> int:
            for message in messages:
                post_session_change(int(watched.window.winId()), message)
            before = watched.emitted.count()
            wait_until(lambda: watched.emitted.count() > before)
            QCoreApplication.processEvents()
            return watched.emitted.count() - before

        of_one = locks_after(_LOCKED)
        assert locks_after(what, _LOCKED) == (1 + locks) * of_one
