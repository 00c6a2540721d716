"""The rows that the service sends: soon, in order, limited, and without a secret."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.sign_in.helpers.service_process import LOGIN, SESSION, TIMEOUT_SECONDS, RunningService
from zcc_keys_gui.domain.api_key import Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import ClientSecret, new_client_secret
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.domain.sign_in import (
    MAX_LOG_ROWS,
    MAX_UNAUTHENTICATED_ROWS,
    Failure,
    Outcome,
    SignIn,
    SignInQuery,
    SimulatedFailures,
)
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.http.connection import MAX_HEAD_BYTES
from zcc_keys_gui.sign_in.log_entry import CallResult, LoggedRequest, RejectedSignIn, examine_secret
from zcc_keys_gui.sign_in.sign_in_log import SignInLog
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader

NOON = 1_795_600_000.0
CURL = LoggedRequest("curl", "POST", LOGIN, 200)
POSTMAN = CURL._replace(client="Postman")
SIGNED_IN = CallResult(Outcome.SIGNED_IN, is_authenticated=True)
HEAD_TOO_LARGE = "The request line and headers are larger than 16 KiB."
TENANTS_SECRET = "b0f6c2aa-1111-4222-8333-944445555666"


def rows_of(reader: VaultKeyReader, record_calls: Callable[[SignInLog], None]) -> list[SignIn]:
    """Return all rows that a log sends about the recorded calls."""
    rows: list[SignIn] = []
    log = SignInLog(reader, rows.extend)
    record_calls(log)
    log.start()
    log.stop()
    return rows


def reasons_of(service: RunningService, number: int) -> list[str]:
    return [row.reason for row in service.wait_for_rows(number)]


def test_rejected_sign_ins_have_their_reasons(service: RunningService) -> None:
    key = service.add_key()
    disabled = service.add_key("Nightly", status=Status.DISABLED)
    service.keys.regenerate_secret(key.client_id)
    service.sign_in(*disabled)
    service.sign_in(*key)
    service.sign_in(key.client_id, key.secret[:-3])
    service.call("POST", LOGIN, '{"apiKey": “abc”}'.encode(), content_type="application/json")
    disabled_key, replaced, truncated, curly = reasons_of(service, 4)
    assert disabled_key == "The key is disabled."
    assert replaced.startswith("The secret is wrong: it was replaced on ")
    assert truncated == "The secret's checksum is wrong: characters are missing, added, or changed."
    assert curly == "The JSON has curly quotes at line 1, column 12."


def test_each_outcome_has_the_key_and_the_client_program(service: RunningService) -> None:
    key = service.add_key()
    token = service.token(key)
    service.call("GET", "/papi/public/v1/getDevices", auth_token="none", user_agent="pyZscaler 1.6")
    service.call("POST", "/papi/public/v1/getDevices", auth_token=token, user_agent="Postman")
    signed_in, rejected, forbidden = service.wait_for_rows(3)
    assert (signed_in.outcome, signed_in.name, signed_in.client_id) == (Outcome.SIGNED_IN, "ProdSync", key.client_id)
    assert (rejected.outcome, rejected.reason, rejected.client) == (
        Outcome.CALL_REJECTED,
        text.MALFORMED_TOKEN,
        "pyZscaler 1.6",
    )
    assert forbidden.reason == "The key's role is Read, but the method is POST."
    assert (forbidden.name, forbidden.client) == ("ProdSync", "Postman")
    assert service.store.key(key.client_id).last_sign_in == signed_in.when


def test_the_row_of_an_expired_token_has_its_key(service: RunningService) -> None:
    kept, deleted = service.add_key("Kept"), service.add_key("Deleted")
    service.simulate(SimulatedFailures(Failure.EXPIRED_TOKEN, 2))
    tokens = [service.token(key) for key in (kept, deleted)]
    service.keys.delete([deleted.client_id])
    for token in tokens:
        assert service.get(SESSION, token).status == 401
    rows = [(row.name, row.client_id, row.reason) for row in service.wait_for_rows(4)[2:]]
    assert rows == [("Kept", kept.client_id, text.EXPIRED_TOKEN), ("", deleted.client_id, text.EXPIRED_TOKEN)]


def test_a_user_agent_is_read_as_utf_8(service: RunningService) -> None:
    for sent in ("Ünïcode 🔑".encode(), "Ünïcode".encode("latin-1")):
        service.raw(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: %b\r\nConnection: close\r\n\r\n" % sent)
    assert [row.client for row in service.wait_for_rows(2)] == ["Ünïcode 🔑", "Ünïcode"]


def test_each_answered_call_is_in_the_log(service: RunningService) -> None:
    key = service.add_key(role=Role.WRITE)
    token = service.token(key)
    calls = [
        ("GET", "/", "", 404, text.UNKNOWN_PATH),
        ("GET", "/papi/auth/v1/login", "", 405, "The method is GET instead of POST."),
        ("POST", "//papi/auth/v1/login", "", 404, text.EXTRA_SLASH),
        ("POST", "/papi/auth/v1/login/", "", 404, text.PATH_ENDS_IN_SLASH),
        ("GET", "/local/v1/session/", "", 404, text.PATH_ENDS_IN_SLASH),
        ("POST", "/papi/auth//v1/login", "", 404, text.TWO_SLASHES),
        ("POST", "/zcc//papi/auth/v1/login", "", 404, text.EXTRA_SLASH),
        ("GET", "//papi/public/v1/getDevices", "", 404, text.EXTRA_SLASH),
        ("DELETE", "/local/v1/session", "", 405, "The method is DELETE instead of GET."),
        ("GET", "/papi/public/v1/getDevices", "", 401, text.NO_TOKEN),
        ("GET", "/papi/public/v1/getDevices", token, 404, text.UNKNOWN_PATH),
        ("GET", "/local/v1/session", token, 200, ""),
        ("PUT", "/local/v1/session?x=1", token, 405, "The method is PUT instead of GET."),
    ]
    for method, target, sent_token, status, _ in calls:
        assert service.call(method, target, user_agent="Tester", auth_token=sent_token).status == status
    signed_in, *rows = service.wait_for_rows(1 + len(calls))
    assert (signed_in.method, signed_in.path, signed_in.status) == ("POST", LOGIN, 200)
    found = [(row.method, row.path, row.status, row.reason) for row in rows]
    assert found == [(method, target.partition("?")[0], status, reason) for method, target, _, status, reason in calls]
    assert {row.client for row in rows} == {"Tester"}
    assert [row.name for row in rows if row.is_authenticated] == ["ProdSync", "ProdSync"]
    assert [row.outcome for row in rows if row.is_authenticated] == [Outcome.CALL_REJECTED, Outcome.CALL_ACCEPTED]


def test_requests_that_are_not_http_are_in_the_log(service: RunningService) -> None:
    agent = b"User-Agent: Tester\r\n"
    too_long = b"X: " + b"x" * MAX_HEAD_BYTES
    sent = [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ("", "", "", 400, text.TLS)),
        (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            ("PRI", "*", "", 400, text.HTTP_2),
        ),
        (b"HELO there\r\n\r\n", ("", "", "", 400, text.MALFORMED_REQUEST)),
        (
            b"GET /a?b HTTP/1.1\r\n" + agent + b"Host: 127.0.0.1\r\na b: c\r\n\r\n",
            ("GET", "/a", "Tester", 400, text.MALFORMED_REQUEST),
        ),
        (
            b"POST /a HTTP/1.1\r\n" + agent + b"Host: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
            ("POST", "/a", "Tester", 400, text.MALFORMED_REQUEST),
        ),
        (
            b"GET http://me:pass@x/a HTTP/1.1\r\n" + agent + b"\r\n",
            ("GET", "http://…@x/a", "Tester", 400, text.TARGET_NOT_A_PATH),
        ),
        (b"GET /a HTTP/1.1\r\n" + agent + too_long, ("GET", "/a", "Tester", 431, HEAD_TOO_LARGE)),
    ]
    for request, (*_, status, _) in sent:
        assert service.raw(request).startswith(b"HTTP/1.1 %d " % status), request
    rows = service.wait_for_rows(len(sent))
    found = [(row.method, row.path, row.client, row.status, row.reason) for row in rows]
    assert found == [expected for _, expected in sent]
    assert {row.outcome for row in rows} == {Outcome.CALL_REJECTED}
    assert not any(row.is_authenticated for row in rows)
    assert not service.failures


def test_unauthenticated_calls_displace_no_authenticated_ones(own_service: RunningService) -> None:
    key = own_service.add_key()
    token = own_service.token(key)
    assert own_service.call("GET", "/papi/public/v1/x", auth_token=token).status == 404
    with closing(HTTPConnection("127.0.0.1", own_service.port, timeout=TIMEOUT_SECONDS)) as connection:
        for number in range(MAX_UNAUTHENTICATED_ROWS + 500):
            connection.request("GET", f"/{number}")
            connection.getresponse().read()
    last = f"/{MAX_UNAUTHENTICATED_ROWS + 499}"
    own_service.wait(lambda: any(row.path == last for row in own_service.rows))
    kept = own_service.store.sign_ins.page(SignInQuery(), 0, MAX_LOG_ROWS)
    assert [row.path for row in kept if row.is_authenticated] == ["/papi/public/v1/x", LOGIN]
    others = [row.path for row in kept if not row.is_authenticated]
    assert len(others) == MAX_UNAUTHENTICATED_ROWS
    assert others[0] == last


def test_a_lone_surrogate_does_not_end_the_log(service: RunningService) -> None:
    body = json.dumps({"apiKey": " \ud800A", "secretKey": "\udfff"}).encode()
    assert service.call("POST", LOGIN, body, content_type="application/json").status == 401
    assert service.sign_in(new_client_id(), "x").status == 401
    assert reasons_of(service, 2) == [text.NOT_A_CLIENT_ID, text.UNKNOWN_CLIENT_ID]


def test_the_last_of_20_equal_rows_stands_for_the_rest(reader: VaultKeyReader) -> None:
    def record_calls(log: SignInLog) -> None:
        for number in range(1_000):
            log.record(NOON + number, CURL, SIGNED_IN)
        log.record(NOON, POSTMAN, SIGNED_IN)

    rows = rows_of(reader, record_calls)
    assert [row.times for row in rows] == [1] * 19 + [981, 1]
    assert rows[19].when.timestamp() == NOON + 999
    assert rows[20].client == "Postman"


def test_guesses_with_the_same_reason_are_equal_calls(reader: VaultKeyReader) -> None:
    def record_calls(log: SignInLog) -> None:
        for _ in range(100):
            log.record(NOON, CURL, RejectedSignIn(TENANTS_SECRET, examine_secret(new_client_secret()), None))

    rows = rows_of(reader, record_calls)
    assert [row.times for row in rows] == [1] * 19 + [81]
    assert {row.reason for row in rows} == {text.UNKNOWN_CLIENT_ID}


def test_waiting_rows_are_limited_like_the_log(reader: VaultKeyReader) -> None:
    def record_calls(log: SignInLog) -> None:
        for number in range(MAX_LOG_ROWS + 10):
            log.record(NOON, CURL._replace(client=str(number)), SIGNED_IN)
            log.record(NOON, CURL._replace(client=str(number)), CallResult(Outcome.CALL_REJECTED))

    rows = rows_of(reader, record_calls)
    authenticated = [row.client for row in rows if row.is_authenticated]
    others = [row.client for row in rows if not row.is_authenticated]
    assert authenticated == [str(number) for number in range(10, MAX_LOG_ROWS + 10)]
    assert others == authenticated[-MAX_UNAUTHENTICATED_ROWS:]
    assert [row.is_authenticated for row in rows[-4:]] == [True, False, True, False]


def test_rejected_sign_ins_never_displace_authenticated_calls(reader: VaultKeyReader) -> None:
    def record_calls(log: SignInLog) -> None:
        log.record(NOON, CURL, SIGNED_IN)
        for number in range(MAX_LOG_ROWS + 10):
            wrong = RejectedSignIn(TENANTS_SECRET, examine_secret(ClientSecret("x")), None)
            log.record(NOON, CURL._replace(client=str(number)), wrong)

    first, *others = rows_of(reader, record_calls)
    assert first.outcome is Outcome.SIGNED_IN
    assert len(others) == MAX_UNAUTHENTICATED_ROWS


def test_an_unreadable_vault_is_the_reason(reader: VaultKeyReader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    monkeypatch.setattr(reader, "find_deleted_key", fail)
    sent = RejectedSignIn(new_client_id(), examine_secret(ClientSecret("x")), None)
    (row,) = rows_of(reader, lambda log: log.record(NOON, CURL, sent))
    assert (row.outcome, row.reason, row.client_id) == (Outcome.SIGN_IN_REJECTED, text.VAULT_NOT_READABLE, "")


def test_rows_are_sent_while_the_service_runs(reader: VaultKeyReader) -> None:
    was_sent = threading.Event()
    rows: list[SignIn] = []

    def send(new: Sequence[SignIn]) -> None:
        rows.extend(new)
        was_sent.set()

    log = SignInLog(reader, send)
    log.start()
    try:
        log.record(NOON, CURL, SIGNED_IN)
        assert was_sent.wait(30)
    finally:
        log.stop()
    assert [row.client for row in rows] == ["curl"]
