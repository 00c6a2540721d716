"""The helpers of the tests."""

import pytest
from PySide6.QtWidgets import QApplication

from tests.support import gui
from tests.support.gui import wait_until
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture


def test_waiting_for_something_that_never_happens_fails(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.setattr(gui, "_TIMEOUT_SECONDS", 1)
    with pytest.raises(TimeoutError):
        wait_until(lambda: False)
