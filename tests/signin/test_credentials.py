"""What a call to sign in may bring along, and what is said of the rest."""

import json

import pytest

from tests.signin.running import LOGIN, Answer, RunningService
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.signin.credentials import BadBodyError, credentials_in

CURLY = "{\u201capiKey\u201d: \u201cid\u201d, \u201csecretKey\u201d: \u201csecret\u201d}"
FAULTS: dict[bytes, str] = {
    b"": "The body is empty",
    b" \r\n": "The body is empty",
    b"{": "Malformed JSON, column 2",
    b"apiKey=id&secretKey=secret": "Malformed JSON, column 1",
    b'{"apiKey": "id",}': "Malformed JSON, column 17",
    b"{'apiKey': 'id'}": "Malformed JSON, column 2",
    b'{\n  "apiKey": id\n}': "Malformed JSON, line 2, column 13",
    b'{"apiKey": "a\x01b"}': "Malformed JSON, column 14",
    b'{"apiKey": "id"} {}': "Malformed JSON, column 18",
    b"null": "The JSON is no object with apiKey and secretKey",
    b'["apiKey", "secretKey"]': "The JSON is no object with apiKey and secretKey",
    b"{}": "apiKey is missing",
    b'{"APIKEY": "id", "secretKey": "secret"}': "apiKey is missing",
    b'{"apiKey": "id"}': "secretKey is missing",
    b'{"apiKey": 1, "secretKey": "secret"}': "apiKey is no text",
    b'{"apiKey": "id", "secretKey": null}': "secretKey is no text",
    b'{"apiKey": ["id"], "secretKey": "secret"}': "apiKey is no text",
    b"[" * 16_000: "The JSON is too deep, or has too large a number",
    b'{"a":' * 3_000: "The JSON is too deep, or has too large a number",
    b"1" * 16_000: "The JSON is too deep, or has too large a number",
    CURLY.encode(): "Curly quotes in the JSON, column 2",
    CURLY.encode("utf-8-sig"): "Curly quotes in the JSON, column 2",
    CURLY.encode("cp1252"): "Curly quotes in the JSON, column 2",
    CURLY.replace("\u201c", "\u201e").encode("cp1252"): "Curly quotes in the JSON, column 2",
    b'{"apiKey": "id",\r\n "secretKey": \x94secret\x94}': "Curly quotes in the JSON, line 2, column 15",
    '{"apiKey": \u2018id\u2019}'.encode(): "Curly quotes in the JSON, column 12",
    '{"apiKey": \u00abid\u00bb}'.encode(): "Curly quotes in the JSON, column 12",
    '{"apiKey": "id", "secretKey": "\u00e4"}'.encode("cp1252"): "The body is not UTF-8",
    CURLY.encode("utf-16"): "The body is UTF-16; send it as UTF-8",
    CURLY.encode("utf-16-le"): "The body is UTF-16; send it as UTF-8",
    '{"apiKey": "id"}'.encode("utf-16-be"): "The body is UTF-16; send it as UTF-8",
    b"\xff": "The body is not UTF-8",
}


@pytest.mark.parametrize("body", FAULTS, ids=lambda body: f"{body[:20]!r}")
def test_what_is_wrong_with_a_body_is_said(body: bytes) -> None:
    with pytest.raises(BadBodyError) as refused:
        credentials_in(body)
    assert str(refused.value) == FAULTS[body]


@pytest.mark.parametrize(
    "body",
    [
        b'{"apiKey":"id","secretKey":"5f1"}',
        b'\xef\xbb\xbf{"secretKey":"5f1","apiKey":"id"}',
        b'\r\n{ "apiKey" :\t"id", "secretKey": "5f1" }\n',
        b'{"apiKey":"other","apiKey":"id","secretKey":"5f1"}',  # of a field that is there twice, the last one counts
        b'{"apiKey":"id","secretKey":"5f1","apikey":1,"_":[1e999,NaN,-0.0,{"apiKey":"x"}]}',
        b'{"apiKey":"\\u0069\\u0064","secretKey":"5f1"}',
    ],
)
def test_what_is_right_is_understood(body: bytes) -> None:
    found = credentials_in(body)
    assert (found.client_id, found.secret.reveal()) == ("id", "5f1")
    assert "5f1" not in repr(found)


def post(service: RunningService, body: bytes, content_type: str = "application/json") -> Answer:
    """Send a body to be signed in with."""
    return service.call("POST", LOGIN, body, content_type=content_type)


def test_malformed_bodies_are_answered_400_and_the_log_says_why(service: RunningService) -> None:
    for body, fault in FAULTS.items():
        answer = post(service, body)
        assert answer.status == 400, body
        assert answer.json == {"jwtToken": None, "message": f"{fault}."}
    told = [row.reason for row in service.wait_for_rows(len(FAULTS)) for _ in range(row.times)]
    assert sorted(told) == sorted(FAULTS.values())
    assert {row.outcome for row in service.rows} == {Outcome.REFUSED}
    assert not service.failures


def test_only_json_is_taken(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    for content_type in (
        *("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json2"),
        *("application/problem+json", "text/json", "*/*", "json", "", "application/json, text/plain"),
    ):
        answer = post(service, body, content_type)
        assert answer.status == 415, content_type
        assert answer.json["jwtToken"] is None
    assert service.call("POST", LOGIN, body).status == 415
    for content_type in ("application/json", "Application/JSON ; charset=utf-8", "application/json;charset=\u00e4"):
        assert post(service, body, content_type).status == 200, content_type


def test_what_no_database_would_take_is_a_wrong_sign_in_like_any_other(service: RunningService) -> None:
    key = service.add_key()
    wrong = service.sign_in(key.client_id, "wrong").body
    odd = ("\ud800", "A\udfff ", "\x00", f"{key.client_id}\x00", "\U0010ffff", "", " " * 9_000, key.client_id.upper())
    for text in odd:
        assert service.sign_in(text, "wrong").body == wrong
        assert service.sign_in(text, key.secret).body == wrong
        assert service.sign_in(key.client_id, text).body == wrong
    rows = service.wait_for_rows(1 + 3 * len(odd))
    assert {row.outcome for row in rows} == {Outcome.REFUSED}
    assert service.sign_in(*key).status == 200
    assert not service.failures
