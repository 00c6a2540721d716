"""Messages before there is a window. `tests/project/test_frozen.py` reads them from the real exe."""

import os
import subprocess
import sys

import pytest

from zcc_keys_gui.platform.start_message import show_on_console, show_start_message

if sys.platform == "win32":
    from PySide6.QtWidgets import QApplication

    from tests.support.processes.console import answer, start_from
    from tests.support.processes.frozen_program import close_box

    SHOW = (
        sys.executable,
        "-c",
        "from zcc_keys_gui.platform.start_message import show_on_console; show_on_console('usage: two words')",
    )

    def test_a_message_is_written_to_the_parent_s_console() -> None:
        assert answer(start_from("with", *SHOW)) == (0, "usage: two words")

    def test_without_a_console_a_box_shows_the_message(qapp: QApplication) -> None:
        parent = start_from("without", *SHOW)
        assert close_box("ZCC Keys") == "usage: two words"
        assert answer(parent) == (0, "")

else:

    def test_other_systems_write_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
        show_on_console("usage: …")
        assert capsys.readouterr() == ("", "usage: …\n")


def test_a_start_message_is_written_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    show_start_message("ZCC Keys can't start.")
    assert capfd.readouterr() == ("", "ZCC Keys can't start.\n")


def test_output_without_a_reader_is_no_error() -> None:
    code = "from zcc_keys_gui.platform.start_message import flush_output; print('text'); flush_output()"
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONUNBUFFERED": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, check=False, env=environment
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
