"""Switching the service on and off."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from tests.program.locking.helpers import unlock
from tests.program.sign_in_service.helpers import new_key, running_service, start, texts_in
from tests.sign_in.helpers.service_process import Credentials
from tests.support.calls import call, port, sign_in, switch_on
from tests.support.gui import click, find, text, trigger, visible, wait_until, window
from zcc_keys_gui import app
from zcc_keys_gui.domain.policies import validate_policies
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


def accepts(at: int, key: Credentials) -> bool:
    """Return whether a program on this port, which may no longer be ours, accepts a key."""
    try:
        return sign_in(at, key).status == 200
    except OSError:
        return False


def test_the_service_can_be_switched_on_and_off(main: QWidget) -> None:
    key = new_key(main)
    assert text(main, "signInServiceButton") == "Sign-in service: Off"
    assert not find(main, "copyBaseUrlButton", QAbstractButton).isVisible()
    listening = switch_on(main)
    assert sign_in(listening, key).status == 200
    click(main, "copyBaseUrlButton")
    assert QApplication.clipboard().text() == f"http://127.0.0.1:{listening}"
    trigger(main, "signInServiceAction")
    assert text(main, "signInServiceButton") == "Sign-in service: Off"
    while accepts(listening, key):  # it takes less than a second
        pass


def test_the_service_can_be_switched_on_at_every_start(main: QWidget, data_folder: Path) -> None:
    key = new_key(main)
    trigger(main, "startSignInServiceAction")
    main.close()
    again = start(data_folder)
    assert sign_in(port(again), key).status == 200
    trigger(again, "startSignInServiceAction")
    again.close()
    third = start(data_folder)
    assert text(third, "signInServiceButton") == "Sign-in service: Off"
    third.close()


def test_a_policy_can_forbid_the_service(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "zcc_keys_gui.program.validate_policies", lambda *_: validate_policies({"ForbidSignInService": 1})
    )
    main = start(data_folder)
    for name in ("signInServiceAction", "startSignInServiceAction", "rehearseAction"):
        assert not find(main, name, QAction).isEnabled(), name
    assert text(main, "signInServiceButton") == "Sign-in service: Not allowed"
    assert "organization" in find(main, "signInServiceAction", QAction).toolTip()
    find(main, "signInServiceAction", QAction).setChecked(True)  # as a test tool could
    assert not find(main, "signInServiceAction", QAction).isChecked()
    assert text(main, "signInServiceButton") == "Sign-in service: Not allowed"
    main.close()


def test_a_policy_limits_the_validity_of_tokens(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = start(data_folder)
    key = new_key(main)
    main.close()
    monkeypatch.setattr(
        "zcc_keys_gui.program.validate_policies", lambda *_: validate_policies({"LongestSessionValiditySeconds": 60})
    )
    main = start(data_folder)
    listening = switch_on(main)
    token = sign_in(listening, key).json["jwtToken"]
    session = call(listening, "GET", "/local/v1/session", auth_token=token).json
    assert session["expiresAt"] - session["issuedAt"] == 60
    main.close()


def test_locking_stops_the_service_and_says_so(qapp: QApplication, data_folder: Path) -> None:
    VaultOpener(VaultFolder(data_folder)).create_with_passphrase("four random words fit").close()
    app.start(["--data-folder", str(data_folder)])
    main = unlock()
    key = new_key(main)
    listening = switch_on(main)
    trigger(main, "lockAction")
    dialog = window("unlockDialog")
    wait_until(lambda: not accepts(listening, key), 1)  # the process ends in the background
    assert "stopped the sign-in service" in " ".join(label for label in texts_in(dialog))
    main = unlock()
    assert text(main, "signInServiceButton") == "Sign-in service: Off"
    click(main, "serviceStoppedSwitchOnButton")
    assert sign_in(port(main), key).status == 200
    assert not visible(main, "serviceStoppedBar")
    main.close()


def test_an_unexpected_end_is_reported(main: QWidget, log_folder: Path) -> None:
    key = new_key(main)
    switch_on(main)
    process = main.findChild(QWidget, "signInServiceChip")
    assert process is not None
    service = running_service()
    assert service._process is not None
    service._process._process.kill()
    wait_until(lambda: text(main, "signInServiceButton") == "Sign-in service: Off")
    assert "ended unexpectedly" in text(main, "serviceBrokeBarText")
    wait_until(lambda: any("ended unexpectedly: " in path.read_text() for path in log_folder.glob("*.log")))
    assert not find(main, "signInServiceAction", QAction).isChecked()
    click(main, "serviceBrokeSwitchOnButton")
    assert sign_in(port(main), key).status == 200
    assert not visible(main, "serviceBrokeBar")
