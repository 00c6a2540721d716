"""One call to the service: what it brings along, how it is answered, and what the log says about it."""

import json
from collections.abc import Sequence

from starlette.types import Message, Receive, Scope, Send

from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.request import Request, request
from zcc_keys_gui.sign_in.sign_in_log import CallResult, RejectedSignIn

LARGEST_BODY = 16 * 1024
"""Bytes; a sign-in has less than 200."""
_CALL = "zcc_keys.call"


class BodyTooLargeError(Exception):
    """The body has more than `LARGEST_BODY` bytes."""


class DisconnectedError(Exception):
    """Who called is gone."""


class Call:
    """One call. It is kept in the ASGI scope, so that every endpoint has the same one."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the call in hand."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.limits: Sequence[tuple[bytes, bytes]] = ()
        """Headers that tell the rate limits."""
        self.status = 0
        """The status that it was answered with; 0 until then."""
        self.told: CallResult | RejectedSignIn = CallResult(Outcome.CALL_ACCEPTED)
        """What the log says about it."""
        self.remark = ""
        """What the log says in addition; see `Request.remark`."""
        self.is_slowed = False
        """Whether it is a wrong sign-in whose answer waits; others do not have to wait for it."""
        self._body_was_asked_for = False
        self._scope = scope
        self._receive = receive
        self._send = send
        scope[_CALL] = self

    @classmethod
    def of(cls, scope: Scope) -> "Call":
        """Return the call that has this scope."""
        call = scope[_CALL]
        assert isinstance(call, Call)
        return call

    @staticmethod
    def leave(scope: Scope) -> None:
        """Let the call that has this scope go; each would keep the other until Python looks for such cycles."""
        del scope[_CALL]

    @classmethod
    def is_slowed_in(cls, scope: Scope) -> bool:
        """Say whether the call that has this scope `is_slowed`."""
        call = scope.get(_CALL)
        return isinstance(call, Call) and call.is_slowed

    @property
    def request(self) -> Request:
        """What the log keeps of the request and of the answer's status."""
        user_agent = self.headers.get(b"user-agent", b"")
        target = self._scope.get("raw_path") or self.path.encode()
        return request(user_agent, self.method, target, self.status, self.remark)

    @property
    def signs_in(self) -> bool:
        """Whether it is a call to sign in, by its path."""
        return self.path.endswith("/auth/v1/login")

    async def body(self) -> bytes:
        """Return the body. Raises `BodyTooLargeError`, `DisconnectedError`."""
        if int(self.headers.get(b"content-length", 0)) > LARGEST_BODY:
            raise BodyTooLargeError
        self._body_was_asked_for = True
        parts = b""
        more = True
        while more:
            message: Message = await self._receive()
            if message["type"] == "http.disconnect":
                raise DisconnectedError
            parts += message.get("body", b"")
            more = message.get("more_body", False)
            if len(parts) > LARGEST_BODY:
                raise BodyTooLargeError
        return parts

    async def answer(self, status: int, content: object, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        """Answer with JSON."""
        body = json.dumps(content).encode()
        self.status = status
        of_body = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if b"expect" in self.headers and not self._body_was_asked_for:
            of_body.append((b"connection", b"close"))  # the body may come all the same, or never (RFC 9110 §10.1.1)
        await self._send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*of_body, (b"cache-control", b"no-store"), *self.limits, *headers],
            }
        )
        await self._send({"type": "http.response.body", "body": b"" if self.method == "HEAD" else body})

    async def reject(
        self, status: int, message: str, reason: str = "", headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        """Answer with an error, and have the log say why; `reason` is the message if it is empty.

        The answer to a sign-in has the fields of a successful one.
        """
        outcome = Outcome.SIGN_IN_REJECTED if self.signs_in else Outcome.CALL_REJECTED
        self.told = CallResult(outcome, reason or message.removesuffix("."))
        content: dict[str, object] = {"jwtToken": None, "message": message} if self.signs_in else {"message": message}
        await self.answer(status, content, headers)
