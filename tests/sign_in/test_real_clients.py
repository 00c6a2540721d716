"""Real clients sign in to the real service, and see each outcome that they can see.

pyZscaler and zscaler-sdk-python run in a process of their own, which reaches this computer alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import use_keyring
from tests.sign_in.python_client import PROXIES, PythonClient, Ran
from tests.sign_in.running import COMPANY_INFO, LOGIN, SESSION, Credentials, RunningService, running_service
from tests.support.file_keyring import FOLDER_VARIABLE
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.sign_in import Failure, Outcome, SignIn, SimulatedFailures
from zcc_keys_gui.service.snippets import SNIPPETS
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

FIELDS = ["clientId", "expiresAt", "issuedAt", "name", "role", "secondsLeft"]
"""What a session tells."""
_NUMBERS = count(1)
DEAD_PROXY = {"http_proxy": "http://127.0.0.1:9", "no_proxy": ""}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One service for all of these tests; each makes keys of its own."""
    folder = tmp_path_factory.mktemp("service")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(folder / "keystore"))
        use_keyring(patch, "tests.support.file_keyring.FileKeyring")
        store = VaultOpener(VaultFolder(folder / "data")).create_for_this_account()
    with closing(store), running_service(store) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_rehearsed(service: RunningService) -> Iterator[None]:
    """No test leaves a rehearsal to the next."""
    yield
    service.rehearse(SimulatedFailures())


@pytest.fixture(scope="module")
def python() -> Iterator[PythonClient]:
    """Where the SDKs run."""
    client = PythonClient()
    yield client
    client.close()


class Curl:
    """curl, which is told what not to read and not to ask for."""

    def __init__(self, program: str) -> None:
        """Use this program."""
        self._program = program

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it."""
        command = [self._program, "--disable", "--silent", "--show-error", "--include", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=without_proxies())

    def sign_in(self, service: RunningService, key: Credentials, *more: str) -> "subprocess.CompletedProcess[str]":
        """Sign in."""
        body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret})
        return self("-H", "Content-Type: application/json", "-d", body, base_url(service) + LOGIN, *more)

    def call(self, service: RunningService, token: str, *more: str) -> "subprocess.CompletedProcess[str]":
        """Call with a token."""
        return self("-H", f"auth-token: {token}", base_url(service) + SESSION, *more)


@pytest.fixture
def curl() -> Curl:
    """This computer's curl."""
    return Curl(needed("curl"))


def needed(program: str) -> str:
    """Return the path of a program; where there is none, skip the test."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"there is no {program} here")
    return found


def new_key(service: RunningService, role: Role = Role.READ, status: Status = Status.ENABLED) -> Credentials:
    """Make a key of another name than all others."""
    return service.add_key(f"Key{next(_NUMBERS)}", role, status)


def rows_of(service: RunningService, key: Credentials, number: int) -> list[SignIn]:
    """Wait for so many rows of a key, and return them."""

    def rows() -> list[SignIn]:
        return [row for row in service.rows if row.client_id == key.client_id]

    service.wait(lambda: len(rows()) >= number)
    return rows()


def without_proxies() -> dict[str, str]:
    """Return this process's environment, with nothing in it that sends calls elsewhere."""
    return {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}


def with_a_dead_proxy() -> dict[str, str]:
    """Return this process's environment, with a proxy that nobody may call."""
    return without_proxies() | DEAD_PROXY


def base_url(service: RunningService) -> str:
    """Return what a script calls."""
    return f"http://127.0.0.1:{service.port}"


def snippet(client: str, service: RunningService, key: Credentials) -> str:
    """Return what the connect card has for this client."""
    (write,) = [each.write for each in SNIPPETS if each.client == client]
    return write(base_url(service), *key)


# --- the snippets of the connect card ---


def test_the_snippet_of_pyzscaler_runs(service: RunningService, python: PythonClient) -> None:
    key = new_key(service)
    ran = python.run(snippet("pyZscaler", service, key), **DEAD_PROXY)
    assert (ran.error, ran.slept) == ("", [])
    assert key.client_id in ran.printed
    assert rows_of(service, key, 1)[0].client.startswith("Integration/1.0 (Zscaler; Zscaler Mobile")


def test_the_snippet_of_the_sdk_runs(service: RunningService, python: PythonClient) -> None:
    key = new_key(service)
    ran = python.run(snippet("zscaler-sdk-python", service, key), **DEAD_PROXY)
    assert (ran.error, ran.slept) == ("", [])
    assert key.client_id in ran.printed
    assert rows_of(service, key, 1)[0].client.startswith("zscaler-sdk-python/1.")


def test_pyzscaler_signs_in_with_what_is_in_the_env_file(service: RunningService, python: PythonClient) -> None:
    key = new_key(service)
    settings = dict(line.split("=", 1) for line in snippet(".env", service, key).splitlines())
    ran = python.run(f"from pyzscaler import ZCC\nprint(ZCC().get('{base_url(service)}{SESSION}'))", **settings)
    assert ran.error == ""
    assert key.client_id in ran.printed


def test_sh_reads_the_env_file(service: RunningService, tmp_path: Path) -> None:
    key = new_key(service)
    (tmp_path / ".env").write_text(snippet(".env", service, key), encoding="utf-8", newline="\n")
    script = '. ./.env; printf "%s\\n" "$ZCC_CLIENT_ID" "$ZCC_CLIENT_SECRET" "$ZCC_OVERRIDE_URL"'
    ran = subprocess.run([needed("sh"), "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [*key, base_url(service) + "/papi"]


def test_the_snippet_of_curl_in_sh_runs(service: RunningService, curl: Curl) -> None:
    ran = subprocess.run(
        [needed("sh"), "-c", snippet("curl in sh", service, new_key(service))],
        capture_output=True,
        text=True,
        check=False,
        env=with_a_dead_proxy(),
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert sorted(json.loads(ran.stdout)) == FIELDS


@pytest.mark.skipif(sys.platform != "win32", reason="cmd.exe is of Windows")
def test_the_snippet_of_curl_in_the_command_prompt_runs(service: RunningService, curl: Curl) -> None:
    typed = snippet("curl in the Command Prompt", service, new_key(service)).strip()
    command = f'cmd.exe /q /d /s /c "{typed}"'  # of which cmd.exe takes off the outer quotes alone
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=with_a_dead_proxy())
    assert sorted(json.loads(ran.stdout)) == FIELDS


@pytest.mark.parametrize("name", ["powershell", "pwsh"])
def test_the_snippet_of_powershell_runs(service: RunningService, name: str) -> None:
    shell = needed(name)
    if "works" not in powershell(shell, "Write-Output works"):
        pytest.skip(f"{shell} is a stand-in that does nothing")  # as under Wine
    script = snippet("PowerShell 5.1 and 7", service, new_key(service)).rstrip() + " | ConvertTo-Json"
    assert sorted(json.loads(powershell(shell, script))) == FIELDS


def powershell(shell: str, script: str) -> str:
    """Run a script in a PowerShell, and return what it prints."""
    command = [shell, "-NoProfile", "-NonInteractive", "-Command", script]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=with_a_dead_proxy()).stdout


def test_what_postman_imports_signs_in_and_calls(service: RunningService) -> None:
    collection = json.loads(snippet("Postman", service, new_key(service)))
    variables = {each["key"]: each["value"] for each in collection["variable"]}
    for item in collection["item"]:
        request = _filled(item["request"], variables)
        path = request["url"].removeprefix(base_url(service))
        headers = {each["key"]: each["value"] for each in request["header"]}
        body = request["body"]["raw"].encode() if "body" in request else None
        answer = service.call(request["method"], path, body, **headers)
        for event in item.get("event", []):
            script = "\n".join(event["script"]["exec"])
            variables |= {name: answer.json[field] for name, field in _POSTMAN_SETS.findall(script)}
    assert sorted(answer.json) == FIELDS


def test_postmans_own_runner_runs_what_postman_imports(service: RunningService, tmp_path: Path) -> None:
    newman = needed("newman")
    collection = tmp_path / "collection.json"
    collection.write_text(snippet("Postman", service, new_key(service)), encoding="utf-8")
    command = [newman, "run", str(collection), "--verbose", "--color", "off"]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, env=without_proxies())
    assert ran.stdout.count("200 OK") == 2


def _filled(request: object, variables: dict[str, str]) -> Any:
    return json.loads(re.sub("{{(.*?)}}", lambda found: variables[found[1]], json.dumps(request)))


_POSTMAN_SETS = re.compile(r'^pm\.collectionVariables\.set\("(\w+)", pm\.response\.json\(\)\.(\w+)\);$', re.MULTILINE)


# --- outcomes, as the SDKs see them ---


class Sdk(NamedTuple):
    """A Python SDK, as scripts use it."""

    to_sign_in: str
    to_call: str
    to_write: str

    def sign_in(self, python: PythonClient, service: RunningService, key: Credentials, timeout: float = 60) -> Ran:
        """Sign in; no answer is waited for longer than `timeout` seconds."""
        return python.run(self.to_sign_in.format(base_url=base_url(service), key=key, timeout=timeout))

    def call(self, python: PythonClient, service: RunningService) -> Ran:
        """Call with the token that signing in has brought."""
        return python.run(self.to_call.format(base_url=base_url(service)))

    def write(self, python: PythonClient) -> Ran:
        """Call by POST."""
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
# It returns the errors of calls.
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


def fine(ran: Ran) -> bool:
    """Say whether a call was answered, at once."""
    return (ran.printed.strip(), ran.error, ran.slept) == (str(FIELDS), "", [])


def status_in(ran: Ran) -> int:
    """Return the status that an SDK tells a script of."""
    found = STATUS.search(ran.text)
    assert found is not None, ran
    return int(found[1] or found[2])


def assert_not_signed_in(sdk: Sdk, ran: Ran, status: int, error: str) -> None:
    """One SDK says why, the other only that."""
    if sdk is PYZSCALER:
        assert (ran.error, status_in(ran)) == (error, status)
    else:
        assert (ran.error, ran.text.strip()) == ("Exception", f"Exception: {NO_LOGIN}")


def assert_refused(sdk: Sdk, ran: Ran, status: int, error: str, message: str) -> None:
    """Both have the status and the message."""
    assert ran.error == (error if sdk is PYZSCALER else "ZscalerAPIError")
    assert status_in(ran) == status
    assert message in ran.text.replace("\\'", "'")


def test_the_sdks_reach_no_other_computer(python: PythonClient) -> None:
    ran = python.run("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=0.1)")
    assert (ran.error, "a client called 192.0.2.1" in ran.text) == ("PermissionError", True)


@both
def test_an_sdk_signs_in_and_calls(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    key = new_key(service)
    assert sdk.sign_in(python, service, key).error == ""
    assert fine(sdk.call(python, service))
    assert [row.outcome for row in rows_of(service, key, 2)] == [Outcome.SIGNED_IN, Outcome.CALL_ACCEPTED]


def test_the_sdk_may_not_ask_for_the_company(service: RunningService, python: PythonClient) -> None:
    ZSCALER_SDK.sign_in(python, service, new_key(service))
    ran = python.run("_, _, error = client.zcc.company.get_company_info()\nraise error")
    assert_refused(ZSCALER_SDK, ran, 403, "", "not available with an API key")


def test_pyzscaler_may_not_ask_for_the_company(service: RunningService, python: PythonClient) -> None:
    PYZSCALER.sign_in(python, service, new_key(service))
    ran = python.run('client.get("public/v1/getCompanyInfo")')
    assert_refused(PYZSCALER, ran, 403, "ForbiddenError", "not available with an API key")


@both
def test_an_sdk_is_told_nothing_of_why_it_is_refused(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    key = new_key(service)
    disabled = new_key(service, status=Status.DISABLED)
    wrong = Credentials(key.client_id, new_client_secret().reveal())
    for refused in (wrong, disabled, Credentials("nobody", key.secret)):
        assert_not_signed_in(sdk, sdk.sign_in(python, service, refused), 401, "UnauthorizedError")


@both
def test_an_sdk_with_a_read_key_may_not_write(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    sdk.sign_in(python, service, new_key(service, Role.READ))
    assert_refused(sdk, sdk.write(python), 403, "ForbiddenError", "This API key's role is Read: it may only GET.")
    assert fine(sdk.call(python, service))
    sdk.sign_in(python, service, new_key(service, Role.WRITE))
    assert_refused(sdk, sdk.write(python), 404, "NotFoundError", "does not have this path")


@both
def test_a_key_that_is_disabled_stops_an_sdk_at_once(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    assert fine(sdk.call(python, service))
    service.keys.set_status([key.client_id], Status.DISABLED)
    assert_refused(sdk, sdk.call(python, service), 401, "UnauthorizedError", "Sign in again.")


def test_pyzscaler_goes_on_with_an_expired_token(service: RunningService, python: PythonClient) -> None:
    service.rehearse(SimulatedFailures(Failure.EXPIRED_TOKEN, 1))
    assert PYZSCALER.sign_in(python, service, new_key(service)).error == ""
    assert_refused(PYZSCALER, PYZSCALER.call(python, service), 401, "UnauthorizedError", "Sign in again.")


def test_the_sdk_renews_an_expired_token(service: RunningService, python: PythonClient) -> None:
    service.rehearse(SimulatedFailures(Failure.EXPIRED_TOKEN, 1))
    key = new_key(service)
    assert ZSCALER_SDK.sign_in(python, service, key).error == ""
    assert fine(ZSCALER_SDK.call(python, service))
    outcomes = [row.outcome for row in rows_of(service, key, 3)]
    assert outcomes == [Outcome.SIMULATED, Outcome.SIGNED_IN, Outcome.CALL_ACCEPTED]


@both
@pytest.mark.parametrize(
    ("failure", "status", "error", "message"),
    [
        (Failure.UNAUTHORIZED, 401, "UnauthorizedError", "Rehearsed: unauthorized."),
        (Failure.FORBIDDEN, 403, "ForbiddenError", "Rehearsed: forbidden."),
        (Failure.SERVER_ERROR, 500, "ServerError", "Rehearsed: internal server error."),
    ],
)
def test_an_sdk_meets_a_rehearsed_failure(
    service: RunningService, python: PythonClient, sdk: Sdk, failure: Failure, status: int, error: str, message: str
) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    service.rehearse(SimulatedFailures(failure, 1))
    assert_refused(sdk, sdk.call(python, service), status, error, message)
    assert fine(sdk.call(python, service))
    service.rehearse(SimulatedFailures(failure, 1))
    assert_not_signed_in(sdk, sdk.sign_in(python, service, key), status, error)


@both
def test_an_sdk_waits_after_a_429_and_tries_again(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    sdk.sign_in(python, service, new_key(service))
    service.rehearse(SimulatedFailures(Failure.TOO_MANY, 2))
    ran = sdk.call(python, service)
    assert (ran.printed.strip(), ran.error) == (str(FIELDS), "")
    # One by its own pace; the other as long as the header says, and a second more.
    assert ran.slept == ([3, 6] if sdk is PYZSCALER else [61, 61])


@both
def test_an_sdk_gives_up_after_some_429s(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    service.rehearse(SimulatedFailures(Failure.TOO_MANY, 100))
    ran = sdk.call(python, service)
    if sdk is PYZSCALER:
        assert (ran.error, status_in(ran), ran.slept) == ("TooManyRequestsError", 429, [3, 6, 9, 12])
    else:
        assert (ran.error, "limit of 100 calls per hour" in ran.text, ran.slept) == ("ValueError", True, [61, 61])
    assert_not_signed_in(sdk, sdk.sign_in(python, service, key), 429, "TooManyRequestsError")


@both
def test_the_documented_limit_has_an_sdk_wait_for_an_hour(
    service: RunningService, python: PythonClient, sdk: Sdk
) -> None:
    key = new_key(service)
    sdk.sign_in(python, service, key)
    token = service.token(key)
    service.rehearse(SimulatedFailures(limits_calls=True))
    for _ in range(100):
        assert service.get(SESSION, token).status == 200
    ran = sdk.call(python, service)
    if sdk is PYZSCALER:  # it does not know the header
        assert (ran.error, status_in(ran), ran.slept) == ("TooManyRequestsError", 429, [3, 6, 9, 12])
    else:
        assert (ran.error, len(ran.slept)) == ("ValueError", 2)
        assert min(ran.slept) > 3_500


@both
def test_an_sdk_gives_a_slow_answer_up_and_asks_again(service: RunningService, python: PythonClient, sdk: Sdk) -> None:
    sdk.sign_in(python, service, new_key(service), timeout=1)
    service.rehearse(SimulatedFailures(Failure.SLOW, 1))
    ran = sdk.call(python, service)
    assert (ran.printed.strip(), ran.error) == (str(FIELDS), "")
    assert ran.slept == ([1] if sdk is PYZSCALER else [5])


# --- outcomes, as curl shows them ---


class Shown(NamedTuple):
    """What curl shows of an answer."""

    status: int
    headers: dict[str, str]
    body: object


def shown(ran: "subprocess.CompletedProcess[str]") -> Shown:
    """Return what curl has shown."""
    assert ran.returncode == 0, ran.stderr
    head, _, body = ran.stdout.replace("\r\n", "\n").partition("\n\n")
    status, *lines = head.splitlines()
    return Shown(int(status.split()[1]), dict(line.split(": ", 1) for line in lines), json.loads(body))


def token_by(curl: Curl, service: RunningService, key: Credentials) -> str:
    """Sign in with curl, and return the token."""
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


def test_curl_shows_one_refusal_whatever_the_reason(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    disabled = new_key(service, status=Status.DISABLED)
    wrong = Credentials(key.client_id, new_client_secret().reveal())
    for refused in (wrong, disabled, Credentials("nobody", key.secret)):
        answer = shown(curl.sign_in(service, refused))
        assert (answer.status, answer.body) == (401, {"jwtToken": None, "message": "Invalid API key or secret key."})


def test_curl_shows_which_token_does_not_hold_and_what_it_may_not_do(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    token = token_by(curl, service, key)
    write = ("-X", "POST", "-H", f"auth-token: {token}", base_url(service) + COMPANY_INFO)
    assert shown(curl(*write)).status == 403
    service.keys.set_status([key.client_id], Status.DISABLED)
    service.rehearse(SimulatedFailures(Failure.EXPIRED_TOKEN, 1))
    expired = token_by(curl, service, new_key(service))
    for bad in (token, expired, "no token"):
        assert shown(curl.call(service, bad)).status == 401


def test_curl_shows_a_rehearsed_failure_and_its_headers(service: RunningService, curl: Curl) -> None:
    key = new_key(service)
    token = token_by(curl, service, key)
    for failure, status in {Failure.FORBIDDEN: 403, Failure.TOO_MANY: 429, Failure.SERVER_ERROR: 500}.items():
        service.rehearse(SimulatedFailures(failure, 2))
        for answer in (shown(curl.call(service, token)), shown(curl.sign_in(service, key))):
            assert answer.status == status
            assert answer.headers.get("x-rate-limit-remaining") == ("0" if status == 429 else None)
            assert answer.headers.get("x-rate-limit-retry-after-seconds") == ("60" if status == 429 else None)


def test_curl_gives_a_slow_answer_up(service: RunningService, curl: Curl) -> None:
    token = token_by(curl, service, new_key(service))
    service.rehearse(SimulatedFailures(Failure.SLOW, 1))
    timed_out = 28  # curl(1), EXIT CODES
    assert curl.call(service, token, "--max-time", "0.5").returncode == timed_out
    assert shown(curl.call(service, token)).status == 200
