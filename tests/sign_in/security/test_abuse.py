"""Hostile calls: the service keeps running, reveals no secret, and does not lock the user out of the vault."""

import json
import time
from collections import Counter
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.sign_in.helpers.service_process import (
    COMPANY_INFO,
    LOGIN,
    SESSION,
    TIMEOUT_SECONDS,
    Credentials,
    RunningService,
    running_service,
)
from zcc_keys_gui.domain.api_key import Role, new_client_id
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.sign_in import MAX_UNAUTHENTICATED_ROWS, Outcome, SignInQuery
from zcc_keys_gui.service.unlocking import Unlocking
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

CALLS = rounds(600, 10_000)
WRONG = rounds(1_000, 10_000)
PATHS = (LOGIN, "/zcc" + LOGIN, COMPANY_INFO, "/zcc" + COMPANY_INFO, "/papi/public/v1/", SESSION, "/papi/")


class Request(NamedTuple):
    """A call."""

    method: str
    target: bytes
    headers: list[tuple[str, bytes]]
    body: bytes


def texts(key: Credentials, token: str) -> st.SearchStrategy[str]:
    """Return strange texts, and texts that the service knows."""
    return st.text(max_size=40) | st.sampled_from(
        [key.client_id, key.secret, token, "\ud800", "\x00", "'", '"', "%s", "{}"]
    )


def bodies(key: Credentials, token: str) -> st.SearchStrategy[bytes]:
    """Return bodies of calls to sign in that are correct or have strange fields, in different encodings."""
    text = texts(key, token)
    truncated = st.integers(0, 80).map(lambda length: key.secret[:length])
    known = st.sampled_from([key.client_id, key.client_id.upper(), key.secret, f" {key.secret}\n", new_client_id()])
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | text | truncated | known,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=8,
    )
    correct = st.just({"apiKey": key.client_id, "secretKey": key.secret})
    fields = st.fixed_dictionaries({"apiKey": known | value, "secretKey": known | truncated | value})
    encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "utf-32"])
    return st.builds(
        lambda content, ascii_only, encoding: json.dumps(content, ensure_ascii=ascii_only).encode(encoding, "replace"),
        correct | fields | value,
        st.booleans(),
        st.just("utf-8") | encodings,
    )


def targets() -> st.SearchStrategy[bytes]:
    """Return known and random paths, with and without a query."""
    paths = st.sampled_from(PATHS).map(str.encode) | st.binary(max_size=30).map(lambda rest: b"/papi/public/v1/" + rest)
    queries = st.just(b"") | st.binary(max_size=20).map(lambda query: b"?" + query)
    allowed = st.builds(lambda path, query: path + query, paths, queries)
    return allowed.map(lambda target: target.translate(None, bytes(range(33)) + b"\x7f") or b"/")


def headers(key: Credentials, token: str) -> st.SearchStrategy[list[tuple[str, bytes]]]:
    """Return no headers, an access token, or strange headers."""
    tokens = st.sampled_from([token, token[:-1], token.replace(".", ""), token + token, key.secret, "", ".."]).map(
        str.encode
    )
    strange = st.binary(max_size=60).map(lambda value: value.translate(None, b"\r\n\0"))
    names = st.sampled_from(["Origin", "Host", "Cookie", "X", "Referer", "Authorization", "Upgrade"])
    header = st.one_of(
        st.tuples(st.just("auth-token"), tokens | strange),
        st.tuples(st.just("User-Agent"), strange | st.just(key.secret.encode())),
        st.tuples(names, strange | tokens),
        st.tuples(st.just("Content-Type"), strange | st.just(b"text/plain")),
    )
    return st.just([]) | st.just([("auth-token", token.encode())]) | st.lists(header, max_size=3)


def requests(key: Credentials, token: str) -> st.SearchStrategy[Request]:
    """Return correct calls, strange calls, and correct calls with one strange part."""
    strange = st.builds(
        Request,
        st.sampled_from(["POST", "POST", "GET", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"]),
        targets(),
        headers(key, token),
        bodies(key, token) | st.binary(max_size=200),
    )
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    correct = st.sampled_from(
        [
            Request("POST", LOGIN.encode(), [], body),
            Request("GET", COMPANY_INFO.encode(), [("auth-token", token.encode())], b""),
            Request("GET", SESSION.encode(), [("auth-token", token.encode())], b""),
        ]
    )
    changed = st.builds(
        lambda request, other, field: request._replace(**{field: getattr(other, field)}),
        correct,
        strange,
        st.sampled_from(Request._fields),
    )
    return correct | changed | strange


class Sender:
    """A sender of calls over one connection while it stays open."""

    def __init__(self, port: int) -> None:
        """Send to the service on a port."""
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def status(self, request: Request) -> int:
        """Send a call, and return the status of the answer."""
        self._connection.putrequest(request.method, "/", skip_host=True, skip_accept_encoding=True)
        self._connection._buffer[0] = b"%b %b HTTP/1.1" % (request.method.encode(), request.target)  # type: ignore[attr-defined]
        names = {name.lower() for name, _ in request.headers}
        for name, value in (("Host", b"127.0.0.1"), ("Content-Type", b"application/json")):
            if name.lower() not in names:
                self._connection.putheader(name, value)
        for name, value in request.headers:
            with suppress(ValueError):  # Python's client does not send some values
                self._connection.putheader(name, value)
        self._connection.putheader("Content-Length", str(len(request.body)))
        self._connection.endheaders(request.body)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def written_data(service: RunningService, log_folder: Path) -> bytes:
    """Return the messages of the service, the sign-in log, and the program's log."""
    rows = service.store.sign_ins.page(SignInQuery(), 0, 20_000)
    logs = [path.read_bytes() for path in log_folder.rglob("*") if path.is_file()]
    return repr((service.rows, service.failures, rows)).encode() + b"".join(logs)


@pytest.mark.reliability
def test_random_calls_reveal_no_secret_and_stop_nothing(store: VaultStore, log_folder: Path, tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with errors.open("wb") as stderr, running_service(store, stderr=stderr) as service:
        key = service.add_key(role=Role.WRITE)
        token = service.token(key)
        seen: Counter[int] = Counter()
        with closing(Sender(service.port)) as sender:

            @settings(max_examples=CALLS, phases=[Phase.generate, Phase.shrink], database=None)
            @given(requests(key, token))
            def send(request: Request) -> None:
                status = sender.status(request)
                assert status in (200, 400, 401, 403, 404, 405, 413, 415, 431), request
                seen[status] += 1

            send()
        assert seen.keys() >= {200, 400, 401, 404, 405} or seen.total() < 600, seen
        assert service.sign_in(*key).status == 200
        assert service.get(SESSION, token).status == 200
    assert not service.failures
    assert errors.read_bytes() == b""
    written = written_data(service, log_folder)
    assert key.client_id.encode() in written
    for secret in (key.secret, key.secret[9:30], token, token.rpartition(".")[2]):
        assert secret.encode() not in written
    figures.count("calls", "to the sign-in service, with random content", seen.total())


@pytest.mark.reliability
def test_wrong_sign_ins_do_not_delay_unlocking_the_vault(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    store.protectors.set_passphrase("four random words fit")
    with running_service(store) as service:
        key = service.add_key()
        started_at = time.monotonic()
        with closing(HTTPConnection("127.0.0.1", service.port, timeout=TIMEOUT_SECONDS)) as connection:
            for number in range(WRONG):
                wrong = Credentials(key.client_id if number % 2 else new_client_id(), new_client_secret().reveal())
                body = json.dumps({"apiKey": wrong.client_id, "secretKey": wrong.secret})
                connection.request("POST", LOGIN, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 401
        duration = time.monotonic() - started_at
        assert duration > WRONG / 250 - 0.2
        started_at = time.monotonic()
        assert service.sign_in(*key).status == 200
        assert time.monotonic() - started_at < 1
        rows = service.wait_for_rows(WRONG + 1)
    assert sum(row.times for row in rows if row.outcome is Outcome.SIGN_IN_REJECTED) == WRONG
    kept = store.sign_ins.page(SignInQuery(), 0, 20_000)
    assert [row.client_id for row in kept if row.is_authenticated] == [key.client_id]
    unauthenticated = [row for row in kept if not row.is_authenticated]
    assert sum(row.times for row in unauthenticated) == WRONG or len(unauthenticated) == MAX_UNAUTHENTICATED_ROWS
    assert not folder.attempts.exists()
    store.close()
    unlocking = Unlocking(opener, WrongAttemptsFile(folder.attempts))
    assert unlocking.wrong_attempts().number == 0
    unlocking.with_passphrase("four random words fit").close()
    figures.count("calls", "to the sign-in service with a wrong secret", WRONG)
