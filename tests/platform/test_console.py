"""A word to who started the program; `tests/project/test_frozen.py` hears it from the real exe."""

import sys

import pytest

from zcc_keys_gui.platform.console import say

if sys.platform == "win32":
    from PySide6.QtWidgets import QApplication

    from tests.support.processes.console import answer, start_from
    from tests.support.processes.frozen_program import close_box

    SAY = (sys.executable, "-c", "from zcc_keys_gui.platform.console import say; say('usage: two words')")

    def test_it_is_written_to_the_console_of_the_parent() -> None:
        assert answer(start_from("with", *SAY)) == (0, "usage: two words")

    def test_without_a_console_a_box_says_it(qapp: QApplication) -> None:
        parent = start_from("without", *SAY)
        assert close_box("ZCC Keys") == "usage: two words"
        assert answer(parent) == (0, "")

else:

    def test_elsewhere_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
        say("usage: …")
        assert capsys.readouterr() == ("", "usage: …\n")
