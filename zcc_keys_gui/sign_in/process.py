"""The process of the sign-in service, built and wired: `ZCC Keys --sign-in-service`, begun by the program alone.

It is a process of its own so that the window stays as quick as ever, however much is asked of the service, and so that
stopping it always succeeds. What it is told and tells goes by its standard input and output.
"""

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.service import sign_in_messages as messages
from zcc_keys_gui.sign_in.application import Application
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.server import PortTakenError, Server, listen
from zcc_keys_gui.sign_in.sign_in_log import SignInLog
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator

_TURN = 0.0005  # seconds that an answer waits at most for Python's lock while the log's thread works; 0.005 is usual


def main(open_reader: Callable[[Path, bytes], KeyReader]) -> int:
    """Serve until standard input ends; return the exit code.

    `open_reader` opens the database at a path with its key (32 bytes), and raises `VaultError`.
    """
    # Without a buffer: where Python ends while a thread reads into one, it aborts, and a dump would have the key in it.
    told, tells = FileIO(sys.stdin.fileno(), closefd=False), _ProcessOutput(sys.stdout.buffer)
    first = told.readline()
    if not first:
        return 0
    try:
        order = messages.decode_order(first)
        asyncio.run(_serve(order, open_reader, told, tells))
    except PortTakenError:
        tells.say(messages.encode_port_taken(order.port))
        return 1
    except Exception as error:  # noqa: BLE001  the program logs it; a trace could show what somebody sent
        tells.say(messages.encode_failed(_described(error)))
        return 1
    return 0


class _ProcessOutput:
    """Writes lines; from any thread. Where nobody reads them any more, the process is about to end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._turn = threading.Lock()

    def say(self, line: bytes) -> None:
        with self._turn:
            try:
                self._stream.write(line)
                self._stream.flush()
            except OSError:  # what is left in the buffer would be tried again, and complained of, at the end
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


async def _serve(
    order: messages.Order, open_reader: Callable[[Path, bytes], KeyReader], told: FileIO, tells: _ProcessOutput
) -> None:
    reader, log_reader = open_reader(order.database, order.key), open_reader(order.database, order.key)
    log = SignInLog(log_reader, lambda rows: tells.say(messages.encode_sign_ins(rows)))
    simulator = FailureSimulator(
        order.simulated_failures, lambda left: tells.say(messages.encode_simulated_failures(left))
    )
    told_failures: set[str] = set()

    def tell_failure(error: Exception) -> None:
        described = _described(error)
        if described not in told_failures:  # or else who calls could fill the program's log
            told_failures.add(described)
            tells.say(messages.encode_failed(described))

    application = Application(reader, order.max_token_seconds, simulator, log.note, tell_failure)
    sockets = listen(order.port, only_wanted=order.only_this_port)
    server = Server(application, sockets, log.note)
    loop = asyncio.get_running_loop()

    def follow() -> None:
        try:
            for line in filter(bytes.strip, told):  # others say nothing
                simulated_failures = messages.decode(line)
                assert isinstance(simulated_failures, SimulatedFailures)
                loop.call_soon_threadsafe(simulator.order, simulated_failures)
        finally:  # also after half a line, of a program that was killed
            loop.call_soon_threadsafe(server.stop)

    sys.setswitchinterval(_TURN)
    log.start()
    threading.Thread(target=follow, name="orders", daemon=True).start()
    port = sockets[0].getsockname()[1]
    try:
        await server.serve(lambda: tells.say(messages.encode_listening(port)))
    finally:
        log.stop()
        reader.close()
        log_reader.close()


def _described(error: Exception) -> str:
    """Return kind and place of an error, and nothing of its text: that may hold what somebody sent."""
    places = traceback.extract_tb(error.__traceback__)
    return " ".join([type(error).__name__, *(f"{place.name}:{place.lineno}" for place in places[-6:])])
