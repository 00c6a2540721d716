"""The limits of time and number of connections. Other calls are answered meanwhile."""

import gc
import json
import os
import select
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from tests.sign_in.helpers.service_process import TIMEOUT_SECONDS, Caller, RunningService
from tests.sign_in.http.conftest import IDLE_SECONDS
from tests.sign_in.http.test_connection import (
    BODY,
    CLOSE,
    HOST,
    IMMEDIATE_SECONDS,
    JSON,
    POST,
    answer,
    connected,
    is_closed,
)
from tests.sign_in.security.test_equal_rejections import wrong_credentials
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in.http import connection
from zcc_keys_gui.sign_in.http.connection import MAX_CONNECTIONS
from zcc_keys_gui.vault.store import VaultStore

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
    "a body that was rejected": (POST + b"Content-Length: 9999\r\n\r\n", lambda _: b"x"),
}


def test_slow_clients_are_closed_and_others_are_answered(quick: Caller) -> None:
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
            for peer in select.select([*slow.values()], [], [], IDLE_SECONDS / 50)[0]:
                if is_closed(peer, IDLE_SECONDS / 50):
                    (what,) = (each for each in slow if slow[each] is peer)
                    assert IDLE_SECONDS < time.monotonic() - began < IDLE_SECONDS + IMMEDIATE_SECONDS, what
                    del slow[what]
            if not slow:
                break
    assert not slow


def test_an_early_answer_does_not_keep_a_connection_open(quick: Caller) -> None:
    with connected(quick.port) as peer:
        peer.sendall(POST + b"Content-Length: 2\r\n\r\n")  # without a content type
        assert answer(peer)[0] == 415
        peer.sendall(b"{}")
        assert is_closed(peer, IDLE_SECONDS + IMMEDIATE_SECONDS)


@pytest.mark.skipif(os.name == "nt", reason="Windows decides when unread answers are noticed")
def test_a_client_that_reads_no_answers_is_closed(quick: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_PIPELINED_REQUESTS", 10_000)  # this limit would close it sooner
    request = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    with socket.socket() as peer, connected(quick.port) as other:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        peer.connect(("127.0.0.1", quick.port))
        peer.settimeout(TIMEOUT_SECONDS)
        for _ in range(100):  # complete requests, because the service would wait for the rest of one
            peer.sendall(20 * request)
            other.sendall(request)
            assert answer(other)[0] == 404
        assert is_closed(other, TIMEOUT_SECONDS)  # because it is idle now
        with pytest.raises(ConnectionError):
            for _ in range(20 * 100):
                answer(peer)


def test_too_many_pipelined_requests_are_closed(quick: Caller) -> None:
    with connected(quick.port) as peer, pytest.raises(ConnectionError):
        for _ in range(1_000):
            peer.sendall(100 * (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"))


def test_1000_idle_connections_delay_no_sign_in(service: RunningService) -> None:
    key = service.add_key()
    with ExitStack() as idle:
        peers = [idle.enter_context(connected(service.port)) for _ in range(1_000)]
        took = []
        for _ in range(10):
            began = time.monotonic()
            assert service.sign_in(*key).status == 200
            took.append(time.monotonic() - began)
        assert statistics.median(took) < IMMEDIATE_SECONDS
        open_ones = 0
        for peer in peers:
            with suppress(ConnectionError):
                peer.sendall(b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
                open_ones += peer.recv(8) == b"HTTP/1.1"
    assert 0 < open_ones <= MAX_CONNECTIONS


def test_a_delayed_answer_keeps_its_connection(store: VaultStore, quick: Caller) -> None:
    wrong = wrong_credentials(Keys(store, lambda: "tester"))["wrong"]
    with ExitStack() as idle:
        for _ in range(MAX_CONNECTIONS):
            idle.enter_context(connected(quick.port))
        for _ in range(100):
            assert quick.sign_in(*wrong).status == 401


def test_answered_requests_are_deleted_from_memory(store: VaultStore, quick: Caller) -> None:
    new = Keys(store, lambda: "tester").add(KeyFields("Forgotten", Status.ENABLED, Role.READ, 3_600))
    body = json.dumps({"apiKey": new.key.client_id, "secretKey": new.secret.reveal()}).encode()
    sign_in = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    wrong = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    other = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    foreign = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"

    def kept() -> int:
        return sum(isinstance(each, RequestResponseCycle) for each in gc.get_objects())

    gc.collect()
    before = kept()
    was_enabled = gc.isenabled()
    gc.disable()  # it would delete them, and a body with a secret, only later
    try:
        with connected(quick.port) as peer:
            for sent, status in 5 * ((sign_in, 200), (wrong, 401), (other, 404), (foreign, 403)):
                peer.sendall(sent)
                assert answer(peer)[0] == status
            assert kept() - before <= 1  # the last one stays until the next one arrives
    finally:
        if was_enabled:  # not after a test that started the program, whose collector works only in the GUI thread
            gc.enable()
