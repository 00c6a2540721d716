"""The limits for the size of requests, and the use of connections."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.sign_in.helpers.service_process import COMPANY_INFO, LOGIN, TIMEOUT_SECONDS, Caller, RunningService
from zcc_keys_gui.domain.api_key import Role
from zcc_keys_gui.sign_in.http.call import MAX_BODY_BYTES
from zcc_keys_gui.sign_in.http.connection import MAX_HEAD_BYTES

HOST = b"Host: 127.0.0.1\r\n"
JSON = b"Content-Type: application/json\r\n"
POST = b"POST " + LOGIN.encode() + b" HTTP/1.1\r\n" + HOST
CLOSE = b"Connection: close\r\n"
BODY = b'{"apiKey": "id", "secretKey": "secret"}'
IMMEDIATE_SECONDS = 9.0  # seconds, on a busy computer; idle connections are closed after ten


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """Connect to a service."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS) as peer:
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


def received(peer: socket.socket, max_bytes: int) -> bytes:
    """Return at most this number of received bytes. Raises an error if the connection has ended."""
    got = peer.recv(max_bytes)
    if not got:
        raise ConnectionResetError
    return got


def is_closed(peer: socket.socket, seconds: float) -> bool:
    """Return whether a connection is closed within some seconds; earlier answers are ignored."""
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


def test_a_large_body_is_rejected_before_it_arrives(service: RunningService) -> None:
    ten_megabytes = 10_000_000
    with connected(service.port) as peer:
        peer.sendall(POST + JSON + b"Content-Length: %d\r\n\r\n" % ten_megabytes + b"x")
        status, body = answer(peer)
        assert (status, json.loads(body)) == (413, {"jwtToken": None, "message": "The body is too large."})
        peer.sendall(b"x" * (ten_megabytes - 1))  # the body that comes anyway is ignored
        peer.sendall(POST + JSON + b"Content-Length: 2\r\n\r\n{}")
        assert answer(peer)[0] == 400
    with connected(service.port) as peer:
        peer.sendall(POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n989680\r\n" + b"x" * (MAX_BODY_BYTES + 1))
        assert answer(peer)[0] == 413
    largest = BODY + b" " * (MAX_BODY_BYTES - len(BODY))
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


def test_a_head_that_is_too_large_is_rejected(service: RunningService) -> None:
    for long in (MAX_HEAD_BYTES - 200, MAX_HEAD_BYTES + 200, 300_000):
        for head in (
            b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X: " + b"x" * long + b"\r\n\r\n",
            b"GET /" + b"x" * long + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n",
            b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"X: 1\r\n" * (long // 6) + b"\r\n",
        ):
            with connected(service.port) as peer:
                peer.sendall(head)
                assert answer(peer)[0] == (404 if long < MAX_HEAD_BYTES else 431)
                assert is_closed(peer, TIMEOUT_SECONDS)
    with connected(service.port) as peer:
        peer.sendall(b"\r\n" * MAX_HEAD_BYTES)
        assert answer(peer)[0] == 431
        assert is_closed(peer, TIMEOUT_SECONDS)
    assert service.call("GET", "/").status == 404


def test_trailers_that_are_too_large_are_rejected(service: RunningService) -> None:
    login = POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    with connected(service.port) as peer:
        peer.sendall(login + b"X: 1\r\n" * 1_000 + b"\r\n")
        assert answer(peer)[0] == 400  # because of the body
    # Data that arrive with the last chunk are not counted; Windows reads up to 64 KiB in one call.
    for trailers in (b"X: 1\r\n" * MAX_HEAD_BYTES, b"X: " + b"x" * 10 * MAX_HEAD_BYTES):
        with connected(service.port) as peer:
            peer.sendall(login + trailers)
            assert answer(peer)[0] == 431
            assert is_closed(peer, TIMEOUT_SECONDS)


def test_a_trailer_is_not_a_header(service: RunningService) -> None:
    call = b"POST " + COMPANY_INFO.encode() + b" HTTP/1.1\r\n"
    token = b"auth-token: " + service.token(service.add_key(role=Role.WRITE)).encode() + b"\r\n"
    rest = CLOSE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    for sent, status in (
        (HOST + token + rest + b"Host: evil.example\r\n\r\n", 403),
        (HOST + rest + token + b"\r\n", 401),
        (token + rest + HOST + b"\r\n", 403),
    ):
        assert service.raw(call + sent).startswith(b"HTTP/1.1 %d " % status)


NOT_REQUESTS = (
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


def test_data_that_are_not_a_request_end_the_connection(quick: Caller) -> None:
    for sent in NOT_REQUESTS:
        assert quick.raw(sent).startswith(b"HTTP/1.1 400 "), sent


# --- use of connections ---


def test_100_continue_is_answered_immediately(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    expect = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with connected(service.port) as peer:
        peer.settimeout(IMMEDIATE_SECONDS)
        for _ in range(2):
            peer.sendall(POST + JSON + expect % len(body))
            assert peer.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            peer.sendall(body)
            assert answer(peer)[0] == 200
    for head, status in ((POST + JSON + expect % 10_000_000, 413), (POST + expect % len(body), 415)):
        with connected(service.port) as peer:
            peer.settimeout(IMMEDIATE_SECONDS)
            peer.sendall(head)
            assert answer(peer)[0] == status
            assert is_closed(peer, TIMEOUT_SECONDS)  # the next bytes could be the body, or another request


def test_blanks_after_100_continue_are_ignored(service: RunningService) -> None:
    with connected(service.port) as peer:
        peer.settimeout(IMMEDIATE_SECONDS)
        peer.sendall(POST + JSON + b"Expect: 100-continue \t\r\nContent-Length: 2 \r\n\r\n")
        assert peer.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"{}")
        assert answer(peer)[0] == 400


def test_http_1_0_gets_no_100_continue(service: RunningService) -> None:
    head = POST.replace(b"HTTP/1.1", b"HTTP/1.0") + JSON
    sent = head + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}"
    assert service.raw(sent).startswith(b"HTTP/1.1 400 ")


def test_pipelined_requests_are_answered_in_order(service: RunningService) -> None:
    key = service.add_key()
    body = json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()
    sign_in = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    wrong = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    other = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    with connected(service.port) as peer:
        peer.sendall(30 * (sign_in + wrong + other))
        assert [answer(peer)[0] for _ in range(90)] == 30 * [200, 401, 404]
        for cut in range(0, len(sign_in), 11):  # in two parts, split at different positions
            peer.sendall(sign_in[:cut])
            peer.sendall(sign_in[cut:])
            assert answer(peer)[0] == 200


def test_http_1_0_is_answered(service: RunningService) -> None:
    head = b"GET /papi/public/v1/getCompanyInfo HTTP/1.0\r\n"
    assert service.raw(head + HOST + b"\r\n").startswith(b"HTTP/1.1 401 ")
    assert service.raw(head + b"\r\n").startswith(b"HTTP/1.1 403 ")  # it has no Host header
