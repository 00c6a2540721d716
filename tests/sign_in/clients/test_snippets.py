"""The snippets of the Connect dialog sign in to the real service."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sign_in.clients.real_clients import (
    DEAD_PROXY,
    FIELDS,
    Curl,
    base_url,
    needed,
    new_key,
    rows_of,
    snippet,
    with_a_dead_proxy,
    without_proxies,
)
from tests.sign_in.helpers.sdk_process import SdkProcess
from tests.sign_in.helpers.service_process import SESSION, RunningService


def test_the_snippet_of_pyzscaler_runs(service: RunningService, python: SdkProcess) -> None:
    key = new_key(service)
    ran = python.run(snippet("pyZscaler", service, key), **DEAD_PROXY)
    assert (ran.error, ran.slept) == ("", [])
    assert key.client_id in ran.printed
    assert rows_of(service, key, 1)[0].client.startswith("Integration/1.0 (Zscaler; Zscaler Mobile")


def test_the_snippet_of_the_sdk_runs(service: RunningService, python: SdkProcess) -> None:
    key = new_key(service)
    ran = python.run(snippet("zscaler-sdk-python", service, key), **DEAD_PROXY)
    assert (ran.error, ran.slept) == ("", [])
    assert key.client_id in ran.printed
    assert rows_of(service, key, 1)[0].client.startswith("zscaler-sdk-python/1.")


def test_pyzscaler_signs_in_with_the_env_file(service: RunningService, python: SdkProcess) -> None:
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


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows has cmd.exe")
def test_the_snippet_of_curl_in_the_command_prompt_runs(service: RunningService, curl: Curl) -> None:
    typed = snippet("curl in the Command Prompt", service, new_key(service)).strip()
    command = f'cmd.exe /q /d /s /c "{typed}"'  # cmd.exe removes only the outer quotes
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=with_a_dead_proxy())
    assert sorted(json.loads(ran.stdout)) == FIELDS


@pytest.mark.parametrize("name", ["powershell", "pwsh"])
def test_the_snippet_of_powershell_runs(service: RunningService, name: str) -> None:
    shell = needed(name)
    if "works" not in powershell(shell, "Write-Output works"):
        pytest.skip(f"{shell} is a placeholder that does nothing")  # as in Wine
    script = snippet("PowerShell 5.1 and 7", service, new_key(service)).rstrip() + " | ConvertTo-Json"
    assert sorted(json.loads(powershell(shell, script))) == FIELDS


def powershell(shell: str, script: str) -> str:
    """Run a script in PowerShell, and return its output."""
    command = [shell, "-NoProfile", "-NonInteractive", "-Command", script]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=with_a_dead_proxy()).stdout


def test_the_collection_of_postman_signs_in_and_calls(service: RunningService) -> None:
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


def test_newman_runs_the_collection_of_postman(service: RunningService, tmp_path: Path) -> None:
    newman = needed("newman")
    collection = tmp_path / "collection.json"
    collection.write_text(snippet("Postman", service, new_key(service)), encoding="utf-8")
    command = [newman, "run", str(collection), "--verbose", "--color", "off"]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, env=without_proxies())
    assert ran.stdout.count("200 OK") == 2


def _filled(request: object, variables: dict[str, str]) -> Any:
    return json.loads(re.sub("{{(.*?)}}", lambda found: variables[found[1]], json.dumps(request)))


_POSTMAN_SETS = re.compile(r'^pm\.collectionVariables\.set\("(\w+)", pm\.response\.json\(\)\.(\w+)\);$', re.MULTILINE)
