"""Programs that call the sign-in service, and the helpers of their tests."""

import json
import os
import shutil
import subprocess
from itertools import count

import pytest

from tests.sign_in.helpers.sdk_process import PROXIES
from tests.sign_in.helpers.service_process import LOGIN, SESSION, Credentials, RunningService
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.sign_in import SignIn
from zcc_keys_gui.service.snippets import SNIPPETS

FIELDS = ["clientId", "expiresAt", "issuedAt", "name", "role", "secondsLeft"]
"""The fields of a session."""
_NUMBERS = count(1)
DEAD_PROXY = {"http_proxy": "http://127.0.0.1:9", "no_proxy": ""}


class Curl:
    """curl without its configuration file and progress meter."""

    def __init__(self, program: str) -> None:
        """`program` is the path of curl."""
        self._program = program

    def __call__(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run curl."""
        command = [self._program, "--disable", "--silent", "--show-error", "--include", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=without_proxies())

    def sign_in(self, service: RunningService, key: Credentials, *options: str) -> "subprocess.CompletedProcess[str]":
        """Sign in with a key."""
        body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret})
        return self("-H", "Content-Type: application/json", "-d", body, base_url(service) + LOGIN, *options)

    def call(self, service: RunningService, token: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """Call with an access token."""
        return self("-H", f"auth-token: {token}", base_url(service) + SESSION, *options)


def needed(program: str) -> str:
    """Return the path of a program, or skip the test if it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def new_key(service: RunningService, role: Role = Role.READ, status: Status = Status.ENABLED) -> Credentials:
    """Add a key with a unique name."""
    return service.add_key(f"Key{next(_NUMBERS)}", role, status)


def rows_of(service: RunningService, key: Credentials, number: int) -> list[SignIn]:
    """Wait for this number of rows of a key, and return them."""

    def rows() -> list[SignIn]:
        return [row for row in service.rows if row.client_id == key.client_id]

    service.wait(lambda: len(rows()) >= number)
    return rows()


def without_proxies() -> dict[str, str]:
    """Return this process's environment without proxies."""
    return {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}


def with_a_dead_proxy() -> dict[str, str]:
    """Return this process's environment with a proxy that does not exist."""
    return without_proxies() | DEAD_PROXY


def base_url(service: RunningService) -> str:
    """Return the base URL for scripts."""
    return f"http://127.0.0.1:{service.port}"


def snippet(client: str, service: RunningService, key: Credentials) -> str:
    """Return the snippet of the Connect dialog for this client."""
    (write,) = [each.write for each in SNIPPETS if each.client == client]
    return write(base_url(service), *key)
