"""The dialog that checks the vault and its automatic backups."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.gui import click, find, text, trigger, wait_until, window, windows
from zcc_keys_gui.domain.errors import VaultReadOnlyError
from zcc_keys_gui.vault.recovery.checks import VaultChecks


def test_says_that_a_healthy_vault_is_healthy(main: QWidget) -> None:
    trigger(main, "checkVaultAction")
    dialog = window("checkVaultDialog")
    wait_until(find(dialog, "progressBar", QWidget).isHidden)
    assert text(dialog, "resultLabel").startswith("The vault is healthy. Pages: ")
    assert "API keys: 0. " in text(dialog, "resultLabel")
    assert text(dialog, "copiesLabel").startswith("There is no automatic backup yet")
    assert not find(dialog, "repairButton", QWidget).isVisible()
    click(dialog, "closeButton")
    wait_until(lambda: not windows("checkVaultDialog"))


def test_a_check_can_be_canceled(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, goes_on = threading.Event(), threading.Event()
    real = VaultChecks.full
    ended: list[type[BaseException]] = []

    def held(checks: VaultChecks, progress: Callable[[int, int], None]) -> object:
        def hold(done: int, of: int) -> None:
            progress(done, of)
            waits.set()
            goes_on.wait()

        try:
            return real(checks, hold)
        except InterruptedError as error:
            ended.append(type(error))
            raise

    monkeypatch.setattr(VaultChecks, "full", held)
    trigger(main, "checkVaultAction")
    dialog = window("checkVaultDialog")
    wait_until(waits.is_set)
    click(dialog, "cancelButton")
    goes_on.set()
    wait_until(lambda: ended == [InterruptedError])
    assert not windows("checkVaultDialog")


def test_explains_why_a_check_failed(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise VaultReadOnlyError(Path("vault.db"))

    monkeypatch.setattr(VaultChecks, "full", fail)
    trigger(main, "checkVaultAction")

    def boxes() -> list[QWidget]:
        modal = QApplication.activeModalWidget()
        return [modal] if modal is not None and modal.inherits("QMessageBox") else []

    wait_until(lambda: bool(boxes()))
    (box,) = boxes()
    assert text(box, "qt_msgbox_label") == "You don't have permission to read or change the vault."
    click(box, "closeButton")
    assert not windows("checkVaultDialog")
