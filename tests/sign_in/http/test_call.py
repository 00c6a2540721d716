"""One call: its body, its answer, and its result for the log."""

import asyncio
import json
from contextlib import closing
from typing import Any

import pytest
from starlette.types import Message

from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.http.call import MAX_BODY_BYTES, BodyTooLargeError, Call, DisconnectedError
from zcc_keys_gui.sign_in.log_entry import CallResult

LOGIN = "/papi/auth/v1/login"


def a_call(
    received: list[Message], sent: list[Message], path: str = LOGIN, method: str = "POST", **headers: str
) -> Call:
    async def receive() -> Message:
        return received.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Call({"method": method, "path": path, "headers": encoded}, receive, send)


def run(step: Any) -> Any:
    with closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(step)


def test_a_body_in_parts_is_joined() -> None:
    parts: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.request", "body": b"}"},
    ]
    assert run(a_call(parts, []).body()) == b"{}"


def test_a_body_that_is_too_large_is_not_read() -> None:
    with pytest.raises(BodyTooLargeError):
        run(a_call([], [], content_length=str(MAX_BODY_BYTES + 1)).body())
    large: Message = {"type": "http.request", "body": b"x" * (MAX_BODY_BYTES + 1)}
    with pytest.raises(BodyTooLargeError):
        run(a_call([large], []).body())


def test_a_closed_connection_ends_the_body() -> None:
    with pytest.raises(DisconnectedError):
        run(a_call([{"type": "http.disconnect"}], []).body())


@pytest.mark.parametrize(
    ("path", "outcome", "content"),
    [
        (LOGIN, Outcome.SIGN_IN_REJECTED, {"jwtToken": None, "message": "No."}),
        ("/papi/public/v1/x", Outcome.CALL_REJECTED, {"message": "No."}),
    ],
)
def test_a_rejection_has_the_fields_of_its_path(path: str, outcome: Outcome, content: dict[str, object]) -> None:
    sent: list[Message] = []
    call = a_call([], sent, path)
    run(call.reject(401, "No.", "Because."))
    head, body = sent
    assert (head["status"], json.loads(body["body"]), call.status) == (401, content, 401)
    assert call.result == CallResult(outcome, "Because.")


def test_an_offered_body_that_is_not_read_ends_the_connection() -> None:
    sent: list[Message] = []
    run(a_call([], sent, expect="100-continue").answer(415, {}))
    assert (b"connection", b"close") in sent[0]["headers"]


def test_a_head_request_gets_no_body() -> None:
    sent: list[Message] = []
    run(a_call([], sent, method="HEAD").answer(404, {"message": "No."}))
    assert sent[1]["body"] == b""
    assert (b"content-length", b"18") in sent[0]["headers"]
