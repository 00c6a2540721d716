"""What one connection may cost: uvicorn's own, within bounds of size, time and number."""

import asyncio
import time
from operator import itemgetter
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in.call import Call
from zcc_keys_gui.sign_in.request import request
from zcc_keys_gui.sign_in.sign_in_log import CallResult, Note

LARGEST_HEAD = 16 * 1024
"""Bytes of request line and headers."""
_READ_AT_ONCE = 16 * 1024  # bytes; asyncio's 256 KiB are mapped and unmapped by the system at every read
MAX_CONNECTIONS = 128
IDLE_SECONDS = 10.0
"""How long a connection may wait for a request, a request for its end, and an answer for being read."""
MAX_AHEAD = 100
"""Requests that a connection may have sent before those before them were answered."""
_NO_HEAD = -LARGEST_HEAD * LARGEST_HEAD  # bytes; what comes now has a bound of its own
_PHRASES = {400: b"Bad Request", 431: b"Request Header Fields Too Large"}
_MALFORMED = "Malformed HTTP request"
_TOO_LARGE = f"The request line and headers have more than {LARGEST_HEAD // 1024} KiB"
# How the bytes begin that clients send if they take the service for another one than it is.
_OTHER_PROTOCOLS = (
    (b"\x16\x03", "A TLS handshake: use http, not https"),  # RFC 8446 §5.1
    (b"PRI * HTTP/2.0\r\n", "HTTP/2; the sign-in service speaks HTTP/1.1 only"),  # RFC 9113 §3.4
)


class BadHeadError(Exception):
    """A request whose head was rejected."""


class BoundedConnection(HttpToolsProtocol):
    """One connection. Of too many, the one makes room that has waited longest for its peer, or else a wrong sign-in."""

    def __init__(self, note: Note, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._note = note
        self._head = 0
        self._beginning = b""
        """The first bytes of what came in place of a request."""
        self._is_in_request = False
        """Whether a request has begun and not ended; until then, what is known of the one before says nothing."""
        self.waits_since: float | None = self.loop.time()
        """Since when it waits for its peer, by the loop's clock; None while the peer waits for the answer."""
        self._unread_since: float | None = None
        """Since when its peer reads no answers, of which there are many."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, where there is room."""
        if len(self.connections) >= MAX_CONNECTIONS and not self._make_room():
            transport.abort()
            return
        transport.max_size = _READ_AT_ONCE  # type: ignore[attr-defined]
        self._answer = _WholeAnswers(transport, self)
        super().connection_made(cast("asyncio.Transport", self._answer))

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        if self.transport is not None:  # has begun
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the peer sent, and no head without end."""
        if self.transport is None or self._is_over():
            return
        if self._head == 0:
            self._beginning = data[:20]
        self._head += len(data)
        super().data_received(data)
        if self._head > LARGEST_HEAD and not self._is_over():
            self._refuse(431, _TOO_LARGE)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not a request, unless it was answered already; and note it."""
        if self._is_over():
            return
        found = (reason for begins, reason in _OTHER_PROTOCOLS if self._beginning.startswith(begins))
        self._note_rejected(400, next(found, _MALFORMED))
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        self.waits_since = self.loop.time()
        self._is_in_request = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; blanks around its value are no part of it (RFC 9110 §5.5)."""
        super().on_header(name, value.strip(b" \t"))

    def on_headers_complete(self) -> None:
        """Wait for a body, which has a bound of its own. What this raises ends the connection."""
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > LARGEST_HEAD:
            self._refuse(431, _TOO_LARGE)
            raise BadHeadError
        if not self.url.startswith(b"/"):  # as a proxy is asked; it names a host of its own (RFC 9112 §3.2.2)
            self._refuse(400, "The target is not a path", b"Ask for a path, without a host before it.")
            raise BadHeadError
        if self.parser.should_upgrade() and self._has_body():  # which the parser would pass over
            self._refuse(
                400, "An Upgrade header with a body", b"This service speaks HTTP/1.1 only: send no Upgrade header."
            )
            raise BadHeadError
        if len(self.pipeline) >= MAX_AHEAD:
            self.transport.abort()
            raise BadHeadError
        if self.parser.get_http_version() == "1.0":  # which does not know the answer 100 (RFC 9110 §10.1.1)
            self.expect_100_continue = False
        self._head = _NO_HEAD
        super().on_headers_complete()
        self.headers = []  # trailers are no headers (RFC 9110 §6.5.1); nobody reads them

    def on_chunk_header(self) -> None:
        """Wait for a chunk, or for trailers after the last one, which is empty; they have the bound of a head."""
        self._head = 0

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._head = _NO_HEAD
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for nothing: the answer is our turn, unless it was given before the request had ended."""
        self._head = 0
        self._beginning = b""
        self._is_in_request = False
        self.waits_since = self.loop.time() if self.cycle.response_complete else None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there already; of one that is half there, for the rest as before.

        As uvicorn does, but for a timer at each answer, which would close a connection that `close_if_idle` closes too.
        """
        self._answer.flush()
        if not self.pipeline:
            self.waits_since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def pause_writing(self) -> None:
        """Wait until answers are read."""
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Go on."""
        self._unread_since = None
        super().resume_writing()

    def close_if_idle(self, now: float) -> None:
        """Close a connection that has waited too long for its peer; `now` by the loop's clock."""
        if any(since is not None and now - since > IDLE_SECONDS for since in (self.waits_since, self._unread_since)):
            self.transport.abort()

    def _has_body(self) -> bool:
        return any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)

    def _refuse(self, status: int, reason: str, message: bytes = b"") -> None:
        self._note_rejected(status, reason)
        head = b"HTTP/1.1 %d %b\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (status, _PHRASES[status], len(message)) + message)
        self._answer.end()

    def _note_rejected(self, status: int, reason: str) -> None:
        """Note a request that was rejected before it reached the application, with the parts that have arrived."""
        user_agent, method, target = b"", "", b""
        if self._is_in_request and self.url:
            user_agent = dict(self.scope["headers"]).get(b"user-agent", b"")
            method, target = self.parser.get_method().decode(), self.url
        seen = request(user_agent, method, target, status)
        self._note(time.time(), seen, CallResult(Outcome.CALL_REJECTED, reason))

    def _is_over(self) -> bool:
        return self.transport.is_closing() or self._answer.has_ended

    def _make_room(self) -> bool:
        others = [each for each in self.connections if isinstance(each, BoundedConnection)]
        waiting = [(each.waits_since, each) for each in others if each.waits_since is not None]
        closed = min(waiting, key=itemgetter(0))[1] if waiting else next(filter(_may_be_closed, others), None)
        if closed is None:
            return False
        self.connections.discard(closed)
        closed.transport.abort()
        return True


def _may_be_closed(connection: BoundedConnection) -> bool:
    """Say whether a connection has a wrong sign-in, or sends requests ahead of the answers, as no client needs to."""
    return bool(connection.pipeline) or Call.is_slowed_in(cast("Scope", connection.cycle.scope))


class _WholeAnswers:
    """A transport that sends head and body of an answer together: half the system calls, and one packet.

    What is written while the peer is still to send something, such as "100 Continue", goes out at once.
    """

    def __init__(self, transport: asyncio.Transport, connection: BoundedConnection) -> None:
        self._transport = transport
        self._connection = connection
        self._parts: list[bytes] = []
        self.is_closing = transport.is_closing
        self.has_ended = False
        """Whether nothing more is written, and what is read is passed over."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self.has_ended:
            return
        self._parts.append(data)
        if self._connection.waits_since is not None:
            self.flush()

    def flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))

    def end(self) -> None:
        """Write no more, and let the peer close: while it still sends, to close would take the answer from it.

        RFC 9112 §9.6. Where it does not, it will have waited too long.
        """
        self.flush()
        self.has_ended = True
        self._transport.write_eof()

    def close(self) -> None:
        cycle = self._connection.cycle
        if cycle is not None and cycle.response_complete and cycle.more_body and not self.has_ended:
            self.end()
            return
        self.flush()
        self._transport.close()
