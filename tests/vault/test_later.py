"""Modules that are imported when they are first used."""

import importlib
import subprocess
import sys

import pytest

from zcc_keys_gui.vault import later
from zcc_keys_gui.vault.later import LaterModule

_SCRIPT = """
import sys
from zcc_keys_gui.vault.later import LaterModule, spare_imports_of_keyring
spare_imports_of_keyring()
import keyring.core
assert "http.client" not in sys.modules
import urllib.request, subprocess
assert isinstance(urllib.request, LaterModule)
assert urllib.request.Request("file:///x").type == "file"
assert not isinstance(sys.modules["urllib.request"], LaterModule)
assert subprocess.PIPE == -1
assert keyring.core.get_keyring().priority
from keyring.backend import get_all_keyring
assert get_all_keyring()  # reads the metadata of packages
spare_imports_of_keyring()
assert not isinstance(sys.modules["urllib.request"], LaterModule)
try:
    LaterModule("no_such_module").anything
except ModuleNotFoundError:
    pass
"""


def test_keyring_works_and_imports_less_until_more_is_used() -> None:
    subprocess.run([sys.executable, "-c", _SCRIPT], check=True, timeout=60)


def test_a_module_is_imported_when_one_of_its_names_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("colorsys", "json.tool"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(later, "_UNUSED_BY_KEYRING", ("colorsys", "json.tool", "sys"))
    later.spare_imports_of_keyring()
    for name, asked in (("colorsys", "rgb_to_hsv"), ("json.tool", "main")):
        stand_in = importlib.import_module(name)
        assert isinstance(stand_in, LaterModule)
        assert not hasattr(stand_in, "__path__")
        assert isinstance(sys.modules[name], LaterModule)  # Python's own questions import nothing
        assert callable(getattr(stand_in, asked))
        assert not isinstance(sys.modules[name], LaterModule)
        assert getattr(stand_in, asked) is getattr(sys.modules[name], asked)
    assert sys.modules["sys"] is sys


def test_a_name_that_is_not_there_is_told_as_usual() -> None:
    with pytest.raises(AttributeError):
        _ = LaterModule("colorsys").no_such_name
