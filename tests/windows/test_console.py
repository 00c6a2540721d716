"""A word to who started the program; `tests/test_frozen.py` hears it from the real exe."""

import sys

import pytest

from zcc_keys_gui.windows.console import say

if sys.platform != "win32":

    def test_elsewhere_it_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
        say("usage: …")
        assert capsys.readouterr() == ("", "usage: …\n")
