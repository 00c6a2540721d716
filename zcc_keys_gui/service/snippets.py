"""Snippets that sign in with a key, for the tools in which users write scripts.

Each snippet signs in, then shows the session with a call that only the sign-in service on this computer answers. The
snippet for `.env` contains only settings. All of them run as they are after the client secret is filled in. Because the
connection has no TLS, a proxy could read the client secret, so the snippets bypass proxies if the tool can.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass

PLACEHOLDER = "PASTE-CLIENT-SECRET-HERE"
"""Stands for the client secret. Like a secret, it contains no character that a language would have to quote."""

_HOST = "127.0.0.1"
_LOGIN = "/papi/auth/v1/login"
_SESSION = "/local/v1/session"
_POSTMAN_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_HARMLESS_IN_CMD = frozenset("-_.:/ {},abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

_POWERSHELL_HINT = "If you paste this at a prompt, PowerShell may save it, including the secret, in its history."
_CMD_HINT = (
    "This is for cmd.exe. In a batch file, write %%t and %%~t instead of %t and %~t. If Windows audits process "
    "creation, its log may contain the secret."
)
_SH_HINT = (
    "This is for sh, bash, and zsh. If you paste it at a prompt, the shell may save it, including the secret, in its "
    "history."
)
_PYZSCALER_HINT = "pyZscaler does not sign in again when its session expires."
_ZSCALER_SDK_HINT = (
    "This is the SDK's legacy client. It signs in again before its session expires. After status 429, it waits for the "
    "time that the response asks for, which can be an hour."
)
_ENV_HINT = (
    "pyZscaler reads all three variables from the environment. zscaler-sdk-python reads only the first two. If "
    "HTTP_PROXY is set, also set NO_PROXY=127.0.0.1."
)
_POSTMAN_HINT = (
    "Choose Import in Postman and paste this, then send Sign in first. If you are signed in to Postman, it copies the "
    "collection, including the secret, to its cloud. If HTTP_PROXY is set, also set NO_PROXY=127.0.0.1."
)


@dataclass(frozen=True)
class Snippet:
    """A snippet for one client."""

    client: str
    """The name of the client."""
    hint: str
    """What the user should know before running the snippet."""
    write: Callable[[str, str, str], str]
    """Returns the snippet for a base URL such as `http://127.0.0.1:8765`, a client ID, and a client secret."""


def _write_powershell(base_url: str, client_id: str, secret: str) -> str:
    login, session = _quote_for_powershell(base_url + _LOGIN), _quote_for_powershell(base_url + _SESSION)
    api_key, secret_key = _quote_for_powershell(client_id), _quote_for_powershell(secret)
    return f"""\
$direct = if ($PSVersionTable.PSVersion.Major -ge 6) {{ @{{ NoProxy = $true }} }} else {{ @{{}} }}
$body = @{{ apiKey = {api_key}; secretKey = {secret_key} }} | ConvertTo-Json
$login = Invoke-RestMethod @direct -Uri {login} -Method Post -ContentType 'application/json' -Body $body
Invoke-RestMethod @direct -Uri {session} -Headers @{{ 'auth-token' = $login.jwtToken }}
"""


def _write_curl_for_sh(base_url: str, client_id: str, secret: str) -> str:
    body = shlex.quote(json.dumps({"apiKey": client_id, "secretKey": secret}))
    # Other users can read the arguments of a running program, so curl gets the secret through a pipe. `printf` is part
    # of the shell and starts no program.
    return f"""\
token=$(printf %s {body} |
  curl -sSf --noproxy {_HOST} -H 'Content-Type: application/json' -d @- {shlex.quote(base_url + _LOGIN)} |
  sed 's/.*"jwtToken": *"\\([^"]*\\)".*/\\1/')
curl -sSf --noproxy {_HOST} -H "auth-token: $token" {shlex.quote(base_url + _SESSION)}
"""


def _write_curl_for_cmd(base_url: str, client_id: str, secret: str) -> str:
    body = f'{{"apiKey": "{_escape_for_cmd(client_id)}", "secretKey": "{_escape_for_cmd(secret)}"}}'
    body = body.replace('"', r"\"")
    curl = f"curl.exe -sSf --noproxy {_HOST}"
    login = f'{curl} -H "Content-Type: application/json" -d "{body}" {base_url}{_LOGIN}'
    return f"""\
for /f "tokens=2 delims=:, " %t in ('{login}') do {curl} -H "auth-token: %~t" {base_url}{_SESSION}
"""


def _write_pyzscaler(base_url: str, client_id: str, secret: str) -> str:
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
# Only the sign-in service on this computer has this call. It shows your session.
print(zcc.get({base_url + _SESSION!r}))
"""


def _write_zscaler_sdk(base_url: str, client_id: str, secret: str) -> str:
    return f"""\
# pip install "zscaler-sdk-python<2"
import os

from zscaler.oneapi_client import LegacyZCCClient
from zscaler.zcc import legacy

# The SDK has no setting for the base URL. To use your tenant, remove the next two lines.
os.environ["no_proxy"] = {_HOST!r}
legacy._build_zcc_base_url = lambda cloud: {base_url!r}

config = {{
    "api_key": {client_id!r},
    "secret_key": {secret!r},
    "cloud": "zscaler",
}}
with LegacyZCCClient(config) as client:
    # Only the sign-in service on this computer has this call. It shows your session.
    response, _ = client.zcc.send("GET", {_SESSION!r})
    print(response.json())
"""


def _write_env(base_url: str, client_id: str, secret: str) -> str:
    return f"""\
ZCC_CLIENT_ID={shlex.quote(client_id)}
ZCC_CLIENT_SECRET={shlex.quote(secret)}
ZCC_OVERRIDE_URL={shlex.quote(base_url + "/papi")}
"""


def _write_postman(base_url: str, client_id: str, secret: str) -> str:
    variables = {
        "baseUrl": base_url,
        "clientId": _escape_for_postman(client_id),
        "clientSecret": _escape_for_postman(secret),
        "authToken": "",
    }
    collection = {
        "info": {
            "name": "Zscaler Client Connector API on this computer",
            "description": "The key is local. It does not work with a Zscaler cloud.",
            "schema": _POSTMAN_SCHEMA,
        },
        "item": [_POSTMAN_SIGN_IN, _POSTMAN_SHOW_SESSION],
        "variable": [{"key": key, "value": value} for key, value in variables.items()],
    }
    return json.dumps(collection, indent=2) + "\n"


_POSTMAN_SIGN_IN = {
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
_POSTMAN_SHOW_SESSION = {
    "name": "Show session",
    "request": {
        "method": "GET",
        "header": [{"key": "auth-token", "value": "{{authToken}}"}],
        "url": "{{baseUrl}}" + _SESSION,
    },
}

SNIPPETS = (
    Snippet("PowerShell 5.1 and 7", _POWERSHELL_HINT, _write_powershell),
    Snippet("curl in the Command Prompt", _CMD_HINT, _write_curl_for_cmd),
    Snippet("curl in sh", _SH_HINT, _write_curl_for_sh),
    Snippet("pyZscaler", _PYZSCALER_HINT, _write_pyzscaler),
    Snippet("zscaler-sdk-python", _ZSCALER_SDK_HINT, _write_zscaler_sdk),
    Snippet(".env", _ENV_HINT, _write_env),
    Snippet("Postman", _POSTMAN_HINT, _write_postman),
)
"""All snippets, in the order in which the connect card offers them."""


def _quote_for_powershell(text: str) -> str:
    """Quote a text for PowerShell, which also accepts curly single quotes as quotes (about_Quoting_Rules)."""
    return "'" + "".join(each * 2 if each in "'‘’‚‛" else each for each in text) + "'"


def _escape_for_cmd(text: str) -> str:
    """Escape a text for a JSON string so that cmd.exe and the C runtime find no special character in it."""
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    return "".join(chr(unit) if chr(unit) in _HARMLESS_IN_CMD else f"\\u{unit:04x}" for unit in units)


def _escape_for_postman(text: str) -> str:
    """Escape the value of a variable for a JSON string, because Postman inserts it without escaping."""
    return json.dumps(text)[1:-1]
