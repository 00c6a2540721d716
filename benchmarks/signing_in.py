"""How many sign-ins a second the sign-in service answers, compared with the same sign-in on Flask and on Starlette.

The three servers take turns. The service runs as the window runs it. Meanwhile the search field of the main window gets
keystrokes, and the window writes the sign-in log.
"""

import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import percentile_95
from benchmarks.ratio import Ratio
from benchmarks.vaults import make_vault
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys

_KEYS = 10_000
_CONNECTIONS = (1, 16)
_ROUNDS = 11
_SECONDS = 1.0  # for each server in each round
_SERVICE = "the sign-in service"
_MAX_P99_MS = 10.0  # with the most connections
_TWO_FRAMES_MS = 33.0
_TIMEOUT_SECONDS = 30.0
_POLL_INTERVAL_SECONDS = 0.05


class _Comparison(NamedTuple):
    """A server to compare with."""

    module: str
    min_ratio: float


_COMPARISONS = {
    "Flask and waitress": _Comparison("benchmarks.processes.flask_server", 2.5),
    "Starlette and uvicorn": _Comparison("benchmarks.processes.starlette_server", 1.0),
}


class _Load(NamedTuple):
    """How one server answered in one round."""

    connections: int
    rate: float
    """Sign-ins a second."""
    p99: float
    """The 99th percentile of the times, in milliseconds."""
    start: float
    """By `time.monotonic`, as `end`."""
    end: float


_Round = dict[str, _Load]
"""By server."""


def measure(folder: Path) -> list[Ratio]:
    """Print rates and times. Return the ratios, for a vault in `folder`."""
    store = make_vault(folder / "sign-in", _KEYS)
    keys = Keys(store, lambda: "benchmark")
    bodies = [_body(keys, f"Script{number}") for number in range(max(_CONNECTIONS))]
    access = store.sign_ins.access()
    store.close()
    rounds, keystrokes = _run_rounds(folder / "sign-in", access, bodies)
    print("\n".join(_table(rounds)), end="\n\n")
    return [
        *(_rate_ratio(rounds, connections, server) for connections in _CONNECTIONS for server in _COMPARISONS),
        _time_ratio(rounds),
        _keystroke_ratio(rounds, keystrokes),
    ]


def _run_rounds(vault: Path, access: str, bodies: list[str]) -> tuple[list[_Round], list[tuple[float, float]]]:
    """Return the rounds and the keystrokes that `typing_during_sign_ins` prints."""
    with _start("benchmarks.processes.typing_during_sign_ins", str(vault)) as window:
        assert window.stdin is not None
        assert window.stdout is not None
        service_port = int(window.stdout.readline())
        with _comparison_servers(access) as comparison_ports:
            ports = {_SERVICE: service_port, **comparison_ports}
            rounds = [
                {server: _load(port, bodies[:connections]) for server, port in ports.items()}
                for connections in _CONNECTIONS
                for _ in range(_ROUNDS)
            ]
        window.stdin.close()
        return rounds, json.loads(window.stdout.read())


def _body(keys: Keys, name: str) -> str:
    added = keys.add(KeyFields(name, Status.ENABLED, Role.READ, 3_600))
    return json.dumps({"apiKey": added.key.client_id, "secretKey": added.secret.reveal()})


def _start(module: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def _comparison_servers(access: str) -> Iterator[dict[str, int]]:
    """Run the servers to compare with, and give the port of each."""
    ports: dict[str, int] = {}
    processes = []
    try:
        for server, comparison in _COMPARISONS.items():
            ports[server] = _free_port()
            process = _start(comparison.module, str(ports[server]))
            processes.append(process)
            assert process.stdin is not None
            process.stdin.write(f"{access}\n")
            process.stdin.flush()
        for port in ports.values():
            _wait_until_listening(port)
        yield ports
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "a server to compare with does not listen"
            time.sleep(_POLL_INTERVAL_SECONDS)
        else:
            return


def _load(port: int, bodies: list[str]) -> _Load:
    """Sign in over as many connections as there are bodies."""
    command = [sys.executable, "-m", "benchmarks.processes.sign_in_client", str(port), str(_SECONDS)]
    start = time.monotonic()
    output = subprocess.run(command, input=json.dumps(bodies), check=True, stdout=subprocess.PIPE, text=True).stdout
    rate, p99 = json.loads(output)
    return _Load(len(bodies), rate, p99, start, time.monotonic())


def _rate_ratio(rounds: list[_Round], connections: int, server: str) -> Ratio:
    """Return the median of the rounds' ratios: anything that slows the computer down slows both servers of a round."""
    rates = [
        (loads[_SERVICE].rate, loads[server].rate) for loads in rounds if loads[_SERVICE].connections == connections
    ]
    rate, comparison_rate = sorted(rates, key=lambda pair: pair[0] / pair[1])[len(rates) // 2]
    name = f"sign-ins, connections: {connections}"
    return Ratio(name, server, rate, comparison_rate, "/s", _COMPARISONS[server].min_ratio, is_lower_limit=True)


def _time_ratio(rounds: list[_Round]) -> Ratio:
    connections = max(_CONNECTIONS)
    p99 = statistics.median(loads[_SERVICE].p99 for loads in rounds if loads[_SERVICE].connections == connections)
    name = f"time of a sign-in, 99th percentile, connections: {connections}"
    return Ratio(name, "10 ms", p99, _MAX_P99_MS, "ms", 1)


def _keystroke_ratio(rounds: list[_Round], keystrokes: list[tuple[float, float]]) -> Ratio:
    """Return how long keystrokes took while the sign-in service was busy."""
    busy = [loads[_SERVICE] for loads in rounds]
    times_ms = [took for typed_at, took in keystrokes if any(load.start <= typed_at <= load.end for load in busy)]
    name = f"keystroke until painted during sign-ins, 95th percentile, {_KEYS:,} keys"
    return Ratio(name, "two frames", percentile_95(times_ms), _TWO_FRAMES_MS, "ms", 1)


def _table(rounds: list[_Round]) -> list[str]:
    lines = ["| median of the rounds | connections | sign-ins a second | 99th percentile |", "|---|---|---|---|"]
    for connections in _CONNECTIONS:
        for server in rounds[0]:
            loads = [by_server[server] for by_server in rounds if by_server[server].connections == connections]
            rate = statistics.median(load.rate for load in loads)
            p99 = statistics.median(load.p99 for load in loads)
            lines.append(f"| {server} | {connections} | {rate:,.0f} | {p99:.2f} ms |")
    return lines
