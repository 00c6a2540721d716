"""What the service tells of calls: soon, in order, bounded, and without a secret."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.sign_in.running import LOGIN, PATIENCE, SESSION, RunningService
from zcc_keys_gui.domain.api_key import Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import ClientSecret, new_client_secret
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.domain.sign_in import (
    LOG_LIMIT,
    UNAUTHENTICATED_LIMIT,
    Failure,
    Outcome,
    SignIn,
    SignInQuery,
    SimulatedFailures,
)
from zcc_keys_gui.sign_in.connection import LARGEST_HEAD
from zcc_keys_gui.sign_in.reasons import traits_of
from zcc_keys_gui.sign_in.request import Request
from zcc_keys_gui.sign_in.sign_in_log import CallResult, RejectedSignIn, SignInLog
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader

NOON = 1_795_600_000.0
CURL = Request("curl", "POST", LOGIN, 200)
POSTMAN = CURL._replace(client="Postman")
SIGNED_IN = CallResult(Outcome.SIGNED_IN, is_authenticated=True)
A_SLASH_TOO_MANY = "No such path: one slash too many, as if the base URL ended in a slash"
HEAD_TOO_LARGE = "The request line and headers have more than 16 KiB"
TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"


def told_of(reader: VaultKeyReader, take_down: Callable[[SignInLog], None]) -> list[SignIn]:
    """Return all that a log tells of what is taken down."""
    rows: list[SignIn] = []
    log = SignInLog(reader, rows.extend)
    take_down(log)
    log.start()
    log.stop()
    return rows


def reasons_of(service: RunningService, number: int) -> list[str]:
    return [row.reason for row in service.wait_for_rows(number)]


def test_the_reasons_that_a_person_reads(service: RunningService) -> None:
    key = service.add_key()
    disabled = service.add_key("Nightly", status=Status.DISABLED)
    service.keys.regenerate_secret(key.client_id)
    service.sign_in(*disabled)
    service.sign_in(*key)
    service.sign_in(key.client_id, key.secret[:-3])
    service.call("POST", LOGIN, '{"apiKey": “abc”}'.encode(), content_type="application/json")
    disabled_key, replaced, cut_off, curly = reasons_of(service, 4)
    assert disabled_key == "Disabled key"
    assert replaced.startswith("Wrong secret: it is the one replaced on ")
    assert cut_off == "Checksum wrong: characters are missing, added or changed"
    assert curly == "Curly quotes in the JSON, column 12"


def test_each_outcome_with_the_key_and_the_program(service: RunningService) -> None:
    key = service.add_key()
    token = service.token(key)
    service.call("GET", "/papi/public/v1/getDevices", auth_token="none", user_agent="pyZscaler 1.6")
    service.call("POST", "/papi/public/v1/getDevices", auth_token=token, user_agent="Postman")
    signed_in, refused, forbidden = service.wait_for_rows(3)
    assert (signed_in.outcome, signed_in.name, signed_in.client_id) == (Outcome.SIGNED_IN, "ProdSync", key.client_id)
    assert (refused.outcome, refused.reason, refused.client) == (
        Outcome.CALL_REJECTED,
        "Malformed access token",
        "pyZscaler 1.6",
    )
    assert (forbidden.reason, forbidden.name, forbidden.client) == ("Read key on POST", "ProdSync", "Postman")
    assert service.store.key(key.client_id).last_sign_in == signed_in.when


def test_an_expired_token_is_told_with_its_key(service: RunningService) -> None:
    kept, deleted = service.add_key("Kept"), service.add_key("Deleted")
    service.rehearse(SimulatedFailures(Failure.EXPIRED_TOKEN, 2))
    tokens = [service.token(key) for key in (kept, deleted)]
    service.keys.delete([deleted.client_id])
    for token in tokens:
        assert service.get(SESSION, token).status == 401
    told = [(row.name, row.client_id, row.reason) for row in service.wait_for_rows(4)[2:]]
    assert told == [("Kept", kept.client_id, "Expired access token"), ("", deleted.client_id, "Expired access token")]


def test_no_secret_gets_into_the_log(service: RunningService) -> None:
    key = service.add_key(role=Role.WRITE)
    secret = key.secret
    token = service.token(key)
    service.sign_in(secret, key.client_id)  # swapped
    service.sign_in(secret, secret)
    service.sign_in(f"“{secret}”", "x")
    service.sign_in(key.client_id, f"{secret}x")
    service.sign_in(TENANTS_SECRET, TENANTS_SECRET)
    service.call("POST", LOGIN, f'{{"apiKey": {secret}}}'.encode(), content_type="application/json")
    service.call("POST", LOGIN, f'{{"apiKey": “{secret}”}}'.encode(), content_type="application/json")
    service.call("POST", LOGIN, b"{}", content_type=secret, user_agent=f"agent {secret}")
    service.call("GET", f"/papi/public/v1/{secret}", auth_token=secret)
    service.call("GET", "/papi/public/v1/x", auth_token=f"{token}x")
    service.call("GET", "/papi/public/v1/x", host="127.0.0.1", origin=f"http://{secret}")
    service.wait_for_rows(12)
    listed = service.store.sign_ins.page(SignInQuery(), 0, 100)
    kept = repr(listed) + repr(service.rows) + repr(service.failures)
    assert len(listed) >= 12
    for hidden in (secret, secret[9:], secret[9:29], TENANTS_SECRET, TENANTS_SECRET[9:], token.split(".")[2]):
        assert hidden not in kept
    assert "agent zcclocal_…" in kept
    assert "/papi/public/v1/zcclocal_…" in kept
    assert "b0f6c2aa…" in kept


def test_no_disguised_secret_gets_into_the_log(service: RunningService) -> None:
    secret = service.add_key().secret
    encoded = "".join(f"%{ord(each):02X}" for each in secret)
    bare, upper = secret[9:], secret.upper()
    padding = "x" * 39 + " " + "y" * 39 + " "  # so that the secret would be cut
    for sent in (bare, upper, encoded, f"secretKey={TENANTS_SECRET}", f"{padding}{padding[:30]}{bare}"):
        service.call("GET", f"/papi/{sent.replace(' ', '-')}?secretKey={sent.replace(' ', '-')}", user_agent=sent)
        service.call("GET", "/papi/", origin=sent, host="127.0.0.1")
        service.raw(f"GET / HTTP/1.1\r\nHost: {sent}\r\nConnection: close\r\n\r\n".encode())
        service.raw(f"GET x{sent.replace(' ', '-')} HTTP/1.1\r\nUser-Agent: {sent}\r\n\r\n".encode())
        service.call("POST", LOGIN, b"{}", content_type="application/json", content_encoding=sent)
        service.sign_in(sent, sent)
    rows = service.wait_for_rows(30)
    kept = repr(rows).lower()
    for hidden in (bare.lower(), bare[:12].lower(), bare[30:].lower(), encoded.lower(), TENANTS_SECRET):
        assert hidden not in kept


def test_a_user_agent_is_read_as_utf_8(service: RunningService) -> None:
    for sent in ("Ünïcode 🔑".encode(), "Ünïcode".encode("latin-1")):
        service.raw(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: %b\r\nConnection: close\r\n\r\n" % sent)
    assert [row.client for row in service.wait_for_rows(2)] == ["Ünïcode 🔑", "Ünïcode"]


def test_each_answered_call_is_in_the_log(service: RunningService) -> None:
    key = service.add_key(role=Role.WRITE)
    token = service.token(key)
    calls = [
        ("GET", "/", "", 404, "No such path"),
        ("GET", "/papi/auth/v1/login", "", 405, "GET instead of POST"),
        ("POST", "//papi/auth/v1/login", "", 404, A_SLASH_TOO_MANY),
        ("POST", "/papi/auth/v1/login/", "", 404, "No such path: it ends in a slash"),
        ("GET", "/local/v1/session/", "", 404, "No such path: it ends in a slash"),
        ("POST", "/papi/auth//v1/login", "", 404, "No such path: two slashes in a row"),
        ("POST", "/zcc//papi/auth/v1/login", "", 404, A_SLASH_TOO_MANY),
        ("GET", "//papi/public/v1/getDevices", "", 404, A_SLASH_TOO_MANY),
        ("DELETE", "/local/v1/session", "", 405, "DELETE instead of GET"),
        ("GET", "/papi/public/v1/getDevices", "", 401, "No auth-token header"),
        ("GET", "/papi/public/v1/getDevices", token, 404, "No such path"),
        ("GET", "/local/v1/session", token, 200, ""),
        ("PUT", "/local/v1/session?x=1", token, 405, "PUT instead of GET"),
    ]
    for method, target, sent_token, status, _ in calls:
        assert service.call(method, target, user_agent="Tester", auth_token=sent_token).status == status
    signed_in, *rows = service.wait_for_rows(1 + len(calls))
    assert (signed_in.method, signed_in.path, signed_in.status) == ("POST", LOGIN, 200)
    told = [(row.method, row.path, row.status, row.reason) for row in rows]
    assert told == [(method, target.partition("?")[0], status, reason) for method, target, _, status, reason in calls]
    assert {row.client for row in rows} == {"Tester"}
    assert [row.name for row in rows if row.is_authenticated] == ["ProdSync", "ProdSync"]
    assert [row.outcome for row in rows if row.is_authenticated] == [Outcome.CALL_REJECTED, Outcome.CALL_ACCEPTED]


def test_requests_that_never_reach_the_application_are_in_the_log(service: RunningService) -> None:
    agent = b"User-Agent: Tester\r\n"
    too_long = b"X: " + b"x" * LARGEST_HEAD
    sent = [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ("", "", "", 400, "A TLS handshake: use http, not https")),
        (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            ("PRI", "*", "", 400, "HTTP/2; the sign-in service speaks HTTP/1.1 only"),
        ),
        (b"HELO there\r\n\r\n", ("", "", "", 400, "Malformed HTTP request")),
        (
            b"GET /a?b HTTP/1.1\r\n" + agent + b"Host: 127.0.0.1\r\na b: c\r\n\r\n",
            ("GET", "/a", "Tester", 400, "Malformed HTTP request"),
        ),
        (
            b"POST /a HTTP/1.1\r\n" + agent + b"Host: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
            ("POST", "/a", "Tester", 400, "Malformed HTTP request"),
        ),
        (
            b"GET http://me:pass@x/a HTTP/1.1\r\n" + agent + b"\r\n",
            ("GET", "http://…@x/a", "Tester", 400, "The target is not a path"),
        ),
        (b"GET /a HTTP/1.1\r\n" + agent + too_long, ("GET", "/a", "Tester", 431, HEAD_TOO_LARGE)),
    ]
    for request, (*_, status, _) in sent:
        assert service.raw(request).startswith(b"HTTP/1.1 %d " % status), request
    rows = service.wait_for_rows(len(sent))
    told = [(row.method, row.path, row.client, row.status, row.reason) for row in rows]
    assert told == [expected for _, expected in sent]
    assert {row.outcome for row in rows} == {Outcome.CALL_REJECTED}
    assert not any(row.is_authenticated for row in rows)
    assert not service.failures


def test_a_flood_of_strangers_leaves_the_owners_rows(own_service: RunningService) -> None:
    key = own_service.add_key()
    token = own_service.token(key)
    assert own_service.call("GET", "/papi/public/v1/x", auth_token=token).status == 404
    with closing(HTTPConnection("127.0.0.1", own_service.port, timeout=PATIENCE)) as connection:
        for number in range(UNAUTHENTICATED_LIMIT + 500):
            connection.request("GET", f"/{number}")
            connection.getresponse().read()
    last = f"/{UNAUTHENTICATED_LIMIT + 499}"
    own_service.wait(lambda: any(row.path == last for row in own_service.rows))
    kept = own_service.store.sign_ins.page(SignInQuery(), 0, LOG_LIMIT)
    assert [row.path for row in kept if row.is_authenticated] == ["/papi/public/v1/x", LOGIN]
    others = [row.path for row in kept if not row.is_authenticated]
    assert len(others) == UNAUTHENTICATED_LIMIT
    assert others[0] == last


def test_half_a_character_in_the_api_key_does_not_end_the_log(service: RunningService) -> None:
    body = json.dumps({"apiKey": " \ud800A", "secretKey": "\udfff"}).encode()
    assert service.call("POST", LOGIN, body, content_type="application/json").status == 401
    assert service.sign_in(new_client_id(), "x").status == 401
    assert reasons_of(service, 2) == ["The apiKey is not a client ID", "Unknown client ID"]


def test_of_equal_calls_twenty_are_rows_and_the_last_stands_for_the_rest(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        for number in range(1_000):
            log.note(NOON + number, CURL, SIGNED_IN)
        log.note(NOON, POSTMAN, SIGNED_IN)

    rows = told_of(reader, take_down)
    assert [row.times for row in rows] == [1] * 19 + [981, 1]
    assert rows[19].when.timestamp() == NOON + 999
    assert rows[20].client == "Postman"


def test_guesses_that_are_refused_for_one_reason_are_equal_calls(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        for _ in range(100):
            log.note(NOON, CURL, RejectedSignIn(TENANTS_SECRET, traits_of(new_client_secret()), None))

    rows = told_of(reader, take_down)
    assert [row.times for row in rows] == [1] * 19 + [81]
    assert {row.reason for row in rows} == {"Unknown client ID"}


def test_no_more_waits_to_be_told_than_is_kept_of_each_kind(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        for number in range(LOG_LIMIT + 10):
            log.note(NOON, CURL._replace(client=str(number)), SIGNED_IN)
            log.note(NOON, CURL._replace(client=str(number)), CallResult(Outcome.CALL_REJECTED))

    rows = told_of(reader, take_down)
    authenticated = [row.client for row in rows if row.is_authenticated]
    others = [row.client for row in rows if not row.is_authenticated]
    assert authenticated == [str(number) for number in range(10, LOG_LIMIT + 10)]
    assert others == authenticated[-UNAUTHENTICATED_LIMIT:]
    assert [row.is_authenticated for row in rows[-4:]] == [True, False, True, False]


def test_rejected_sign_ins_never_displace_authenticated_calls(reader: VaultKeyReader) -> None:
    def take_down(log: SignInLog) -> None:
        log.note(NOON, CURL, SIGNED_IN)
        for number in range(LOG_LIMIT + 10):
            wrong = RejectedSignIn(TENANTS_SECRET, traits_of(ClientSecret("x")), None)
            log.note(NOON, CURL._replace(client=str(number)), wrong)

    first, *others = told_of(reader, take_down)
    assert first.outcome is Outcome.SIGNED_IN
    assert len(others) == UNAUTHENTICATED_LIMIT


def test_a_vault_that_cannot_be_read_is_the_reason_then(
    reader: VaultKeyReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    monkeypatch.setattr(reader, "deleted", fail)
    sent = RejectedSignIn(new_client_id(), traits_of(ClientSecret("x")), None)
    (row,) = told_of(reader, lambda log: log.note(NOON, CURL, sent))
    assert (row.outcome, row.reason, row.client_id) == (Outcome.SIGN_IN_REJECTED, "The vault could not be read", "")


def test_it_is_told_while_the_service_runs(reader: VaultKeyReader) -> None:
    told = threading.Event()
    rows: list[SignIn] = []

    def tell(new: Sequence[SignIn]) -> None:
        rows.extend(new)
        told.set()

    log = SignInLog(reader, tell)
    log.start()
    try:
        log.note(NOON, CURL, SIGNED_IN)
        assert told.wait(30)
    finally:
        log.stop()
    assert [row.client for row in rows] == ["curl"]
