"""Overwriting freed memory after a secret was used."""

import pytest

from tests.support.gui import wait_until
from zcc_keys_gui.ui.application import secret_memory


@pytest.mark.usefixtures("qapp")
def test_memory_is_overwritten_after_the_caller_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(secret_memory, "overwrite_freed_memory", lambda: calls.append("overwritten"))
    secret_memory.overwrite_freed_memory_soon()
    assert not calls
    wait_until(lambda: bool(calls))
