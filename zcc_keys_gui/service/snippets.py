"""How a script signs in with a key: snippets for the tools that people write scripts with.

Each signs in, then shows the session by a call that only the sign-in service on this computer answers; `.env` has only
the settings. All of them run as they are, once the client secret is in them. Those that can bypass any proxy do so,
because without TLS a proxy would see the client secret.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass

PLACEHOLDER = "PASTE-CLIENT-SECRET-HERE"
"""Stands where the client secret belongs; as harmless in any language as a secret is."""

_HOST = "127.0.0.1"
_NO_PROXY = f"Where HTTP_PROXY is set, set NO_PROXY={_HOST} as well."
_LOGIN = "/papi/auth/v1/login"
_SESSION = "/local/v1/session"
_POSTMAN_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_HARMLESS_IN_CMD = frozenset("-_.:/ {},abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@dataclass(frozen=True)
class Snippet:
    """A snippet for one client."""

    client: str
    """What the client is called."""
    hint: str
    """What a person should know before running it."""
    write: Callable[[str, str, str], str]
    """Return its text, of a base URL such as `http://127.0.0.1:8765`, a client ID and a client secret."""


def _powershell(base_url: str, client_id: str, secret: str) -> str:
    login, session = _in_powershell(base_url + _LOGIN), _in_powershell(base_url + _SESSION)
    return f"""\
$direct = if ($PSVersionTable.PSVersion.Major -ge 6) {{ @{{ NoProxy = $true }} }} else {{ @{{}} }}
$body = @{{ apiKey = {_in_powershell(client_id)}; secretKey = {_in_powershell(secret)} }} | ConvertTo-Json
$login = Invoke-RestMethod @direct -Uri {login} -Method Post -ContentType 'application/json' -Body $body
Invoke-RestMethod @direct -Uri {session} -Headers @{{ 'auth-token' = $login.jwtToken }}
"""


def _curl_in_sh(base_url: str, client_id: str, secret: str) -> str:
    body = shlex.quote(json.dumps({"apiKey": client_id, "secretKey": secret}))
    # By a pipe: while a program runs, everybody on the computer can read its arguments. The shell itself does `printf`.
    return f"""\
token=$(printf %s {body} |
  curl -sSf --noproxy {_HOST} -H 'Content-Type: application/json' -d @- {shlex.quote(base_url + _LOGIN)} |
  sed 's/.*"jwtToken": *"\\([^"]*\\)".*/\\1/')
curl -sSf --noproxy {_HOST} -H "auth-token: $token" {shlex.quote(base_url + _SESSION)}
"""


def _curl_in_cmd(base_url: str, client_id: str, secret: str) -> str:
    body = f'{{"apiKey": "{_in_cmd(client_id)}", "secretKey": "{_in_cmd(secret)}"}}'.replace('"', r"\"")
    curl = f"curl.exe -sSf --noproxy {_HOST}"
    login = f'{curl} -H "Content-Type: application/json" -d "{body}" {base_url}{_LOGIN}'
    return f"""\
for /f "tokens=2 delims=:, " %t in ('{login}') do {curl} -H "auth-token: %~t" {base_url}{_SESSION}
"""


def _pyzscaler(base_url: str, client_id: str, secret: str) -> str:
    return f"""\
# pip install pyzscaler
import os

from pyzscaler import ZCC

os.environ["no_proxy"] = {_HOST!r}

zcc = ZCC(
    client_id={client_id!r},
    client_secret={secret!r},
    override_url={base_url + "/papi"!r},
)
# This call exists only in the sign-in service on this computer, and shows your session.
print(zcc.get({base_url + _SESSION!r}))
"""


def _zscaler_sdk(base_url: str, client_id: str, secret: str) -> str:
    return f"""\
# pip install "zscaler-sdk-python<2"
import os

from zscaler.oneapi_client import LegacyZCCClient
from zscaler.zcc import legacy

os.environ["no_proxy"] = {_HOST!r}
# The SDK has no setting for another server. For your tenant, leave both lines out.
legacy._build_zcc_base_url = lambda cloud: {base_url!r}

config = {{
    "api_key": {client_id!r},
    "secret_key": {secret!r},
    "cloud": "zscaler",
}}
with LegacyZCCClient(config) as client:
    # This call exists only in the sign-in service on this computer, and shows your session.
    response, _ = client.zcc.send("GET", {_SESSION!r})
    print(response.json())
"""


def _env(base_url: str, client_id: str, secret: str) -> str:
    return f"""\
ZCC_CLIENT_ID={shlex.quote(client_id)}
ZCC_CLIENT_SECRET={shlex.quote(secret)}
ZCC_OVERRIDE_URL={shlex.quote(base_url + "/papi")}
"""


def _postman(base_url: str, client_id: str, secret: str) -> str:
    sign_in = {
        "name": "Sign in",
        "event": [
            {
                "listen": "test",
                "script": {
                    "type": "text/javascript",
                    "exec": ['pm.collectionVariables.set("authToken", pm.response.json().jwtToken);'],
                },
            }
        ],
        "request": {
            "method": "POST",
            "header": [{"key": "Content-Type", "value": "application/json"}],
            "body": {"mode": "raw", "raw": '{"apiKey": "{{clientId}}", "secretKey": "{{clientSecret}}"}'},
            "url": "{{baseUrl}}" + _LOGIN,
        },
    }
    session = {
        "name": "Show session",
        "request": {
            "method": "GET",
            "header": [{"key": "auth-token", "value": "{{authToken}}"}],
            "url": "{{baseUrl}}" + _SESSION,
        },
    }
    values = {
        "baseUrl": base_url,
        "clientId": _in_json_in_postman(client_id),
        "clientSecret": _in_json_in_postman(secret),
        "authToken": "",
    }
    collection = {
        "info": {
            "name": "Zscaler Client Connector API on this computer",
            "description": "Local keys: no Zscaler cloud accepts them.",
            "schema": _POSTMAN_SCHEMA,
        },
        "item": [sign_in, session],
        "variable": [{"key": key, "value": value} for key, value in values.items()],
    }
    return json.dumps(collection, indent=2) + "\n"


SNIPPETS = (
    Snippet("PowerShell 5.1 and 7", "Typed in, PowerShell may keep it in its history, with the secret.", _powershell),
    Snippet(
        "curl in the Command Prompt",
        "For cmd.exe. In a batch file, write %%t and %%~t. Where Windows audits the start of programs, its log may "
        "keep the secret.",
        _curl_in_cmd,
    ),
    Snippet(
        "curl in sh",
        "For sh, bash and zsh. Typed in, the shell may keep it in its history, with the secret.",
        _curl_in_sh,
    ),
    Snippet("pyZscaler", "It does not sign in again by itself when its session is over.", _pyzscaler),
    Snippet(
        "zscaler-sdk-python",
        "The legacy client. It signs in again by itself before its session is over. After a 429 it waits as long as "
        "the answer says, which may be an hour.",
        _zscaler_sdk,
    ),
    Snippet(
        ".env",
        f"pyZscaler reads all three from the environment; zscaler-sdk-python reads the first two. {_NO_PROXY}",
        _env,
    ),
    Snippet(
        "Postman",
        "Paste it into Postman's Import, and send Sign in first. Where you are signed in to Postman, it copies what is "
        f"imported to its cloud. {_NO_PROXY}",
        _postman,
    ),
)
"""In the order in which they are offered."""


def _in_powershell(text: str) -> str:
    """Quote for PowerShell, to which curly single quotes are quotes as well (about_Quoting_Rules)."""
    return "'" + "".join(each * 2 if each in "'‘’‚‛" else each for each in text) + "'"


def _in_cmd(text: str) -> str:
    """Write a text for a string of JSON in which cmd.exe and the C runtime find nothing of their own."""
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return "".join(chr(unit) if chr(unit) in _HARMLESS_IN_CMD else f"\\u{unit:04x}" for unit in units)


def _in_json_in_postman(text: str) -> str:
    """Write a variable as it has to be to stand in a string of JSON: Postman puts it there as it is."""
    return json.dumps(text)[1:-1]
