"""Each answer of the service, as pyZscaler and zscaler-sdk-python receive it.

The SDKs run in a separate process that can call only this computer.
"""

import re
from typing import NamedTuple

import pytest

from tests.sign_in.clients.real_clients import FIELDS, base_url, new_key, rows_of
from tests.sign_in.helpers.sdk_process import ScriptResult, SdkProcess
from tests.sign_in.helpers.service_process import SESSION, Credentials, RunningService
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.sign_in import Failure, Outcome, SimulatedFailures
from zcc_keys_gui.sign_in import text


class Sdk(NamedTuple):
    """The code with which scripts use a Python SDK."""

    to_sign_in: str
    to_call: str
    to_write: str

    def sign_in(
        self, python: SdkProcess, service: RunningService, key: Credentials, timeout: float = 60
    ) -> ScriptResult:
        """Sign in; `timeout` is in seconds."""
        return python.run(self.to_sign_in.format(base_url=base_url(service), key=key, timeout=timeout))

    def call(self, python: SdkProcess, service: RunningService) -> ScriptResult:
        """Call with the access token of the last sign-in."""
        return python.run(self.to_call.format(base_url=base_url(service)))

    def write(self, python: SdkProcess) -> ScriptResult:
        """Call with the method POST."""
        return python.run(self.to_write)


PYZSCALER = Sdk(
    """
from pyzscaler import ZCC

client = ZCC(
    client_id={key.client_id!r}, client_secret={key.secret!r}, override_url="{base_url}/papi", timeout={timeout}
)
""",
    'print(sorted(client.get("{base_url}/local/v1/session", box=False, conv_json=True)))',
    'client.devices.remove_devices(udids=["1"])',
)
# This SDK returns the errors of calls.
ZSCALER_SDK = Sdk(
    """
from zscaler.oneapi_client import LegacyZCCClient
from zscaler.zcc import legacy

legacy._build_zcc_base_url = lambda cloud: "{base_url}"
config = {{"api_key": {key.client_id!r}, "secret_key": {key.secret!r}, "cloud": "zscaler", "timeout": {timeout}}}
client = LegacyZCCClient(config)
""",
    """
response, _ = client.zcc.send("GET", "/local/v1/session")
print(sorted(response.json()))
""",
    """
_, _, error = client.zcc.devices.remove_devices(udids=["1"])
if error:
    raise error
""",
)
both = pytest.mark.parametrize("sdk", [PYZSCALER, ZSCALER_SDK], ids=["pyzscaler", "zscaler-sdk-python"])

NO_LOGIN = "Failed to login using provided credentials."
STATUS = re.compile(r"\[(\d{3}): |\"status\": (\d{3})")


def is_answered(result: ScriptResult) -> bool:
    """Return whether a call was answered without a retry."""
    return (result.printed.strip(), result.error, result.slept) == (str(FIELDS), "", [])


def status_in(result: ScriptResult) -> int:
    """Return the status that an SDK reports to a script."""
    found = STATUS.search(result.text)
    assert found is not None, result
    return int(found[1] or found[2])


def assert_not_signed_in(sdk: Sdk, result: ScriptResult, status: int, error: str) -> None:
    """Check a failed sign-in. One SDK reports the status, the other does not."""
    if sdk is PYZSCALER:
        assert (result.error, status_in(result)) == (error, status)
    else:
        assert (result.error, result.text.strip()) == ("Exception", f"Exception: {NO_LOGIN}")


def assert_rejected(sdk: Sdk, result: ScriptResult, status: int, error: str, message: str) -> None:
    """Check a rejected call. Both SDKs report the status and the message."""
    assert result.error == (error if sdk is PYZSCALER else "ZscalerAPIError")
    assert status_in(result) == status
    assert message in result.text.replace("\\'", "'")


def test_the_sdks_reach_no_other_computer(python: SdkProcess) -> None:
    result = python.run("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=0.1)")
    assert (result.error, "a client called 192.0.2.1" in result.text) == ("PermissionError", True)


@both
def test_an_sdk_signs_in_and_calls(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    key = new_key(service)
    assert sdk.sign_in(python, service, key).error == ""
    assert is_answered(sdk.call(python, service))
    assert [row.outcome for row in rows_of(service, key, 2)] == [Outcome.SIGNED_IN, Outcome.CALL_ACCEPTED]


def test_the_sdk_gets_no_company_info(service: RunningService, python: SdkProcess) -> None:
    ZSCALER_SDK.sign_in(python, service, new_key(service))
    result = python.run("_, _, error = client.zcc.company.get_company_info()\nraise error")
    assert_rejected(ZSCALER_SDK, result, 403, "", "not available with an API key")


def test_pyzscaler_gets_no_company_info(service: RunningService, python: SdkProcess) -> None:
    PYZSCALER.sign_in(python, service, new_key(service))
    result = python.run('client.get("public/v1/getCompanyInfo")')
    assert_rejected(PYZSCALER, result, 403, "ForbiddenError", "not available with an API key")


@both
def test_an_sdk_does_not_learn_why_it_is_rejected(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    key = new_key(service)
    disabled = new_key(service, status=Status.DISABLED)
    wrong = Credentials(key.client_id, new_client_secret().reveal())
    for rejected in (wrong, disabled, Credentials("unknown", key.secret)):
        assert_not_signed_in(sdk, sdk.sign_in(python, service, rejected), 401, "UnauthorizedError")


@both
def test_an_sdk_with_a_read_key_cannot_write(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    sdk.sign_in(python, service, new_key(service, Role.READ))
    assert_rejected(sdk, sdk.write(python), 403, "ForbiddenError", text.ONLY_GET)
    assert is_answered(sdk.call(python, service))
    sdk.sign_in(python, service, new_key(service, Role.WRITE))
    assert_rejected(sdk, sdk.write(python), 404, "NotFoundError", text.NO_SUCH_PATH)


@both
def test_disabling_a_key_stops_an_sdk_immediately(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    assert is_answered(sdk.call(python, service))
    service.keys.set_status([key.client_id], Status.DISABLED)
    assert_rejected(sdk, sdk.call(python, service), 401, "UnauthorizedError", "Sign in again.")


def test_pyzscaler_does_not_renew_an_expired_token(service: RunningService, python: SdkProcess) -> None:
    service.simulate(SimulatedFailures(Failure.EXPIRED_TOKEN, 1))
    assert PYZSCALER.sign_in(python, service, new_key(service)).error == ""
    assert_rejected(PYZSCALER, PYZSCALER.call(python, service), 401, "UnauthorizedError", "Sign in again.")


def test_the_sdk_renews_an_expired_token(service: RunningService, python: SdkProcess) -> None:
    service.simulate(SimulatedFailures(Failure.EXPIRED_TOKEN, 1))
    key = new_key(service)
    assert ZSCALER_SDK.sign_in(python, service, key).error == ""
    assert is_answered(ZSCALER_SDK.call(python, service))
    outcomes = [row.outcome for row in rows_of(service, key, 3)]
    assert outcomes == [Outcome.SIMULATED, Outcome.SIGNED_IN, Outcome.CALL_ACCEPTED]


@both
@pytest.mark.parametrize(
    ("failure", "status", "error", "message"),
    [
        (Failure.UNAUTHORIZED, 401, "UnauthorizedError", text.SIMULATED_UNAUTHORIZED),
        (Failure.FORBIDDEN, 403, "ForbiddenError", text.SIMULATED_FORBIDDEN),
        (Failure.SERVER_ERROR, 500, "ServerError", text.SIMULATED_SERVER_ERROR),
    ],
)
def test_an_sdk_gets_a_simulated_failure(
    service: RunningService, python: SdkProcess, sdk: Sdk, failure: Failure, status: int, error: str, message: str
) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    service.simulate(SimulatedFailures(failure, 1))
    assert_rejected(sdk, sdk.call(python, service), status, error, message)
    assert is_answered(sdk.call(python, service))
    service.simulate(SimulatedFailures(failure, 1))
    assert_not_signed_in(sdk, sdk.sign_in(python, service, key), status, error)


@both
def test_an_sdk_waits_after_a_429_and_retries(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    sdk.sign_in(python, service, new_key(service))
    service.simulate(SimulatedFailures(Failure.TOO_MANY, 2))
    result = sdk.call(python, service)
    assert (result.printed.strip(), result.error) == (str(FIELDS), "")
    # One SDK has its own waits; the other waits for a second longer than the header says.
    assert result.slept == ([3, 6] if sdk is PYZSCALER else [61, 61])


@both
def test_an_sdk_gives_up_after_some_429s(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    service.simulate(SimulatedFailures(Failure.TOO_MANY, 100))
    result = sdk.call(python, service)
    if sdk is PYZSCALER:
        assert (result.error, status_in(result), result.slept) == ("TooManyRequestsError", 429, [3, 6, 9, 12])
    else:
        assert (result.error, "limit of 100 calls per hour" in result.text, result.slept) == (
            "ValueError",
            True,
            [61, 61],
        )
    assert_not_signed_in(sdk, sdk.sign_in(python, service, key), 429, "TooManyRequestsError")


@both
def test_the_documented_limit_makes_an_sdk_wait_an_hour(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    token = service.token(key)
    service.simulate(SimulatedFailures(limits_calls=True))
    for _ in range(100):
        assert service.get(SESSION, token).status == 200
    result = sdk.call(python, service)
    if sdk is PYZSCALER:  # it ignores the header
        assert (result.error, status_in(result), result.slept) == ("TooManyRequestsError", 429, [3, 6, 9, 12])
    else:
        assert (result.error, len(result.slept)) == ("ValueError", 2)
        assert min(result.slept) > 3_500


@both
def test_an_sdk_retries_after_a_slow_answer(service: RunningService, python: SdkProcess, sdk: Sdk) -> None:
    sdk.sign_in(python, service, new_key(service), timeout=1)
    service.simulate(SimulatedFailures(Failure.SLOW, 1))
    result = sdk.call(python, service)
    assert (result.printed.strip(), result.error) == (str(FIELDS), "")
    assert result.slept == ([1] if sdk is PYZSCALER else [5])
