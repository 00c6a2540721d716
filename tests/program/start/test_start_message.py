"""Where messages appear before the first window exists."""

import os
import socket
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from zcc_keys_gui.platform.start_message import show_start_message


class Stream:
    """A stream, which may be a terminal."""

    def __init__(self, number: int = 2, *, is_terminal: bool = False) -> None:
        self._number, self._is_terminal = number, is_terminal
        self.text = ""

    def isatty(self) -> bool:
        return self._is_terminal

    def fileno(self) -> int:
        return self._number

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Do nothing, because nothing is buffered."""


@pytest.mark.skipif(sys.platform != "linux", reason="on other systems, the display needs no variable")
@pytest.mark.parametrize(
    ("where", "in_box"),
    [("terminal", False), ("pipe", False), ("file", False), ("null", True), ("journal", True), ("nowhere", True)],
)
def test_a_box_appears_if_standard_error_is_not_read(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, in_box: bool
) -> None:
    if sys.platform == "win32":  # mypy checks this file for Windows, too
        return
    reader, writer = os.pipe()
    other = os.open("/dev/null" if where != "file" else tmp_path / "session", os.O_RDWR | os.O_CREAT)
    journal, compositor = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    compositor.bind(str(tmp_path / "wayland-0"))
    compositor.listen()
    number = {"pipe": writer, "journal": journal.fileno()}.get(where, other)
    stream = Stream(number, is_terminal=where == "terminal")
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, None)
    monkeypatch.setattr(sys, "stderr", None if where == "nowhere" else stream)
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-0"))
    boxes: list[str] = []

    def close() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        boxes.append(box.text())
        box.close()

    timer = QTimer(interval=0, singleShot=True)
    timer.timeout.connect(close)
    if in_box:
        timer.start()
    show_start_message("<b>what is wrong</b>")
    for descriptor in (reader, writer, other):
        os.close(descriptor)
    journal.close()
    compositor.close()
    assert boxes == (["<b>what is wrong</b>"] if in_box else [])
    assert stream.text == ("" if where == "nowhere" else "<b>what is wrong</b>\n")


def test_a_closed_pipe_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    class ClosedPipe(Stream):
        def write(self, text: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", ClosedPipe(is_terminal=True))
    show_start_message("what is wrong")
