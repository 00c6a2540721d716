"""What is on the clipboard, as other programs see it."""

import ctypes
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui.platform.clipboard_formats import are_on_clipboard

if sys.platform == "win32":
    from ctypes import wintypes

    ONE, OTHER = "ZCC Keys test format", "ZCC Keys other test format"

    def copy(**formats: bytes) -> None:
        data = QMimeData()
        data.setText("text")
        for name, content in formats.items():
            data.setData(f'application/x-qt-windows-mime;value="{name}"', content)
        QApplication.clipboard().setMimeData(data)

    def test_all_formats_have_to_be_there_with_their_content(qapp: QApplication) -> None:
        copy(**{ONE: b"\0\0\0\0"})
        assert are_on_clipboard({ONE: b"\0\0\0\0"})
        assert not are_on_clipboard({ONE: b"\1\0\0\0"})
        assert not are_on_clipboard({ONE: b"\0\0\0\0", OTHER: b"\0\0\0\0"})
        copy(**{ONE: b"\0\0\0\0", OTHER: b"\0\0\0\0"})
        assert are_on_clipboard({ONE: b"\0\0\0\0", OTHER: b"\0\0\0\0"})

    @contextmanager
    def another_program_at_the_clipboard() -> Iterator[Callable[[], None]]:
        """Hold the clipboard until what is given here is called, or the block ends."""
        held, enough = Event(), Event()

        def hold() -> None:
            user32 = ctypes.WinDLL("user32")
            user32.CreateWindowExW.restype = wintypes.HWND
            window = user32.CreateWindowExW(0, "STATIC", None, *[0] * 5, *[None] * 4)
            assert user32.OpenClipboard(wintypes.HWND(window))
            held.set()
            enough.wait()
            user32.CloseClipboard()

        def let_go() -> None:
            enough.set()
            holder.join()

        holder = Thread(target=hold)
        holder.start()
        held.wait()
        try:
            yield let_go
        finally:
            let_go()

    def test_a_clipboard_that_another_program_holds_is_not_known_to_have_them(qapp: QApplication) -> None:
        copy(**{ONE: b"\0\0\0\0"})
        with another_program_at_the_clipboard():
            assert not are_on_clipboard({ONE: b"\0\0\0\0"})
        assert are_on_clipboard({ONE: b"\0\0\0\0"})

    def test_a_program_that_holds_it_for_a_moment_is_waited_for(
        qapp: QApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy(**{ONE: b"\0\0\0\0"})
        with another_program_at_the_clipboard() as let_go:
            monkeypatch.setattr(time, "sleep", lambda _: let_go())
            assert are_on_clipboard({ONE: b"\0\0\0\0"})
