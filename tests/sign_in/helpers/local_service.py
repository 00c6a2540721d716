"""The sign-in service in the test's own process, so that its timeouts can be changed. It has no log."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.sign_in.helpers.service_process import TIMEOUT_SECONDS
from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.sign_in.application import Application
from zcc_keys_gui.sign_in.http.server import Server, listen
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore


@contextmanager
def application_of(store: VaultStore) -> Iterator[Application]:
    """Yield the application for a vault. It is an error if a call makes it fail."""
    access = json.loads(store.sign_ins.access())
    failures: list[Exception] = []
    with closing(VaultKeyReader(Path(access["database"]), bytes.fromhex(access["key"]))) as reader:
        simulator = FailureSimulator(SimulatedFailures(), lambda _: None)
        yield Application(reader, 3_600, simulator, lambda *_: None, failures.append)
    assert not failures


@contextmanager
def serving(application: Application) -> Iterator[int]:
    """Serve an application in a thread, and yield the port."""
    sockets = listen(0)
    for each in sockets:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)  # so that unread answers fill it soon
    port = int(sockets[0].getsockname()[1])
    server, started, loop = Server(application, sockets, lambda *_: None), threading.Event(), asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve(started.set)))
    thread.start()
    assert started.wait(TIMEOUT_SECONDS)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join()
        loop.close()
