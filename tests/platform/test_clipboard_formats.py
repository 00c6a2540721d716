"""The formats on the clipboard, as other programs see them."""

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

    def test_all_formats_must_be_there_with_their_content(qapp: QApplication) -> None:
        copy(**{ONE: b"\0\0\0\0"})
        assert are_on_clipboard({ONE: b"\0\0\0\0"})
        assert not are_on_clipboard({ONE: b"\1\0\0\0"})
        assert not are_on_clipboard({ONE: b"\0\0\0\0", OTHER: b"\0\0\0\0"})
        copy(**{ONE: b"\0\0\0\0", OTHER: b"\0\0\0\0"})
        assert are_on_clipboard({ONE: b"\0\0\0\0", OTHER: b"\0\0\0\0"})

    @contextmanager
    def clipboard_opened_by_another_program() -> Iterator[Callable[[], None]]:
        """Keep the clipboard open until the yielded function is called, or the block ends."""
        held, is_over = Event(), Event()

        def hold() -> None:
            user32 = ctypes.WinDLL("user32")
            user32.CreateWindowExW.restype = wintypes.HWND
            window = user32.CreateWindowExW(0, "STATIC", None, *[0] * 5, *[None] * 4)
            assert user32.OpenClipboard(wintypes.HWND(window))
            held.set()
            is_over.wait()
            user32.CloseClipboard()

        def close() -> None:
            is_over.set()
            holder.join()

        holder = Thread(target=hold)
        holder.start()
        held.wait()
        try:
            yield close
        finally:
            close()

    def test_formats_on_an_open_clipboard_are_unknown(qapp: QApplication) -> None:
        copy(**{ONE: b"\0\0\0\0"})
        with clipboard_opened_by_another_program():
            assert not are_on_clipboard({ONE: b"\0\0\0\0"})
        assert are_on_clipboard({ONE: b"\0\0\0\0"})

    def test_a_clipboard_opened_for_a_moment_is_awaited(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
        copy(**{ONE: b"\0\0\0\0"})
        with clipboard_opened_by_another_program() as close:
            monkeypatch.setattr(time, "sleep", lambda _: close())
            assert are_on_clipboard({ONE: b"\0\0\0\0"})

else:

    def test_other_systems_have_no_such_formats() -> None:
        assert not are_on_clipboard({"ZCC Keys test format": b""})
