"""One connection: uvicorn's own class, with limits for size, time and number."""

import asyncio
import time
from operator import itemgetter
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zcc_keys_gui.domain.sign_in import Outcome
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.http.call import Call
from zcc_keys_gui.sign_in.log_entry import CallResult, RecordCall, make_logged_request

MAX_HEAD_BYTES = 16 * 1024
"""The limit for the request line and the headers together."""
MAX_CONNECTIONS = 128
IDLE_TIMEOUT_SECONDS = 10.0
"""How long a connection may wait for a request, for the remainder of a request, and for its answer to be read."""
MAX_PIPELINED_REQUESTS = 100
"""How many requests a connection may have sent before earlier ones were answered."""
_READ_BUFFER_BYTES = 16 * 1024  # the system maps and unmaps asyncio's 256 KiB at every read
_NO_HEAD_EXPECTED = -MAX_HEAD_BYTES * MAX_HEAD_BYTES  # bytes; a body follows, which has its own limit
_PHRASES = {400: b"Bad Request", 431: b"Request Header Fields Too Large"}
_HEAD_TOO_LARGE = text.HEAD_TOO_LARGE.format(kib=MAX_HEAD_BYTES // 1024)
# The first bytes of clients that expect another protocol.
_OTHER_PROTOCOLS = (
    (b"\x16\x03", text.TLS),  # RFC 8446 §5.1
    (b"PRI * HTTP/2.0\r\n", text.HTTP_2),  # RFC 9113 §3.4
)


class RejectedHeadError(Exception):
    """The head of a request was rejected. The parser reports it, and the connection ends."""


class LimitedConnection(HttpToolsProtocol):
    """One connection.

    If there are too many, the one that has waited longest for its client is closed, or else one with a wrong sign-in.
    """

    def __init__(self, record_call: RecordCall, *arguments: Any, **keyword_arguments: Any) -> None:
        super().__init__(*arguments, **keyword_arguments)
        self._record_call = record_call
        self._head_bytes = 0
        self._first_bytes = b""
        """The beginning of data that may not be a request."""
        self._is_in_request = False
        """Whether a request has begun and not ended. Otherwise the parser's data are those of the request before."""
        self.waiting_since: float | None = self.loop.time()
        """Since when it waits for its client, by the loop's clock; None while the client waits for the answer."""
        self._unread_since: float | None = None
        """Since when the client has not read its many answers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept the connection if there is room."""
        if len(self.connections) >= MAX_CONNECTIONS and not self._make_room():
            transport.abort()
            return
        transport.max_size = _READ_BUFFER_BYTES  # type: ignore[attr-defined]
        self._answers = _AnswerBuffer(transport, self)
        super().connection_made(cast("asyncio.Transport", self._answers))

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up a connection that was accepted."""
        if self.transport is not None:
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse data from the client, and limit the size of heads."""
        if self.transport is None or self._has_ended():
            return
        if self._head_bytes == 0:
            self._first_bytes = data[:20]
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self._has_ended():
            self._reject(431, _HEAD_TOO_LARGE)

    def send_400_response(self, msg: str) -> None:
        """Answer data that are not a request, unless they were answered, and record that."""
        if self._has_ended():
            return
        reasons = (reason for beginning, reason in _OTHER_PROTOCOLS if self._first_bytes.startswith(beginning))
        self._record_rejected(400, next(reasons, text.MALFORMED_REQUEST))
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        """Wait until a request is complete."""
        self.waiting_since = self.loop.time()
        self._is_in_request = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Store a header, without the blanks around its value (RFC 9110 §5.5)."""
        super().on_header(name, value.strip(b" \t"))

    def on_headers_complete(self) -> None:
        """Check the head, and wait for a body, which has its own limit. Raises `RejectedHeadError`."""
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEAD_BYTES:
            self._reject(431, _HEAD_TOO_LARGE)
            raise RejectedHeadError
        if not self.url.startswith(b"/"):  # a request for a proxy, which contains a host (RFC 9112 §3.2.2)
            self._reject(400, text.TARGET_NOT_A_PATH, text.SEND_PATH_ONLY.encode())
            raise RejectedHeadError
        if self.parser.should_upgrade() and self._has_body():  # the parser would ignore the body
            self._reject(400, text.UPGRADE_WITH_BODY, text.SEND_NO_UPGRADE.encode())
            raise RejectedHeadError
        if len(self.pipeline) >= MAX_PIPELINED_REQUESTS:
            self.transport.abort()
            raise RejectedHeadError
        if self.parser.get_http_version() == "1.0":  # which does not have the answer 100 (RFC 9110 §10.1.1)
            self.expect_100_continue = False
        self._head_bytes = _NO_HEAD_EXPECTED
        super().on_headers_complete()
        self.headers = []  # trailers go to a list that nothing reads, because they are not headers (RFC 9110 §6.5.1)

    def on_chunk_header(self) -> None:
        """Wait for a chunk, or for trailers after the empty last chunk; trailers have the same limit as a head."""
        self._head_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Store a part of a body."""
        self._head_bytes = _NO_HEAD_EXPECTED
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop waiting for the client, unless the request was answered before it was complete."""
        self._head_bytes = 0
        self._first_bytes = b""
        self._is_in_request = False
        self.waiting_since = self.loop.time() if self.cycle.response_complete else None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is already there or has begun.

        This is uvicorn's method without its timer for each answer. `close_if_idle` closes idle connections instead.
        """
        self._answers.flush()
        if not self.pipeline:
            self.waiting_since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def pause_writing(self) -> None:
        """Remember since when the client does not read answers."""
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Forget that the client did not read answers."""
        self._unread_since = None
        super().resume_writing()

    def close_if_idle(self, now: float) -> None:
        """Close a connection that has waited too long for its client; `now` is the time of the loop's clock."""
        since = (self.waiting_since, self._unread_since)
        if any(each is not None and now - each > IDLE_TIMEOUT_SECONDS for each in since):
            self.transport.abort()

    def _has_body(self) -> bool:
        return any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)

    def _reject(self, status: int, reason: str, message: bytes = b"") -> None:
        self._record_rejected(status, reason)
        head = b"HTTP/1.1 %d %b\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (status, _PHRASES[status], len(message)) + message)
        self._answers.end()

    def _record_rejected(self, status: int, reason: str) -> None:
        """Record a request that was rejected before it reached the application, with the parts that have arrived."""
        user_agent, method, target = b"", "", b""
        if self._is_in_request and self.url:
            user_agent = dict(self.scope["headers"]).get(b"user-agent", b"")
            method, target = self.parser.get_method().decode(), self.url
        request = make_logged_request(user_agent, method, target, status)
        self._record_call(time.time(), request, CallResult(Outcome.CALL_REJECTED, reason))

    def _has_ended(self) -> bool:
        return self.transport.is_closing() or self._answers.has_ended

    def _make_room(self) -> bool:
        """Close another connection; return whether one could be closed."""
        others = [each for each in self.connections if isinstance(each, LimitedConnection)]
        waiting = [(each.waiting_since, each) for each in others if each.waiting_since is not None]
        closed = min(waiting, key=itemgetter(0))[1] if waiting else next(filter(_may_be_closed, others), None)
        if closed is None:
            return False
        self.connections.discard(closed)
        closed.transport.abort()
        return True


def _may_be_closed(connection: LimitedConnection) -> bool:
    """Return whether a connection has a wrong sign-in, or pipelined requests, which no client needs."""
    return bool(connection.pipeline) or Call.is_delayed_in(cast("Scope", connection.cycle.scope))


class _AnswerBuffer:
    """A transport that sends head and body of an answer together, which halves system calls and packets.

    Data that are written while the client still has to send something, such as "100 Continue", are sent immediately.
    """

    def __init__(self, transport: asyncio.Transport, connection: LimitedConnection) -> None:
        self._transport = transport
        self._connection = connection
        self._parts: list[bytes] = []
        self.is_closing = transport.is_closing
        self.has_ended = False
        """Whether nothing more is written, and data from the client are ignored."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self.has_ended:
            return
        self._parts.append(data)
        if self._connection.waiting_since is not None:
            self.flush()

    def flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))

    def end(self) -> None:
        """Stop writing, and let the client close the connection.

        If the service closed it while the client still sends, the client could lose the answer (RFC 9112 §9.6). A
        client that does not close it is idle.
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
