"""Listens on this computer alone, and serves the application there until it is told to stop."""

import asyncio
import errno
import socket
from collections.abc import Callable
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from zcc_keys_gui.sign_in.connection import BoundedConnection
from zcc_keys_gui.sign_in.sign_in_log import Note

HOSTS = ("127.0.0.1", "::1")
_PORTS_TRIED = 10  # from the one that is wanted on; then any that is free,
_TIMES_TRIED = 5  # which may be free in one of the two families alone
_SWEEP_SECONDS = 1.0
_GRACE_SECONDS = 0.4  # for answers that are under way


class PortTakenError(Exception):
    """The port is not free: another program listens there, or the system reserves it."""


def listen(wanted: int, *, only_wanted: bool = False) -> list[socket.socket]:
    """Return listening sockets on one port: the wanted one, or else the next that is free.

    A computer without IPv6 has no ::1; then the only address is 127.0.0.1. Raises `PortTakenError` if no port is free,
    or the wanted one is not and `only_wanted` is true; and `OSError`.
    """
    others = () if only_wanted else (*range(wanted + 1, min(wanted + _PORTS_TRIED, 65_536)), *[0] * _TIMES_TRIED)
    for port in (wanted, *others):
        try:
            return _listen_on(port)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise PortTakenError


class Server:
    """Serves one application."""

    def __init__(self, application: ASGIApp, sockets: list[socket.socket], note: Note) -> None:
        """Serve on sockets that listen; `note` takes down requests that never reach the application."""
        self._sockets = sockets
        self._server = uvicorn.Server(
            uvicorn.Config(
                application,
                http=cast("type[BoundedConnection]", partial(BoundedConnection, note)),
                ws="none",
                lifespan="off",
                interface="asgi3",
                workers=1,  # whatever WEB_CONCURRENCY says
                log_config=None,
                log_level="critical",  # it would tell standard error of every caller's mistake
                access_log=False,
                proxy_headers=False,
                server_header=False,
            )
        )

    async def serve(self, begun: Callable[[], None]) -> None:
        """Serve until `stop`; call `begun` once connections are accepted."""
        sweeping = asyncio.ensure_future(self._sweep())
        asyncio.get_running_loop().call_soon(begun)
        try:
            await self._server.serve(self._sockets)
        finally:
            sweeping.cancel()

    def stop(self) -> None:
        """Accept nothing more, and end soon; in the server's thread."""
        self._server.should_exit = True
        asyncio.get_running_loop().call_later(_GRACE_SECONDS, self._force)

    def _force(self) -> None:
        self._server.force_exit = True
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            for connection in list(self._server.server_state.connections):
                assert isinstance(connection, BoundedConnection)
                connection.close_if_idle(loop.time())


def _listen_on(port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        for host in HOSTS:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            if family == socket.AF_INET6 and not _has_ipv6():
                continue
            # asyncio switches Nagle's delays off only where the protocol is named; they cost 40 ms an answer.
            listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            sockets.append(listening)
            _claim(listening)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((host, port))
            listening.listen(128)
            port = listening.getsockname()[1]
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


def _claim(listening: socket.socket) -> None:
    """Let no other program listen on the same port, but do without waiting for what is left of the last time."""
    if exclusive := getattr(socket, "SO_EXCLUSIVEADDRUSE", None):  # Windows, where the other would let both listen
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
