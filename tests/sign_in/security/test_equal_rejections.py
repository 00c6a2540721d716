"""A rejected caller learns nothing from the answer or its time. Wrong sign-ins are delayed, right ones never."""

import asyncio
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection

import pytest
from starlette.types import Message

from tests.reliability.rounds import rounds
from tests.sign_in.helpers.local_service import application_of, serving
from tests.sign_in.helpers.service_process import LOGIN, TIMEOUT_SECONDS, Credentials, RunningService
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.sign_in.application import Application
from zcc_keys_gui.sign_in.http.connection import MAX_CONNECTIONS
from zcc_keys_gui.sign_in.login import WrongSignInDelay
from zcc_keys_gui.vault.store import VaultStore

MAX_DIFFERENCE = 0.05
"""By how much of the shortest time the times may differ."""
JSON = "application/json"


def body_of(key: Credentials) -> bytes:
    """Return the body that signs in with a key."""
    return json.dumps({"apiKey": key.client_id, "secretKey": key.secret}).encode()


def head_for(body: bytes, connection: str = "close") -> bytes:
    """Return the head for a body."""
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {JSON}\r\nConnection: {connection}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode()


def wrong_credentials(keys: Keys) -> dict[str, Credentials]:
    """Add keys, and return credentials that are rejected for different reasons."""
    made = {
        name: keys.add(KeyFields(name, Status.ENABLED, Role.READ, 3_600)) for name in ("Wrong", "Disabled", "Other")
    }
    by_name = {name: Credentials(new.key.client_id, new.secret.reveal()) for name, new in made.items()}
    keys.set_status([by_name["Disabled"].client_id], Status.DISABLED)
    return {
        "unknown": Credentials(new_client_id(), new_client_secret().reveal()),
        "wrong": Credentials(by_name["Wrong"].client_id, new_client_secret().reveal()),
        "wrong, of another key": Credentials(by_name["Wrong"].client_id, by_name["Other"].secret),
        "disabled": by_name["Disabled"],
        "disabled and wrong": Credentials(by_name["Disabled"].client_id, new_client_secret().reveal()),
    }


def assert_same_times(measure: Callable[[str], int], names: Iterable[str], number: int) -> None:
    """Measure all of them by turns, and compare the times within which a fifth of each were answered.

    If they differ, another process may have disturbed them, so this is repeated. A real difference appears each time.
    """
    names = list(names)
    found: list[dict[str, float]] = []
    for _ in range(5):
        times: dict[str, list[int]] = {name: [] for name in names}
        for _ in range(number):
            random.shuffle(names)  # so that the order has no effect
            for name in names:
                times[name].append(measure(name))
        found.append({name: statistics.quantiles(each, n=5)[0] for name, each in times.items()})
        if max(found[-1].values()) < min(found[-1].values()) * (1 + MAX_DIFFERENCE):
            return
    raise AssertionError(found)


@pytest.fixture
def application(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """The service without the delay for wrong sign-ins, which would hide how long they take."""
    monkeypatch.setattr(WrongSignInDelay, "next_delay", lambda *_: 0.0)
    with application_of(store) as application:
        yield application


def test_all_rejections_have_the_same_bytes(service: RunningService) -> None:
    wrong_ones = wrong_credentials(service.keys)
    answers = set()
    for key in wrong_ones.values():
        body = body_of(key)
        answer = service.raw(head_for(body) + body)
        answers.add(re.sub(rb"\r\ndate: [^\r]+", b"", answer))
    assert len(answers) == 1
    head, _, text = answers.pop().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 401 ")
    assert json.loads(text) == {"jwtToken": None, "message": "Invalid API key or secret key."}
    reasons = {row.reason for row in service.wait_for_rows(len(wrong_ones))}
    assert len(reasons) == len(wrong_ones)  # the log has the true ones


def test_all_rejections_take_the_same_time(application: Application, store: VaultStore) -> None:
    bodies = {name: body_of(key) for name, key in wrong_credentials(Keys(store, lambda: "tester")).items()}
    headers = [(b"host", b"127.0.0.1"), (b"content-type", JSON.encode())]
    sent: list[int] = []

    async def send(message: Message) -> None:
        sent.append(time.perf_counter_ns())
        assert message.get("status", 401) == 401

    with closing(asyncio.new_event_loop()) as loop:

        def measure(name: str) -> int:
            async def receive() -> Message:
                return {"type": "http.request", "body": bodies[name], "more_body": False}

            scope = {"type": "http", "method": "POST", "path": LOGIN, "root_path": "", "headers": headers}
            started_at = time.perf_counter_ns()
            loop.run_until_complete(application(scope, receive, send))
            return sent[-1] - started_at

        assert_same_times(measure, bodies, rounds(3_000, 10_000))


def test_all_rejections_take_the_same_time_over_http(application: Application, store: VaultStore) -> None:
    bodies = {name: body_of(key) for name, key in wrong_credentials(Keys(store, lambda: "tester")).items()}
    with (
        serving(application) as port,
        closing(HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)) as connection,
    ):

        def measure(name: str) -> int:
            started_at = time.perf_counter_ns()
            connection.request("POST", LOGIN, bodies[name], {"Content-Type": JSON})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 401
            return time.perf_counter_ns() - started_at

        assert_same_times(measure, ("unknown", "wrong", "disabled"), rounds(1_000, 10_000))


def test_wrong_sign_ins_are_delayed_but_never_locked_out(service: RunningService) -> None:
    key = service.add_key()
    wrong_ones = 20 * list(wrong_credentials(service.keys).values())
    started_at = time.monotonic()
    for wrong in wrong_ones:
        assert service.sign_in(*wrong).status == 401
    duration = time.monotonic() - started_at
    assert duration > (len(wrong_ones) - 21) / 250
    assert service.sign_in(*key).status == 200
    rows = service.wait_for_rows(len(wrong_ones) + 1)
    assert sum(row.times for row in rows if row.outcome is Outcome.SIGN_IN_REJECTED) == len(wrong_ones)


@pytest.mark.parametrize("pipelined", [1, 10], ids=["one by one", "pipelined"])
def test_right_sign_ins_do_not_wait_for_wrong_ones(service: RunningService, pipelined: int) -> None:
    key = service.add_key()
    body = body_of(Credentials(key.client_id, "wrong"))
    many = [HTTPConnection("127.0.0.1", service.port, timeout=TIMEOUT_SECONDS) for _ in range(2 * MAX_CONNECTIONS)]
    try:
        for connection in many:
            with suppress(ConnectionError):  # the service closes some if there are too many
                connection.connect()
                connection.sock.sendall(pipelined * (head_for(body, "keep-alive") + body))
        for _ in range(20):
            assert service.sign_in(*key).status == 200
    finally:
        for connection in many:
            connection.close()
