"""The clipboard, as another program reads it."""

import ctypes
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.gui import wait_until
from tests.ui.conftest import HeldClipboard, preferences_in
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.platform.clipboard_formats import are_on_clipboard
from zcc_keys_gui.ui.application import clipboard as module
from zcc_keys_gui.ui.application.clipboard import SecretClipboard, copy_text
from zcc_keys_gui.ui.application.idle_lock import LockWatch
from zcc_keys_gui.ui.application.preferences import Preferences


@pytest.fixture
def preferences(tmp_path: Path, qapp: QApplication) -> Iterator[Preferences]:
    owner = QObject()
    yield preferences_in(tmp_path, owner)
    owner.deleteLater()


@pytest.fixture
def secret_clipboard(preferences: Preferences) -> SecretClipboard:
    return SecretClipboard(preferences, preferences)


@pytest.fixture
def system(qapp: QApplication) -> QClipboard:
    return qapp.clipboard()


def test_a_copied_secret_is_cleared_in_time(
    secret_clipboard: SecretClipboard, system: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Preferences, "clipboard_seconds", 2)
    emitted: list[int] = []
    secret_clipboard.seconds_left.connect(emitted.append)
    secret_clipboard.copy_secret(new_client_secret())
    assert system.text().startswith("zcclocal_")
    wait_until(lambda: 0 in emitted)
    assert emitted[0] == 2
    assert emitted == sorted(emitted, reverse=True)
    assert system.text() == ""


def test_the_countdown_starts_at_thirty_seconds(secret_clipboard: SecretClipboard) -> None:
    emitted: list[int] = []
    secret_clipboard.seconds_left.connect(emitted.append)
    secret_clipboard.copy_secret(new_client_secret())
    assert emitted == [30]


def test_a_changed_time_applies_immediately(secret_clipboard: SecretClipboard, preferences: Preferences) -> None:
    emitted: list[int] = []
    secret_clipboard.seconds_left.connect(emitted.append)
    preferences.clipboard_seconds = 60
    assert emitted == []  # no secret is on the clipboard
    secret_clipboard.copy_secret(new_client_secret())
    preferences.clipboard_seconds = 45
    assert emitted == [60, 45]


def test_a_text_of_another_program_is_not_cleared(secret_clipboard: SecretClipboard, system: QClipboard) -> None:
    emitted: list[int] = []
    secret_clipboard.copy_secret(new_client_secret())
    secret_clipboard.seconds_left.connect(emitted.append)
    system.setText("theirs")
    wait_until(lambda: emitted == [0])
    secret_clipboard.clear_secret()
    assert system.text() == "theirs"


def test_clearing_removes_only_the_copied_secret(secret_clipboard: SecretClipboard, system: QClipboard) -> None:
    secret_clipboard.copy_secret(new_client_secret())
    secret_clipboard.clear_secret()
    assert system.text() == ""
    copy_text("a client ID")
    secret_clipboard.clear_secret()
    assert system.text() == "a client ID"


def test_a_second_secret_restarts_the_countdown(secret_clipboard: SecretClipboard, system: QClipboard) -> None:
    secret_clipboard.copy_secret(new_client_secret())
    second = new_client_secret()
    emitted: list[int] = []
    secret_clipboard.seconds_left.connect(emitted.append)
    secret_clipboard.copy_secret(second)
    assert emitted == [30]
    assert system.text() == second.reveal()


def test_the_first_secret_is_cleared_if_copying_the_second_fails(
    secret_clipboard: SecretClipboard, system: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_client_secret()
    assert secret_clipboard.copy_secret(first)
    with monkeypatch.context() as held:
        held.setattr(secret_clipboard, "_clipboard", HeldClipboard(system))
        assert not secret_clipboard.copy_secret(new_client_secret())
    assert system.text() == first.reveal()
    secret_clipboard.clear_secret()
    assert system.text() == ""


def test_no_copy_of_the_secret_is_kept(secret_clipboard: SecretClipboard) -> None:
    secret = new_client_secret()
    secret_clipboard.copy_secret(secret)
    kept = vars(secret_clipboard).values()
    assert not [value for value in kept if value in (secret, secret.reveal(), secret.reveal().encode())]


class SleepingClock:
    """A clock that a test moves forward, as if the computer had slept."""

    def __init__(self) -> None:
        """Start at any time."""
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def clock() -> SleepingClock:
    return SleepingClock()


def test_after_sleep_the_timer_clears_an_expired_secret(
    preferences: Preferences, system: QClipboard, clock: SleepingClock
) -> None:
    clipboard = SecretClipboard(preferences, preferences, clock)
    clipboard.copy_secret(new_client_secret())
    emitted: list[int] = []
    clipboard.seconds_left.connect(emitted.append)
    clock.seconds += 3_600
    clipboard._timer.timeout.emit()
    assert emitted == [0]
    assert system.text() == ""


def test_after_sleep_activating_the_program_clears_the_secret(
    preferences: Preferences, system: QClipboard, clock: SleepingClock, qapp: QApplication
) -> None:
    clipboard = SecretClipboard(preferences, preferences, clock)
    clipboard.copy_secret(new_client_secret())
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert system.text()
    clock.seconds += 31
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert system.text()
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert system.text() == ""


if sys.platform == "linux":

    def test_countdown_and_idle_lock_count_the_time_of_sleep(
        secret_clipboard: SecretClipboard, preferences: Preferences, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window = QWidget()
        watch = LockWatch(preferences, window, window)
        real = time.clock_gettime
        asleep = {time.CLOCK_BOOTTIME: 90_000.0}  # the other clocks stand still during sleep
        monkeypatch.setattr(time, "clock_gettime", lambda clock: real(clock) + asleep.get(clock, 0.0))
        locks = QSignalSpy(watch.time_to_lock)
        watch._check_timer.timeout.emit()
        assert locks.count() == 1
        watch.stop()
        window.deleteLater()
        monkeypatch.setattr(time, "clock_gettime", real)
        secret_clipboard.copy_secret(new_client_secret())
        monkeypatch.setattr(time, "clock_gettime", lambda clock: real(clock) + asleep.get(clock, 0.0))
        secret_clipboard._timer.timeout.emit()
        assert qapp.clipboard().text() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="the hint is for clipboard managers on Linux")
def test_klipper_is_informed_that_the_text_is_secret(secret_clipboard: SecretClipboard, system: QClipboard) -> None:
    secret_clipboard.copy_secret(new_client_secret())
    assert system.mimeData().data("x-kde-passwordManagerHint").data() == b"secret"
    copy_text("a client ID")
    assert system.mimeData().formats() == ["text/plain"]


if sys.platform == "win32":
    from ctypes import wintypes

    def content(name: str) -> bytes:
        """Return the content of a registered format, by the calls that a clipboard manager makes."""
        user32, kernel32 = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
        user32.GetClipboardData.restype = wintypes.HANDLE
        kernel32.GlobalLock.argtypes = kernel32.GlobalUnlock.argtypes = kernel32.GlobalSize.argtypes = [wintypes.HANDLE]
        kernel32.GlobalLock.restype = ctypes.c_void_p
        assert user32.OpenClipboard(None)
        memory = user32.GetClipboardData(user32.RegisterClipboardFormatW(name))
        assert memory, name
        found = ctypes.string_at(kernel32.GlobalLock(memory), kernel32.GlobalSize(memory))
        kernel32.GlobalUnlock(memory)
        user32.CloseClipboard()
        return found

    @pytest.mark.parametrize(
        "name",
        [
            "ExcludeClipboardContentFromMonitorProcessing",
            "CanIncludeInClipboardHistory",
            "CanUploadToCloudClipboard",
            "Clipboard Viewer Ignore",
        ],
    )
    def test_windows_is_asked_to_keep_no_other_copy(secret_clipboard: SecretClipboard, name: str) -> None:
        secret_clipboard.copy_secret(new_client_secret())
        assert content(name)[:4] == b"\0\0\0\0"  # a DWORD of 0
        assert secret_clipboard.is_marked

    def test_a_mark_that_windows_has_lost_is_noticed(
        secret_clipboard: SecretClipboard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken = dict(module._WINDOWS_FORMATS)

        def lose_one(formats: dict[str, bytes]) -> bool:  # as if another program had replaced the content
            return are_on_clipboard({**formats, "ZCC Keys test of a format that is not there": b"\0"})

        monkeypatch.setattr("zcc_keys_gui.ui.application.clipboard.are_on_clipboard", lose_one)
        assert secret_clipboard.copy_secret(new_client_secret())
        assert not secret_clipboard.is_marked
        assert are_on_clipboard(taken)

else:

    def test_other_systems_have_no_marks(secret_clipboard: SecretClipboard) -> None:
        assert secret_clipboard.copy_secret(new_client_secret())
        assert not secret_clipboard.is_marked
