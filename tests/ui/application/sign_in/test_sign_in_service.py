"""How the main window starts, ends and replaces the process of the sign-in service."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from tests.sign_in.helpers.service_process import SESSION, Credentials
from tests.support.calls import call, port, sign_in, switch_on
from tests.support.gui import cells, click, find, question, table, text, trigger, visible, wait_until, window
from tests.support.running_program import sign_in_service
from tests.support.user import add, take_secret
from tests.ui.settings.protection import keep_recovery_key
from zcc_keys_gui.ui.application.sign_in.sign_in_process import SignInProcess


def status(main: QWidget) -> str:
    """Return the state that the status bar shows."""
    return text(main, "signInServiceButton")


def service_process() -> SignInProcess:
    """Return the process of the service that is on."""
    process = sign_in_service()._process
    assert process is not None
    return process


def new_key(main: QWidget) -> Credentials:
    """Add a key in the window."""
    secret = take_secret(main, add(main, "ProdSync"))
    return Credentials(cells(table(main), 1)[0], secret)


def test_after_re_encryption_only_new_tokens_are_accepted(main: QWidget, data_folder: Path) -> None:
    key = new_key(main)
    token = sign_in(switch_on(main), key).json["jwtToken"]
    trigger(main, "rehearseAction")
    click(window("rehearsalDialog"), "rateLimitsBox")
    wait_until(lambda: bool(visible(main, "rehearsalBar")))
    before = service_process()
    trigger(main, "preferencesAction")
    preferences = window("preferencesDialog")
    click(preferences, "reencryptButton")
    click(question(), "confirmButton")
    keep_recovery_key()
    wait_until(lambda: "re-encrypted" in text(preferences, "protectionNote"))
    preferences.close()
    wait_until(lambda: sign_in_service()._process not in (None, before))
    listening = port(main)
    assert main.findChild(QWidget, "serviceBrokeBar") is None
    assert call(listening, "GET", SESSION, auth_token=token).status == 401
    token = sign_in(listening, key).json["jwtToken"]
    counted = call(listening, "GET", SESSION, auth_token=token)
    assert counted.status == 200
    assert counted.headers["x-rate-limit-remaining"] == "97"  # simulated failures continued
    assert bool(visible(main, "rehearsalBar"))


def test_a_service_that_is_switched_on_again_keeps_its_port(main: QWidget, data_folder: Path) -> None:
    switch_on(main)
    service = sign_in_service()
    for _ in range(3):
        before = service_process()
        trigger(main, "signInServiceAction")
        assert status(main).endswith(": Off")
        trigger(main, "signInServiceAction")
        assert service._process is None
        assert service._ending is before
        port(main)
        assert service._ending is None


def test_a_service_can_be_switched_off_while_it_starts(main: QWidget, data_folder: Path) -> None:
    for _ in range(4):
        trigger(main, "signInServiceAction")
    assert not find(main, "signInServiceAction", QAction).isChecked()
    service = sign_in_service()
    wait_until(lambda: service._ending is None)
    assert service._process is None
    assert status(main).endswith(": Off")


def test_a_failed_start_is_reported(main: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        "zcc_keys_gui.ui.application.sign_in.sign_in_process._command", lambda: [str(tmp_path / "nothing")]
    )
    trigger(main, "signInServiceAction")
    wait_until(lambda: status(main).endswith(": Off"))
    wait_until(lambda: find(main, "serviceBrokeBar", QWidget).isVisible())
    assert not find(main, "signInServiceAction", QAction).isChecked()
