"""One call to the sign-in service: its content, its answer, and its result for the log."""

import json
from collections.abc import Sequence

from starlette.types import Message, Receive, Scope, Send

from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.log_entry import CallResult, LoggedRequest, RejectedSignIn, make_logged_request

MAX_BODY_BYTES = 16 * 1024
"""A sign-in has less than 200."""
_CALL = "zcc_keys.call"


class BodyTooLargeError(Exception):
    """The body has more than `MAX_BODY_BYTES`."""


class DisconnectedError(Exception):
    """The caller has closed the connection."""


class Call:
    """One call. It is stored in the ASGI scope, so that every endpoint gets the same object."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Store the call in its scope."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.rate_limit_headers: Sequence[tuple[bytes, bytes]] = ()
        """Headers for the answer."""
        self.status = 0
        """The status of the answer; 0 until there is one."""
        self.result: CallResult | RejectedSignIn = CallResult(Outcome.CALL_ACCEPTED)
        """The result for the log."""
        self.remark = ""
        """See `LoggedRequest.remark`."""
        self.is_delayed = False
        """Whether it is a wrong sign-in whose answer is delayed, so that its connection may be closed for another."""
        self._body_was_requested = False
        self._scope = scope
        self._receive = receive
        self._send = send
        scope[_CALL] = self

    @classmethod
    def of(cls, scope: Scope) -> "Call":
        """Return the call in this scope."""
        call = scope[_CALL]
        assert isinstance(call, Call)
        return call

    @staticmethod
    def remove_from(scope: Scope) -> None:
        """Remove the call from its scope. Otherwise both would stay in memory until Python collects cycles."""
        del scope[_CALL]

    @classmethod
    def is_delayed_in(cls, scope: Scope) -> bool:
        """Return whether the call in this scope `is_delayed`."""
        call = scope.get(_CALL)
        return isinstance(call, Call) and call.is_delayed

    @property
    def request(self) -> LoggedRequest:
        """The request and the answer's status for the log."""
        user_agent = self.headers.get(b"user-agent", b"")
        target = self._scope.get("raw_path") or self.path.encode()
        return make_logged_request(user_agent, self.method, target, self.status, self.remark)

    @property
    def is_sign_in(self) -> bool:
        """Whether it is a call to sign in, by its path."""
        return self.path.endswith("/auth/v1/login")

    async def body(self) -> bytes:
        """Return the body. Raises `BodyTooLargeError`, `DisconnectedError`."""
        if int(self.headers.get(b"content-length", 0)) > MAX_BODY_BYTES:
            raise BodyTooLargeError
        self._body_was_requested = True
        parts = b""
        has_more = True
        while has_more:
            message: Message = await self._receive()
            if message["type"] == "http.disconnect":
                raise DisconnectedError
            parts += message.get("body", b"")
            has_more = message.get("more_body", False)
            if len(parts) > MAX_BODY_BYTES:
                raise BodyTooLargeError
        return parts

    async def answer(self, status: int, content: object, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        """Answer with JSON."""
        body = json.dumps(content).encode()
        self.status = status
        body_headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if b"expect" in self.headers and not self._body_was_requested:
            body_headers.append((b"connection", b"close"))  # the body may come anyway, or never (RFC 9110 §10.1.1)
        await self._send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*body_headers, (b"cache-control", b"no-store"), *self.rate_limit_headers, *headers],
            }
        )
        await self._send({"type": "http.response.body", "body": b"" if self.method == "HEAD" else body})

    async def reject(
        self, status: int, message: str, reason: str = "", headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        """Answer with an error. The log gets `reason`, or by default the message.

        The answer to a sign-in has the same fields as a successful one.
        """
        outcome = Outcome.SIGN_IN_REJECTED if self.is_sign_in else Outcome.CALL_REJECTED
        self.result = CallResult(outcome, reason or message)
        content: dict[str, object] = {"jwtToken": None, "message": message} if self.is_sign_in else {"message": message}
        await self.answer(status, content, headers)
