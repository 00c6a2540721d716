"""Imports in a second thread."""

import sys
import threading

import pytest

from zcc_keys_gui.platform.import_ahead import import_ahead


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "import ahead"]


@pytest.fixture
def not_yet_imported(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(sys.modules, "colorsys", sys)  # so that it is removed again afterward
    del sys.modules["colorsys"]
    return "colorsys"


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows imports ahead")
def test_windows_imports_the_modules_in_a_thread(not_yet_imported: str) -> None:
    import_ahead("no_such_package.at_all", not_yet_imported)
    for thread in _threads():
        thread.join()
    assert "colorsys" not in sys.modules  # the rest after a missing module
    import_ahead(not_yet_imported)
    for thread in _threads():
        thread.join()
    assert sys.modules["colorsys"].__name__ == "colorsys"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows imports ahead")
def test_other_systems_import_nothing_ahead(not_yet_imported: str) -> None:
    import_ahead(not_yet_imported)
    assert not _threads()
    assert "colorsys" not in sys.modules
