"""Errors before the first window."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.program.start.process import run
from tests.support.gui import click, question
from zcc_keys_gui import app
from zcc_keys_gui.program import Program


def test_an_error_while_loading_qt_is_reported() -> None:
    code, message = run(code="import sys\nsys.modules['PySide6.QtWidgets'] = None")
    assert code == 1
    assert message.startswith("ZCC Keys can't start: ")


def test_an_error_after_loading_qt_is_shown_in_a_box(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Program) -> None:
        raise ValueError

    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # restored after the test
    monkeypatch.setattr(Program, "begin", fail)
    QTimer.singleShot(0, lambda: click(question(), "closeButton"))
    assert app.main() == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("what", ["a file", "an error"])
def test_the_exit_code_is_1_if_only_an_error_was_shown(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "a file":
        data_folder.write_text("a file")
    else:
        monkeypatch.setattr("zcc_keys_gui.ui.main.opening_flow.open_or_ask", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    QTimer.singleShot(0, lambda: click(question(), "closeButton"))
    assert app.main() == 1


def test_the_exception_hook_works_without_qt() -> None:
    code, message = run(
        code="from zcc_keys_gui import app\n"
        "app._begin = lambda _: None\n"
        "import atexit\n"
        "atexit.register(lambda: app._show_unexpected_error(ValueError, ValueError('a reason'), None))",
    )
    assert code == 0
    assert message == "ValueError: a reason\n"
