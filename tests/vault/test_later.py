"""Modules that are imported when they are first used."""

import subprocess
import sys

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
