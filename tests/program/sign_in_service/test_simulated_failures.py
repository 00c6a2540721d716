"""Simulated failures."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QSpinBox, QWidget

from tests.program.sign_in_service.helpers import new_key, running_service, simulate_failure, texts_in
from tests.sign_in.helpers.service_process import SESSION, Caller
from tests.support import gui
from tests.support.calls import call, port, sign_in, switch_on
from tests.support.gui import click, find, text, trigger, visible, wait_until, window


@pytest.mark.parametrize(("failure", "status"), [("401", 401), ("403", 403), ("429", 429), ("500", 500)])
def test_only_the_chosen_number_of_calls_fails(main: QWidget, failure: str, status: int) -> None:
    key = new_key(main)
    listening = switch_on(main)
    dialog = simulate_failure(main, failure, calls=2)
    assert f"The next 2 calls are answered with {failure}." in text(dialog, "rehearsalLabel")
    first, second, third = (sign_in(listening, key) for _ in range(3))
    assert (first.status, second.status, third.status) == (status, status, 200)
    assert ("x-rate-limit-retry-after-seconds" in first.headers) is (status == 429)
    assert ("x-rate-limit-remaining" in first.headers) is (status == 429)
    wait_until(lambda: not visible(main, "rehearsalBar"))
    assert text(dialog, "rehearsalLabel") == "Calls are answered as usual."


def test_a_simulated_failure_applies_immediately(main: QWidget) -> None:
    key = new_key(main)
    trigger(main, "signInServiceAction")
    service = running_service()
    assert service._process is not None
    assert service._process._process.bytesToWrite() == 0
    caller = Caller(port(main))
    dialog = simulate_failure(main, "500", calls=1)
    assert caller.sign_in(*key).status == 500
    for _ in range(5):
        click(dialog, "rehearseButton")
        assert caller.sign_in(*key).status == 500
        click(dialog, "stopRehearsalButton")
        assert caller.sign_in(*key).status == 200
    trigger(main, "signInServiceAction")
    assert service._ending is not None
    assert service._ending._process.bytesToWrite() == 0  # the process would read it before it ends


def test_the_controls_have_names_and_tab_reaches_them(main: QWidget) -> None:
    switch_on(main)
    dialog = simulate_failure(main, "500", calls=1)
    stops = gui.tab_stops(dialog)
    for control in (*gui.controls(dialog), find(dialog, "rehearsedCallsField", QSpinBox)):
        assert control.accessibleName(), control.objectName()
        if control.objectName() != "qt_spinbox_lineedit":
            assert control in stops, control.objectName()


def test_an_expired_token_is_rejected(main: QWidget) -> None:
    key = new_key(main)
    listening = switch_on(main)
    simulate_failure(main, "expired", calls=1)
    token = sign_in(listening, key).json["jwtToken"]
    assert call(listening, "GET", SESSION, auth_token=token).status == 401
    assert call(listening, "GET", SESSION, auth_token=sign_in(listening, key).json["jwtToken"]).status == 200


def test_the_documented_rate_limits_can_be_switched_on(main: QWidget) -> None:
    key = new_key(main)
    listening = switch_on(main)
    token = sign_in(listening, key).json["jwtToken"]
    trigger(main, "rehearseAction")
    dialog = window("rehearsalDialog")
    click(dialog, "rateLimitsBox")
    assert any("The texts of the answers are our own" in text_shown for text_shown in texts_in(dialog))
    wait_until(lambda: bool(visible(main, "rehearsalBar")))
    assert "rate limits apply" in text(main, "rehearsalBarText")
    downloads = [call(listening, "GET", "/papi/public/v1/downloadDevices", auth_token=token) for _ in range(4)]
    assert [answer.status for answer in downloads] == [404, 404, 404, 429]
    others = [call(listening, "GET", SESSION, auth_token=token) for _ in range(98)]
    assert [answer.status for answer in others] == [200] * 97 + [429]
    assert others[0].headers["x-rate-limit-remaining"] == "96"
    assert "x-rate-limit-remaining" not in others[96].headers
    assert others[97].headers["x-rate-limit-remaining"] == "0"
    assert 3_500 < int(others[97].headers["x-rate-limit-retry-after-seconds"]) <= 3_600
    click(dialog, "rateLimitsBox")
    wait_until(lambda: not visible(main, "rehearsalBar"))
    assert call(listening, "GET", SESSION, auth_token=token).status == 200


def test_simulated_failures_end_with_the_service(main: QWidget) -> None:
    key = new_key(main)
    switch_on(main)
    dialog = simulate_failure(main, "500", calls=9)
    click(dialog, "stopRehearsalButton")
    wait_until(lambda: not visible(main, "rehearsalBar"))
    simulate_failure(main, "500", calls=9)
    click(main, "endRehearsalButton")
    wait_until(lambda: not visible(main, "rehearsalBar"))
    simulate_failure(main, "500", calls=9)
    trigger(main, "signInServiceAction")
    assert not visible(main, "rehearsalBar")
    assert text(dialog, "rehearsalLabel") == "The sign-in service is off."
    assert not find(dialog, "rehearseButton", QAbstractButton).isEnabled()
    click(dialog, "switchServiceOnButton")
    assert sign_in(port(main), key).status == 200
