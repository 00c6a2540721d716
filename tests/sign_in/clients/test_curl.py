"""Each answer of the service, as curl shows it."""

import json
import subprocess
from typing import NamedTuple

from tests.sign_in.clients.real_clients import Curl, base_url, new_key, rows_of
from tests.sign_in.helpers.service_process import COMPANY_INFO, Credentials, RunningService
from zcc_keys_gui.domain.api_key import Status
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.sign_in import Failure, SimulatedFailures


class ShownAnswer(NamedTuple):
    """An answer as curl shows it."""

    status: int
    headers: dict[str, str]
    body: object


def shown(ran: "subprocess.CompletedProcess[str]") -> ShownAnswer:
    """Return the answer that curl has shown."""
    assert ran.returncode == 0, ran.stderr
    head, _, body = ran.stdout.replace("\r\n", "\n").partition("\n\n")
    status, *lines = head.splitlines()
    return ShownAnswer(int(status.split()[1]), dict(line.split(": ", 1) for line in lines), json.loads(body))


def token_by(curl: Curl, service: RunningService, key: Credentials) -> str:
    """Sign in with curl, and return the access token."""
    answer = shown(curl.sign_in(service, key))
    assert isinstance(answer.body, dict)
    return str(answer.body["jwtToken"])


def test_curl_signs_in_and_calls(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    answer = shown(curl.sign_in(service, key))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.body, dict)
    assert answer.body["message"] is None
    called = shown(curl.call(service, answer.body["jwtToken"]))
    assert isinstance(called.body, dict)
    assert (called.status, called.body["clientId"]) == (200, key.client_id)
    assert rows_of(service, key, 1)[0].client.startswith("curl/")


def test_curl_shows_the_same_rejection_for_all_reasons(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    disabled = new_key(service, status=Status.DISABLED)
    wrong = Credentials(key.client_id, new_client_secret().reveal())
    for rejected in (wrong, disabled, Credentials("unknown", key.secret)):
        answer = shown(curl.sign_in(service, rejected))
        assert (answer.status, answer.body) == (401, {"jwtToken": None, "message": "Invalid API key or secret key."})


def test_curl_shows_rejected_tokens_and_calls(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    token = token_by(curl, service, key)
    write = ("-X", "POST", "-H", f"auth-token: {token}", base_url(service) + COMPANY_INFO)
    assert shown(curl(*write)).status == 403
    service.keys.set_status([key.client_id], Status.DISABLED)
    service.simulate(SimulatedFailures(Failure.EXPIRED_TOKEN, 1))
    expired = token_by(curl, service, new_key(service))
    for bad in (token, expired, "no token"):
        assert shown(curl.call(service, bad)).status == 401


def test_curl_shows_a_simulated_failure_and_its_headers(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    token = token_by(curl, service, key)
    for failure, status in {Failure.FORBIDDEN: 403, Failure.TOO_MANY: 429, Failure.SERVER_ERROR: 500}.items():
        service.simulate(SimulatedFailures(failure, 2))
        for answer in (shown(curl.call(service, token)), shown(curl.sign_in(service, key))):
            assert answer.status == status
            assert answer.headers.get("x-rate-limit-remaining") == ("0" if status == 429 else None)
            assert answer.headers.get("x-rate-limit-retry-after-seconds") == ("60" if status == 429 else None)


def test_curl_stops_waiting_for_a_slow_answer(service: RunningService, curl: Curl) -> None:
    token = token_by(curl, service, new_key(service))
    service.simulate(SimulatedFailures(Failure.SLOW, 1))
    timed_out = 28  # curl(1), EXIT CODES
    assert curl.call(service, token, "--max-time", "0.5").returncode == timed_out
    assert shown(curl.call(service, token)).status == 200
