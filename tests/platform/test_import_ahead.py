"""Loading modules in a second thread."""

import sys
import threading

import pytest

from zcc_keys_gui.platform.import_ahead import import_ahead


def _begun() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "import ahead"]


@pytest.fixture
def not_yet_imported(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(sys.modules, "colorsys", sys)  # so that it is taken away again afterwards
    del sys.modules["colorsys"]
    return "colorsys"


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows gains by it")
def test_windows_has_the_modules_soon(not_yet_imported: str) -> None:
    import_ahead("no_such_package.at_all", not_yet_imported)
    for thread in _begun():
        thread.join()
    assert "colorsys" not in sys.modules  # what comes after a module that can't be loaded is left to whoever needs it
    import_ahead(not_yet_imported)
    for thread in _begun():
        thread.join()
    assert sys.modules["colorsys"].__name__ == "colorsys"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gains by it")
def test_elsewhere_nothing_is_begun(not_yet_imported: str) -> None:
    import_ahead(not_yet_imported)
    assert not _begun()
    assert "colorsys" not in sys.modules
