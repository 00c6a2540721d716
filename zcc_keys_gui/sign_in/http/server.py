"""Listens only on this computer, and serves the application until it is stopped."""

import asyncio
import errno
import socket
from collections.abc import Callable
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from zcc_keys_gui.sign_in.http.connection import LimitedConnection
from zcc_keys_gui.sign_in.log_entry import RecordCall

HOSTS = ("127.0.0.1", "::1")
_MAX_NEXT_PORTS = 9  # after the wanted one
_MAX_FREE_PORTS = 5  # any free port, which may be free for only one of the two addresses
_BACKLOG = 128
_IDLE_CHECK_INTERVAL_SECONDS = 1.0
_STOP_TIMEOUT_SECONDS = 0.4  # for answers that have begun


class PortTakenError(Exception):
    """The port is not free: another program listens on it, or the system reserves it."""


def listen(wanted: int, *, only_wanted: bool = False) -> list[socket.socket]:
    """Return listening sockets on one port: the wanted one, or else the next one that is free.

    A computer without IPv6 has no ::1; then the only address is 127.0.0.1. Raises `PortTakenError` if no port is free,
    or if the wanted one is not free and `only_wanted` is true. Raises `OSError` if the system fails otherwise.
    """
    next_ports = range(wanted + 1, min(wanted + _MAX_NEXT_PORTS + 1, 65_536))
    others = () if only_wanted else (*next_ports, *[0] * _MAX_FREE_PORTS)
    for port in (wanted, *others):
        try:
            return _listen_on(port)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise PortTakenError


class Server:
    """The HTTP server of one application."""

    def __init__(self, application: ASGIApp, sockets: list[socket.socket], record_call: RecordCall) -> None:
        """Serve on listening sockets. `record_call` gets requests that never reach the application."""
        self._sockets = sockets
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                http=cast("type[LimitedConnection]", partial(LimitedConnection, record_call)),
                ws="none",
                lifespan="off",
                interface="asgi3",
                workers=1,  # even if WEB_CONCURRENCY is set
                log_config=None,
                log_level="critical",  # otherwise every mistake of a caller is written to standard error
                access_log=False,
                proxy_headers=False,
                server_header=False,
            )
        )

    async def serve(self, on_start: Callable[[], None]) -> None:
        """Serve until `stop`. Calls `on_start` when connections are accepted."""
        idle_checks = asyncio.ensure_future(self._close_idle_connections())
        asyncio.get_running_loop().call_soon(on_start)
        try:
            await self._server.serve(self._sockets)
        finally:
            idle_checks.cancel()

    def stop(self) -> None:
        """Stop accepting connections, and end soon. Call it in the server's thread."""
        self._server.should_exit = True
        asyncio.get_running_loop().call_later(_STOP_TIMEOUT_SECONDS, self._abort_connections)

    def _abort_connections(self) -> None:
        self._server.force_exit = True
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()

    async def _close_idle_connections(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_IDLE_CHECK_INTERVAL_SECONDS)
            for connection in list(self._server.server_state.connections):
                assert isinstance(connection, LimitedConnection)
                connection.close_if_idle(loop.time())


def _listen_on(port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for host in HOSTS:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            if family == socket.AF_INET6 and not _has_ipv6():
                continue
            # asyncio disables Nagle's algorithm, which delays answers by 40 ms, only if the protocol is named.
            listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            sockets.append(listening)
            _make_exclusive(listening)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((host, port))
            listening.listen(_BACKLOG)
            port = listening.getsockname()[1]
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


def _make_exclusive(listening: socket.socket) -> None:
    """Keep other programs from listening on the same port, but reuse a port that was closed a moment ago."""
    if exclusive := getattr(socket, "SO_EXCLUSIVEADDRUSE", None):  # on Windows, SO_REUSEADDR would let both listen
        listening.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    else:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
