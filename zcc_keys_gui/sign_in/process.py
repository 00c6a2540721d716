"""The process of the sign-in service: `ZCC Keys --sign-in-service`, which only the program starts.

It is a separate process, so that the windows stay responsive while the service is busy, and so that stopping it always
succeeds. Messages come and go by its standard input and output.
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
from zcc_keys_gui.sign_in.http.server import PortTakenError, Server, listen
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.sign_in_log import SignInLog
from zcc_keys_gui.sign_in.simulated_failures import FailureSimulator

# How long an answer waits for Python's lock at most while the log's thread works; Python's default is 0.005.
_SWITCH_INTERVAL_SECONDS = 0.0005
_MAX_REPORTED_CALLS = 6  # of a traceback


def main(open_reader: Callable[[Path, bytes], KeyReader]) -> int:
    """Serve until standard input ends; return the exit code.

    `open_reader` opens the database at a path with its key (32 bytes), and raises `VaultError`.
    """
    # Unbuffered: Python aborts if it ends while a thread reads into a buffer, and a dump would contain the key.
    orders, output = FileIO(sys.stdin.fileno(), closefd=False), _Output(sys.stdout.buffer)
    first_line = orders.readline()
    if not first_line:
        return 0
    try:
        order = messages.decode_order(first_line)
        asyncio.run(_serve(order, open_reader, orders, output))
    except PortTakenError:
        output.write(messages.encode_port_taken(order.port))
        return 1
    except Exception as error:  # noqa: BLE001  the program logs it; a traceback could show what a caller sent
        output.write(messages.encode_failed(_description(error)))
        return 1
    return 0


class _Output:
    """A stream to which any thread can write lines. If nothing reads it any longer, the process is about to end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, line: bytes) -> None:
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except OSError:  # Python flushes the buffer again when it ends, and must not fail then
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _ErrorReports:
    """The reports of errors: each kind is reported once, so that callers can't fill the program's log."""

    def __init__(self, output: _Output) -> None:
        self._output = output
        self._reported: set[str] = set()

    def report(self, error: Exception) -> None:
        description = _description(error)
        if description not in self._reported:
            self._reported.add(description)
            self._output.write(messages.encode_failed(description))


async def _serve(
    order: messages.Order, open_reader: Callable[[Path, bytes], KeyReader], orders: FileIO, output: _Output
) -> None:
    reader, log_reader = open_reader(order.database, order.key), open_reader(order.database, order.key)
    log = SignInLog(log_reader, lambda rows: output.write(messages.encode_sign_ins(rows)))
    simulator = FailureSimulator(
        order.simulated_failures, lambda left: output.write(messages.encode_simulated_failures(left))
    )
    errors = _ErrorReports(output)
    application = Application(reader, order.max_token_seconds, simulator, log.record, errors.report)
    sockets = listen(order.port, only_wanted=order.only_this_port)
    server = Server(application, sockets, log.record)
    loop = asyncio.get_running_loop()

    def read_orders() -> None:
        try:
            for line in filter(bytes.strip, orders):  # empty lines are no orders
                failures = messages.decode(line)
                assert isinstance(failures, SimulatedFailures)
                loop.call_soon_threadsafe(simulator.set_failures, failures)
        finally:  # also after an incomplete line from a program that was killed
            loop.call_soon_threadsafe(server.stop)

    sys.setswitchinterval(_SWITCH_INTERVAL_SECONDS)
    log.start()
    threading.Thread(target=read_orders, name="orders", daemon=True).start()
    port = sockets[0].getsockname()[1]
    try:
        await server.serve(lambda: output.write(messages.encode_listening(port)))
    finally:
        log.stop()
        reader.close()
        log_reader.close()


def _description(error: Exception) -> str:
    """Return the type of an error and the functions and lines of its last calls, without its text.

    The text may contain what a caller sent.
    """
    calls = traceback.extract_tb(error.__traceback__)[-_MAX_REPORTED_CALLS:]
    return " ".join([type(error).__name__, *(f"{call.name}:{call.lineno}" for call in calls)])
