"""Snippets quote every value for their language. `tests/sign_in/clients/test_snippets.py` runs them."""

import ast
import json
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.service.snippets import PLACEHOLDER, SNIPPETS, Snippet

BASE_URL = "http://127.0.0.1:8765"
CLIENT_ID = "5f0c1d9e-83b1-4f0e-9d57-a41b77c90e12"
QUOTES = "'‘’‚‛\"`\\%!^&${}"
TRICKY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(QUOTES), min_size=1)


def snippet(client: str) -> Snippet:
    """Return the snippet for a client."""
    (found,) = [each for each in SNIPPETS if each.client == client]
    return found


def written(client: str, secret: str) -> str:
    """Return the text of the snippet for a client."""
    return snippet(client).write(BASE_URL, CLIENT_ID, secret)


@pytest.mark.parametrize("each", SNIPPETS, ids=lambda each: each.client)
def test_each_has_the_base_url_id_and_secret_once(each: Snippet) -> None:
    for secret in (PLACEHOLDER, new_client_secret().reveal()):
        text = each.write(BASE_URL, CLIENT_ID, secret)
        assert BASE_URL in text
        assert text.count(CLIENT_ID) == text.count(secret) == 1
        assert text.endswith("\n")


@pytest.mark.parametrize("each", SNIPPETS, ids=lambda each: each.client)
def test_the_placeholder_can_be_replaced_with_the_secret(each: Snippet) -> None:
    secret = new_client_secret().reveal()
    assert each.write(BASE_URL, CLIENT_ID, PLACEHOLDER).replace(PLACEHOLDER, secret) == each.write(
        BASE_URL, CLIENT_ID, secret
    )


@pytest.mark.parametrize("client", ["pyZscaler", "zscaler-sdk-python"])
@given(secret=TRICKY_TEXT)
def test_python_reads_the_secret_unchanged(client: str, secret: str) -> None:
    constants = [node.value for node in ast.walk(ast.parse(written(client, secret))) if isinstance(node, ast.Constant)]
    assert secret in constants


@given(secret=TRICKY_TEXT)
def test_sh_reads_the_secret_unchanged(secret: str) -> None:
    words = shlex.split(written("curl in sh", secret))
    assert json.loads(words[words.index("%s") + 1]) == {"apiKey": CLIENT_ID, "secretKey": secret}
    assert f"ZCC_CLIENT_SECRET={secret}" in shlex.split(written(".env", secret))


def test_in_sh_no_program_gets_the_secret_as_an_argument() -> None:
    secret = new_client_secret().reveal()
    printed, _, rest = written("curl in sh", secret).partition(" |\n")
    assert printed.startswith("token=$(printf ")
    assert secret in printed
    assert secret not in rest


@given(secret=TRICKY_TEXT)
def test_powershell_reads_the_secret_unchanged(secret: str) -> None:
    quoted = re.search(r"secretKey = '(.*)' } \| ConvertTo-Json\n", written("PowerShell 5.1 and 7", secret))
    assert quoted is not None
    assert re.sub("(['‘’‚‛])\\1", r"\1", quoted[1]) == secret
    assert re.fullmatch("(?:[^'‘’‚‛]|(['‘’‚‛])\\1)*", quoted[1])  # every quote is doubled, so none ends the string


@given(secret=st.text(min_size=1))
def test_cmd_finds_no_special_character_in_a_secret(secret: str) -> None:
    text = written("curl in the Command Prompt", secret)
    quoted = re.search(r'-d "(.*?[^\\])" http', text)
    assert quoted is not None
    assert json.loads(quoted[1].replace(r"\"", '"')) == {"apiKey": CLIENT_ID, "secretKey": secret}
    assert not set("%!^&|<>()\r\n'") & set(quoted[1])


@given(secret=TRICKY_TEXT)
def test_variables_of_postman_are_valid_inside_json(secret: str) -> None:
    collection = json.loads(written("Postman", secret))
    body = collection["item"][0]["request"]["body"]["raw"]
    for variable in collection["variable"]:
        body = body.replace("{{" + variable["key"] + "}}", variable["value"])
    assert json.loads(body) == {"apiKey": CLIENT_ID, "secretKey": secret}


def test_the_postman_collection_has_version_2_1() -> None:
    collection = json.loads(written("Postman", PLACEHOLDER))
    assert collection["info"]["schema"].endswith("/collection/v2.1.0/collection.json")
    assert [each["name"] for each in collection["item"]] == ["Sign in", "Show session"]


def test_the_postman_collection_uses_the_token_of_its_sign_in() -> None:
    sign_in, session = json.loads(written("Postman", PLACEHOLDER))["item"]
    assert (sign_in["request"]["method"], sign_in["request"]["url"]) == ("POST", "{{baseUrl}}/papi/auth/v1/login")
    assert sign_in["request"]["header"] == [{"key": "Content-Type", "value": "application/json"}]
    assert sign_in["request"]["body"]["mode"] == "raw"
    (kept,) = sign_in["event"]
    assert (kept["listen"], kept["script"]["type"]) == ("test", "text/javascript")
    assert kept["script"]["exec"] == ['pm.collectionVariables.set("authToken", pm.response.json().jwtToken);']
    assert (session["request"]["method"], session["request"]["url"]) == ("GET", "{{baseUrl}}/local/v1/session")
    assert session["request"]["header"] == [{"key": "auth-token", "value": "{{authToken}}"}]


def test_environment_variables_have_the_names_that_clients_read() -> None:
    assert written(".env", "secret").splitlines() == [
        f"ZCC_CLIENT_ID={CLIENT_ID}",
        "ZCC_CLIENT_SECRET=secret",
        f"ZCC_OVERRIDE_URL={BASE_URL}/papi",
    ]
