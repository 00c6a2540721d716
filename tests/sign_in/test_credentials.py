"""The bodies of calls to sign in, and the reasons why bad ones are rejected."""

import gzip
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sign_in.helpers.service_process import LOGIN, Answer, RunningService
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.credentials import BadBodyError, parse_credentials

CURLY_ONES = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"
CURLY = "{\u201capiKey\u201d: \u201cid\u201d, \u201csecretKey\u201d: \u201csecret\u201d}"
UTF_16, UTF_32 = "The body is UTF-16. Send it as UTF-8.", "The body is UTF-32. Send it as UTF-8."
TOO_MANY_BRACKETS = "The JSON has more than 100 opening brackets."
NO_OBJECT = "The JSON is not an object with apiKey and secretKey."
FAULTS: dict[bytes, str] = {
    b"": "The body is empty.",
    b" \r\n": "The body contains only blanks.",
    b"{": "The JSON is malformed at line 1, column 2.",
    b"X": "The JSON is malformed at line 1, column 1.",
    b"\n{": "The JSON is malformed at line 2, column 2.",
    b"apiKey=id&secretKey=secret": "The JSON is malformed at line 1, column 1.",
    b'{"apiKey": "a\x01b"}': "The JSON is malformed at line 1, column 14.",
    b'{"apiKey": "id"} {}': "The JSON is malformed at line 1, column 18.",
    b'{\n  "apiKey": id\n}': "The JSON is malformed at line 2, column 13.",
    b'{"apiKey": "id" "secretKey": "x"}': "The JSON is malformed at line 1, column 17.",
    b"{'apiKey': 'id'}": "The JSON has single quotes at line 1, column 2.",
    b'{"apiKey": "id",}': "The JSON has a trailing comma at line 1, column 16.",
    b'{"apiKey": "id"\r\n, \r\n}': "The JSON has a trailing comma at line 2, column 1.",
    b"{,}": "The JSON is malformed at line 1, column 2.",
    b'{"_": [1, 2 , ]}': "The JSON has a trailing comma at line 1, column 13.",
    b'{"_": [1,,2]}': "The JSON is malformed at line 1, column 10.",
    '{"apiKey": "\u201cid\u201d",}'.encode(): "The JSON has a trailing comma at line 1, column 18.",
    b"null": NO_OBJECT,
    b'["apiKey", "secretKey"]': NO_OBJECT,
    b"1" * 16_000: NO_OBJECT,
    b"{}": "The field apiKey is missing.",
    b'{"APIKEY": "id", "secretKey": "secret"}': "The field apiKey is missing.",
    b'{"apiKey": "id"}': "The field secretKey is missing.",
    b'{"apiKey": 1, "secretKey": "secret"}': "The field apiKey is not a string.",
    b'{"apiKey": "id", "secretKey": null}': "The field secretKey is not a string.",
    b'{"apiKey": ["id"], "secretKey": "secret"}': "The field apiKey is not a string.",
    b"[" * 16_000: TOO_MANY_BRACKETS,
    b'{"a":' * 101: TOO_MANY_BRACKETS,
    b"[" * 100: "The JSON is malformed at line 1, column 101.",
    CURLY.encode(): "The JSON has curly quotes at line 1, column 2.",
    CURLY.encode("utf-8-sig"): "The JSON has curly quotes at line 1, column 2.",
    CURLY.encode("cp1252"): "The JSON has curly quotes at line 1, column 2.",
    CURLY.replace("\u201c", "\u201e").encode("cp1252"): "The JSON has curly quotes at line 1, column 2.",
    b'{"apiKey": "id",\r\n "secretKey": \x94secret\x94}': "The JSON has curly quotes at line 2, column 15.",
    '{"apiKey": \u2018id\u2019}'.encode(): "The JSON has curly quotes at line 1, column 12.",
    '{"apiKey": \u00abid\u00bb}'.encode(): "The JSON has curly quotes at line 1, column 12.",
    '{"apiKey": "id\u201d, "secretKey": "x"}'.encode(): "The JSON has curly quotes at line 1, column 15.",
    "{\u201capiKey\u201d: \u2026".encode(): "The JSON has curly quotes at line 1, column 2.",
    '{"apiKey": "\u201cid\u201d", "secretKey": x}'.encode(): "The JSON is malformed at line 1, column 33.",
    '{"apiKey": "id", "secretKey": "\u00e4"}'.encode("cp1252"): "The body is not UTF-8 at line 1, column 32.",
    '{"apiKey": "\u201cid\u201d", "secretKey": "\u00e4"}'.encode(
        "cp1252"
    ): "The body is not UTF-8 at line 1, column 13.",
    b'{"apiKey": "id",\n"secretKey": "a\x94b"}': "The body is not UTF-8 at line 2, column 16.",
    CURLY.encode("utf-16"): UTF_16,
    CURLY.encode("utf-16-le"): UTF_16,
    '{"apiKey": "id"}'.encode("utf-16-be"): UTF_16,
    CURLY.encode("utf-32"): UTF_32,
    CURLY.encode("utf-32-le"): UTF_32,
    CURLY.encode("utf-32-be"): UTF_32,
    "X{".encode("utf-16"): "The body is not UTF-8 at line 1, column 1.",
    b"\xff": "The body is not UTF-8 at line 1, column 1.",
    # Code page 1252 does not have this character either.
    b'{"apiKey": "\x81"}': "The body is not UTF-8 at line 1, column 13.",
    b"\0\0": "The JSON is malformed at line 1, column 1.",
    gzip.compress(CURLY.encode(), mtime=0): "The body is compressed with gzip. Send it uncompressed.",
}


@pytest.mark.parametrize("body", FAULTS, ids=lambda body: f"{body[:20]!r}")
def test_the_reason_names_what_is_wrong_with_a_body(body: bytes) -> None:
    with pytest.raises(BadBodyError) as rejected:
        parse_credentials(body)
    assert str(rejected.value) == FAULTS[body]


@given(
    st.binary(max_size=40)
    | st.text("{}[],:\"'\u201c\u201da1 \n\\\0", max_size=16).map(str.encode)
    | st.sampled_from(list(FAULTS)).flatmap(lambda body: st.integers(0, len(body)).map(lambda end: body[:end]))
)
def test_a_cause_is_named_only_if_it_is_certain(body: bytes) -> None:
    try:
        parse_credentials(body)
    except BadBodyError as error:
        reason = str(error)
    else:
        return
    quotes, commas = "curly quotes" in reason, "trailing comma" in reason
    if quotes:
        straight = body.replace(b"\x94", b'"').replace(b"\x93", b'"').replace(b"\x84", b'"')
        assert any(each in body.decode(errors="ignore") for each in CURLY_ONES) or json.loads(straight)
    if (quotes or commas or "single quotes" in reason) and body.isascii():
        place = re.search(r"line (\d+), column (\d+)", reason)
        assert place is not None
        character = body.decode().split("\n")[int(place[1]) - 1][int(place[2]) - 1]
        assert character == ("," if commas else "'")
        assert not quotes


@pytest.mark.parametrize(
    "body",
    [
        b'{"apiKey":"id","secretKey":"5f1"}',
        b'{"apiKey":"id","secretKey":"5f1","_":%b}' % (b"1" * 10_000),
        b'\xef\xbb\xbf{"secretKey":"5f1","apiKey":"id"}',
        b'\r\n{ "apiKey" :\t"id", "secretKey": "5f1" }\n',
        b'{"apiKey":"other","apiKey":"id","secretKey":"5f1"}',  # the last one of two equal fields counts
        b'{"apiKey":"id","secretKey":"5f1","apikey":1,"_":[1e999,NaN,-0.0,{"apiKey":"x"}]}',
        b'{"apiKey":"\\u0069\\u0064","secretKey":"5f1"}',
    ],
)
def test_correct_bodies_have_credentials(body: bytes) -> None:
    found = parse_credentials(body)
    assert (found.client_id, found.secret.reveal()) == ("id", "5f1")
    assert "5f1" not in repr(found)


def post(service: RunningService, body: bytes, content_type: str = "application/json") -> Answer:
    """Send the body of a call to sign in."""
    return service.call("POST", LOGIN, body, content_type=content_type)


def test_malformed_bodies_get_400_and_the_log_says_why(service: RunningService) -> None:
    for body, fault in FAULTS.items():
        answer = post(service, body)
        assert answer.status == 400, body
        assert answer.json == {"jwtToken": None, "message": fault}
    reasons = [row.reason for row in service.wait_for_rows(len(FAULTS)) for _ in range(row.times)]
    assert sorted(reasons) == sorted(FAULTS.values())
    assert {row.outcome for row in service.rows} == {Outcome.SIGN_IN_REJECTED}
    assert {(row.method, row.path, row.status) for row in service.rows} == {("POST", LOGIN, 400)}
    assert not service.failures


def test_a_compressed_body_is_answered_415(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    for encoding in ("gzip", "br", "deflate", "gzip, identity", "x"):
        answer = service.call(
            "POST", LOGIN, gzip.compress(body), content_type="application/json", content_encoding=encoding
        )
        assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")
        assert answer.json["jwtToken"] is None
    for encoding in ("identity", "Identity ", ""):
        answer = service.call("POST", LOGIN, body, content_type="application/json", content_encoding=encoding)
        assert answer.status == 200, encoding
    first = service.wait_for_rows(8)[0]
    assert first.reason == "The Content-Encoding is “gzip”, but only uncompressed bodies are accepted."


def test_only_json_is_accepted(service: RunningService) -> None:
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


def test_impossible_texts_are_ordinary_wrong_sign_ins(service: RunningService) -> None:
    key = service.add_key()
    wrong = service.sign_in(key.client_id, "wrong").body
    odd = ("\ud800", "A\udfff ", "\x00", f"{key.client_id}\x00", "\U0010ffff", "", " " * 9_000, key.client_id.upper())
    for text in odd:
        assert service.sign_in(text, "wrong").body == wrong
        assert service.sign_in(text, key.secret).body == wrong
        assert service.sign_in(key.client_id, text).body == wrong
    rows = service.wait_for_rows(1 + 3 * len(odd))
    assert {row.outcome for row in rows} == {Outcome.SIGN_IN_REJECTED}
    assert service.sign_in(*key).status == 200
    assert not service.failures


def test_a_body_that_is_too_large_is_in_the_log(service: RunningService) -> None:
    assert post(service, b" " * 100_000).status == 413
    (row,) = service.wait_for_rows(1)
    assert (row.method, row.path, row.status, row.reason) == ("POST", LOGIN, 413, "The body is too large.")
    assert row.outcome is Outcome.SIGN_IN_REJECTED
