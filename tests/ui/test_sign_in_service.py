"""The sign-in service's process as the real window begins, ends and replaces it."""

import json
import os
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from tests.hands import click, find, question, replace_text, text, trigger, wait_until, window, windows
from tests.signin.running import COMPANY_INFO, LOGIN, PATIENCE, Credentials
from tests.ui.test_protection_page import keep_recovery_key
from zcc_keys_gui.program import Program
from zcc_keys_gui.ui.sign_in_service import SignInService
from zcc_keys_gui.vault.folder import VaultFolder


def chip(main: QWidget) -> str:
    """Return what the status bar says."""
    return find(main, "signInServiceButton", QToolButton).text()


def switch_on(main: QWidget) -> int:
    """Switch the service on, wait until it listens, and return its port."""
    trigger(main, "signInServiceAction")
    return port_of(main)


def port_of(main: QWidget) -> int:
    """Wait until the service listens, and return its port."""
    wait_until(lambda: ": On " in chip(main))
    return int(chip(main).rpartition(":")[2])


def service_of(data_folder: Path) -> SignInService:
    """Return the service of the program that runs."""
    program = Program.running_on(VaultFolder(data_folder))
    assert program is not None
    service = program._service
    assert service is not None
    return service


def process_of(data_folder: Path) -> QProcess:
    """Return the process of the service that is on."""
    process = service_of(data_folder)._process
    assert process is not None
    return process


def add_key(main: QWidget) -> Credentials:
    """Add a key as a person does."""
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    replace_text(dialog, "nameField", "ProdSync")
    click(dialog, "saveButton")
    reveal = window("clientSecretDialog")
    key = Credentials(text(reveal, "clientIdField"), text(reveal, "clientSecretField"))
    click(reveal, "copySecretButton")
    click(reveal, "closeButton")
    wait_until(lambda: not windows("clientSecretDialog"))
    return key


def call(port: int, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
    """Call the service."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"content-type": "application/json", "auth-token": token})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def sign_in(port: int, key: Credentials) -> tuple[int, Any]:
    """Sign in."""
    return call(port, "POST", LOGIN, {"apiKey": key.client_id, "secretKey": key.secret})


def test_after_a_reencryption_the_service_goes_on_with_new_tokens(main: QWidget, data_folder: Path) -> None:
    key = add_key(main)
    port = switch_on(main)
    status, answer = sign_in(port, key)
    assert status == 200
    before = process_of(data_folder)
    trigger(main, "preferencesAction")
    preferences = window("preferencesDialog")
    click(preferences, "reencryptButton")
    click(question(), "confirmButton")
    keep_recovery_key()
    wait_until(lambda: "re-encrypted" in text(preferences, "protectionNote"))
    preferences.close()
    wait_until(lambda: service_of(data_folder)._process not in (None, before))
    port = port_of(main)
    assert not windows("serviceBrokeBar")
    assert call(port, "GET", COMPANY_INFO, token=answer["jwtToken"])[0] == 401
    status, answer = sign_in(port, key)
    assert status == 200
    assert call(port, "GET", COMPANY_INFO, token=answer["jwtToken"])[0] == 200


def test_switched_off_and_on_again_at_once_it_has_the_port_it_had(main: QWidget) -> None:
    port = switch_on(main)
    for _ in range(3):
        trigger(main, "signInServiceAction")
        assert chip(main).endswith(": Off")
        assert switch_on(main) == port


def test_switched_on_and_off_while_it_begins_it_is_off(main: QWidget, data_folder: Path) -> None:
    for _ in range(4):
        trigger(main, "signInServiceAction")
    assert not find(main, "signInServiceAction", QAction).isChecked()
    service = service_of(data_folder)
    wait_until(lambda: service._ending is None)
    assert service._process is None
    assert chip(main).endswith(": Off")


def test_a_killed_service_is_told_and_can_be_switched_on_again(main: QWidget, data_folder: Path) -> None:
    key = add_key(main)
    switch_on(main)
    os.kill(process_of(data_folder).processId(), getattr(signal, "SIGKILL", signal.SIGTERM))
    wait_until(lambda: chip(main).endswith(": Off"))
    assert find(main, "serviceBrokeBar", QWidget).isVisible()
    assert not find(main, "signInServiceAction", QAction).isChecked()
    assert sign_in(switch_on(main), key)[0] == 200


def test_a_service_that_cannot_begin_is_told(main: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("zcc_keys_gui.ui.sign_in_service._command", lambda: [str(tmp_path / "nothing")])
    trigger(main, "signInServiceAction")
    wait_until(lambda: chip(main).endswith(": Off"))
    wait_until(lambda: find(main, "serviceBrokeBar", QWidget).isVisible())
    assert not find(main, "signInServiceAction", QAction).isChecked()
