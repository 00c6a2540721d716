"""What one connection may cost: size, time and number are bounded, and others are answered meanwhile."""

import gc
import json
import os
import select
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from tests.sign_in.running import COMPANY_INFO, LOGIN, PATIENCE, Caller, RunningService
from tests.sign_in.within import application_of, serving
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in import connection, server
from zcc_keys_gui.sign_in.call import LARGEST_BODY
from zcc_keys_gui.sign_in.connection import LARGEST_HEAD, MAX_CONNECTIONS
from zcc_keys_gui.vault.store import VaultStore

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
POST = b"POST " + LOGIN.encode() + b" HTTP/1.1\r\n" + HOST
CLOSE = b"Connection: close\r\n"
BODY = b'{"apiKey": "id", "secretKey": "secret"}'
IDLE = 0.5  # seconds, in place of ten
AT_ONCE = 9.0  # seconds, on a busy computer; idle connections are closed after ten


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """Connect to a service."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield peer


def answer(peer: socket.socket) -> tuple[int, bytes]:
    """Read one answer; return its status and its body."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += received(peer, 1)
    length = next(int(each[15:]) for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:"))
    body = b""
    while len(body) < length:
        body += received(peer, length - len(body))
    return int(head.split(b" ", 2)[1]), body


def received(peer: socket.socket, most: int) -> bytes:
    """Return some of what was sent, at most so many bytes; a connection that has ended is an error."""
    got = peer.recv(most)
    if not got:
        raise ConnectionResetError
    return got


def is_closed(peer: socket.socket, seconds: float) -> bool:
    """Say whether a connection is closed within so many seconds, whatever is answered before."""
    peer.settimeout(seconds)
    try:
        while peer.recv(65_536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


# --- size ---


def test_a_body_that_is_too_large_is_refused_before_it_has_come(service: RunningService) -> None:
    ten_megabytes = 10_000_000
    with connected(service.port) as peer:
        peer.sendall(POST + JSON + b"Content-Length: %d\r\n\r\n" % ten_megabytes + b"x")
        status, body = answer(peer)
        assert (status, json.loads(body)) == (413, {"jwtToken": None, "message": "The body is too large."})
        peer.sendall(b"x" * (ten_megabytes - 1))  # what comes all the same is passed over
        peer.sendall(POST + JSON + b"Content-Length: 2\r\n\r\n{}")
        assert answer(peer)[0] == 400
    with connected(service.port) as peer:
        peer.sendall(POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n989680\r\n" + b"x" * (LARGEST_BODY + 1))
        assert answer(peer)[0] == 413
    largest = BODY + b" " * (LARGEST_BODY - len(BODY))
    for body, status in ((largest, 401), (largest + b" ", 413)):
        for sent in (b"Content-Length: %d\r\n\r\n%b" % (len(body), body), chunked(body, 100)):
            assert service.raw(POST + JSON + CLOSE + sent).startswith(b"HTTP/1.1 %d " % status)


def chunked(body: bytes, size: int) -> bytes:
    """Return the end of a head, and a body in chunks."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def test_a_body_in_chunks_signs_in(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    for size in (1, 7, 1_000):
        assert service.raw(POST + JSON + CLOSE + chunked(body, size)).startswith(b"HTTP/1.1 200 ")


def test_a_head_that_is_too_large_is_refused(service: RunningService) -> None:
    for long in (LARGEST_HEAD - 200, LARGEST_HEAD + 200, 300_000):
        for head in (
            b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X: " + b"x" * long + b"\r\n\r\n",
            b"GET /" + b"x" * long + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
            b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X: 1\r\n" * (long // 6) + b"\r\n",
        ):
            with connected(service.port) as peer:
                peer.sendall(head)
                assert answer(peer)[0] == (404 if long < LARGEST_HEAD else 431)
                assert is_closed(peer, PATIENCE)
    with connected(service.port) as peer:
        peer.sendall(b"\r\n" * LARGEST_HEAD)
        assert answer(peer)[0] == 431
        assert is_closed(peer, PATIENCE)
    assert service.call("GET", "/").status == 404


def test_trailers_that_are_too_large_are_refused(service: RunningService) -> None:
    login = POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    with connected(service.port) as peer:
        peer.sendall(login + b"X: 1\r\n" * 1_000 + b"\r\n")
        assert answer(peer)[0] == 400  # to what is in the body
    # What comes with the last chunk is not counted; on Windows up to 64 KiB are read at once.
    for trailers in (b"X: 1\r\n" * LARGEST_HEAD, b"X: " + b"x" * 10 * LARGEST_HEAD):
        with connected(service.port) as peer:
            peer.sendall(login + trailers)
            assert answer(peer)[0] == 431
            assert is_closed(peer, PATIENCE)


def test_a_trailer_is_no_header(service: RunningService) -> None:
    call = b"POST " + COMPANY_INFO.encode() + b" HTTP/1.1\r\n"
    token = b"auth-token: " + service.token(service.add_key(role=Role.WRITE)).encode() + b"\r\n"
    rest = CLOSE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    for sent, status in (
        (HOST + token + rest + b"Host: evil.example\r\n\r\n", 403),
        (HOST + rest + token + b"\r\n", 401),
        (token + rest + HOST + b"\r\n", 403),
    ):
        assert service.raw(call + sent).startswith(b"HTTP/1.1 %d " % status)


NO_REQUESTS = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"HELO there\r\n\r\n",
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\nX: 1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + b" folded: 1\r\n\r\n",
)


def test_what_is_no_request_is_refused_and_the_connection_closed(quick: Caller) -> None:
    for sent in NO_REQUESTS:
        assert quick.raw(sent).startswith(b"HTTP/1.1 400 "), sent


# --- how connections are used ---


def test_who_asks_first_whether_to_send_the_body_is_told_at_once(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    expect = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with connected(service.port) as peer:
        peer.settimeout(AT_ONCE)
        for _ in range(2):
            peer.sendall(POST + JSON + expect % len(body))
            assert peer.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            peer.sendall(body)
            assert answer(peer)[0] == 200
    for head, status in ((POST + JSON + expect % 10_000_000, 413), (POST + expect % len(body), 415)):
        with connected(service.port) as peer:
            peer.settimeout(AT_ONCE)
            peer.sendall(head)
            assert answer(peer)[0] == status
            assert is_closed(peer, PATIENCE)  # what follows could be the body, or another request


def test_blanks_after_the_expectation_are_passed_over(service: RunningService) -> None:
    with connected(service.port) as peer:
        peer.settimeout(AT_ONCE)
        peer.sendall(POST + JSON + b"Expect: 100-continue \t\r\nContent-Length: 2 \r\n\r\n")
        assert peer.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"{}")
        assert answer(peer)[0] == 400


def test_an_old_client_is_not_told_to_continue(service: RunningService) -> None:
    head = POST.replace(b"HTTP/1.1", b"HTTP/1.0") + JSON
    sent = head + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}"
    assert service.raw(sent).startswith(b"HTTP/1.1 400 ")


def test_a_connection_is_kept_and_requests_ahead_are_answered_in_turn(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    sign_in = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    wrong = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    other = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    with connected(service.port) as peer:
        peer.sendall(30 * (sign_in + wrong + other))
        assert [answer(peer)[0] for _ in range(90)] == 30 * [200, 401, 404]
        for cut in range(0, len(sign_in), 11):  # in two parts, wherever they are cut
            peer.sendall(sign_in[:cut])
            peer.sendall(sign_in[cut:])
            assert answer(peer)[0] == 200


def test_an_old_client_is_answered_too(service: RunningService) -> None:
    head = b"GET /papi/public/v1/getCompanyInfo HTTP/1.0\r\n"
    assert service.raw(head + HOST + b"\r\n").startswith(b"HTTP/1.1 401 ")
    assert service.raw(head + b"\r\n").startswith(b"HTTP/1.1 403 ")  # it says nothing of the name it called


# --- time and number ---


@pytest.fixture
def quick(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """A service that waits for its peers half a second, and not ten."""
    monkeypatch.setattr(connection, "IDLE_SECONDS", IDLE)
    monkeypatch.setattr(server, "_SWEEP_SECONDS", IDLE / 10)
    with application_of(store) as application, serving(application) as port:
        yield Caller(port)


SLOW: dict[str, tuple[bytes, Callable[[int], bytes]]] = {
    "nothing": (b"", lambda _: b""),
    "line breaks": (b"", lambda _: b"\r\n"),
    "a head": (b"GET /", lambda _: b"x"),
    "headers": (b"GET / HTTP/1.1\r\n" + HOST, lambda number: b"X-%d: 1\r\n" % number),
    "a body": (POST + JSON + b"Content-Length: 9999\r\n\r\n", lambda _: b"x"),
    "chunks": (POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n", lambda _: b"1\r\nx\r\n"),
    "a body, after another request": (
        b"GET / HTTP/1.1\r\n" + HOST + b"\r\n" + POST + JSON + b"Content-Length: 9999\r\n\r\n",
        lambda _: b"x",
    ),
    "a body that was refused": (POST + b"Content-Length: 9999\r\n\r\n", lambda _: b"x"),
}


def test_who_sends_slowly_is_closed_and_others_are_answered_meanwhile(quick: Caller) -> None:
    began = time.monotonic()
    with ExitStack() as connections:
        slow = {what: connections.enter_context(connected(quick.port)) for what in SLOW}
        for what, peer in slow.items():
            peer.sendall(SLOW[what][0])
        for number in range(10_000):
            for what, peer in list(slow.items()):
                with suppress(ConnectionError):
                    peer.sendall(SLOW[what][1](number))
            assert quick.call("GET", "/").status == 404
            for peer in select.select([*slow.values()], [], [], IDLE / 50)[0]:
                if is_closed(peer, IDLE / 50):
                    (what,) = (each for each in slow if slow[each] is peer)
                    assert IDLE < time.monotonic() - began < IDLE + AT_ONCE, what
                    del slow[what]
            if not slow:
                break
    assert not slow


def test_an_early_answer_does_not_keep_a_connection_for_ever(quick: Caller) -> None:
    with connected(quick.port) as peer:
        peer.sendall(POST + b"Content-Length: 2\r\n\r\n")  # of no content type
        assert answer(peer)[0] == 415
        peer.sendall(b"{}")
        assert is_closed(peer, IDLE + AT_ONCE)


@pytest.mark.skipif(os.name == "nt", reason="how much nobody has to read before it is noticed is for the system to say")
def test_who_reads_no_answers_is_closed(quick: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_AHEAD", 10_000)  # which closes sooner
    request = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    with socket.socket() as peer, connected(quick.port) as other:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        peer.connect(("127.0.0.1", quick.port))
        peer.settimeout(PATIENCE)
        for _ in range(100):  # of whole requests: one that is half there would be waited for
            peer.sendall(20 * request)
            other.sendall(request)
            assert answer(other)[0] == 404
        assert is_closed(other, PATIENCE)  # idle since
        with pytest.raises(ConnectionError):
            for _ in range(20 * 100):
                answer(peer)


def test_who_asks_far_ahead_of_the_answers_is_closed(quick: Caller) -> None:
    with connected(quick.port) as peer, pytest.raises(ConnectionError):
        for _ in range(1_000):
            peer.sendall(100 * (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"))


def test_a_thousand_idle_connections_keep_nobody_waiting(service: RunningService) -> None:
    key = service.add_key()
    with ExitStack() as idle:
        peers = [idle.enter_context(connected(service.port)) for _ in range(1_000)]
        took = []
        for _ in range(10):
            began = time.monotonic()
            assert service.sign_in(*key).status == 200
            took.append(time.monotonic() - began)
        assert statistics.median(took) < AT_ONCE
        open_ones = 0
        for peer in peers:
            with suppress(ConnectionError):
                peer.sendall(b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
                open_ones += peer.recv(8) == b"HTTP/1.1"
    assert 0 < open_ones <= MAX_CONNECTIONS


def test_who_is_answered_does_not_have_to_make_room(store: VaultStore, quick: Caller) -> None:
    from tests.sign_in.test_refused_alike import wrong_ways

    wrong = wrong_ways(Keys(store, lambda: "tester"))["wrong"]
    with ExitStack() as idle:
        for _ in range(MAX_CONNECTIONS):
            idle.enter_context(connected(quick.port))
        for _ in range(100):
            assert quick.sign_in(*wrong).status == 401


def test_what_was_answered_is_forgotten_at_once(store: VaultStore, quick: Caller) -> None:
    new = Keys(store, lambda: "tester").add(KeyFields("Forgotten", Status.ENABLED, Role.READ, 3_600))
    body = json.dumps({"apiKey": new.key.client_id, "secretKey": new.secret.reveal()}).encode()
    sign_in = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    wrong = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    other = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    stranger = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"

    def kept() -> int:
        return sum(isinstance(each, RequestResponseCycle) for each in gc.get_objects())

    gc.collect()
    before = kept()
    gc.disable()  # which would find them some time, and with them a body that has a secret
    try:
        with connected(quick.port) as peer:
            for sent, status in 5 * ((sign_in, 200), (wrong, 401), (other, 404), (stranger, 403)):
                peer.sendall(sent)
                assert answer(peer)[0] == status
            assert kept() - before <= 1  # the last one, until the next
    finally:
        gc.enable()
