"""Sign-ins a second by the sign-in service, as the window runs it, against the same sign-in by others.

The others are in `sign_in_rivals`. The three take turns, while somebody types into the search of the main window, which
writes the log of the service's sign-ins meanwhile.
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

from benchmarks.ratio import Ratio, percentile_95
from benchmarks.vaults import make_vault
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys

_KEYS = 10_000
_CONNECTIONS = (1, 16)
_ROUNDS = 11
_SECONDS = 1.0  # of each server in each round
_OURS = "the sign-in service"
_RIVALS = {"Flask and waitress": ("flask", 2.5), "Starlette and uvicorn": ("starlette", 1.0)}
_LONGEST_P99 = 10.0  # milliseconds, with the most connections
_TWO_FRAMES = 33.0  # milliseconds
_PATIENCE = 30.0  # seconds


class _Load(NamedTuple):
    """How one server did in one round."""

    connections: int
    rate: float
    """Sign-ins a second."""
    p99: float
    """Milliseconds."""
    began: float
    """By `time.monotonic`, as the next one."""
    ended: float


_Round = dict[str, _Load]
"""By server."""


def measure(folder: Path) -> list[Ratio]:
    """Print rates and times; return the ratios, for a vault in `folder`."""
    store = make_vault(folder / "sign-in", _KEYS)
    keys = Keys(store, lambda: "benchmark")
    bodies = [_body(keys, f"Script{number}") for number in range(max(_CONNECTIONS))]
    access = store.sign_ins.access()
    store.close()
    window = _python("benchmarks.sign_in_window", str(folder / "sign-in"))
    assert window.stdin is not None
    assert window.stdout is not None
    with window:
        ports = {_OURS: int(window.stdout.readline())}
        with _rivals(access) as ports_of_rivals:
            ports |= ports_of_rivals
            rounds = [
                {server: _load(port, bodies[:connections]) for server, port in ports.items()}
                for connections in _CONNECTIONS
                for _ in range(_ROUNDS)
            ]
        window.stdin.close()
        typed = json.loads(window.stdout.read())
    print("\n".join(_table(rounds)), end="\n\n")
    ours = [each[_OURS] for each in rounds]
    meanwhile = [took for when, took in typed if any(load.began <= when <= load.ended for load in ours)]
    most = statistics.median(load.p99 for load in ours if load.connections == max(_CONNECTIONS))
    return [
        *(_ratio(rounds, connections, rival) for connections in _CONNECTIONS for rival in _RIVALS),
        Ratio(f"a sign-in, p99, {max(_CONNECTIONS)} connections", "10 ms", most, _LONGEST_P99, "ms", 1),
        Ratio(
            f"a keystroke meanwhile until painted, p95, {_KEYS:,} keys",
            "two frames",
            percentile_95(meanwhile),
            _TWO_FRAMES,
            "ms",
            1,
        ),
    ]


def _body(keys: Keys, name: str) -> str:
    new = keys.add(KeyFields(name, Status.ENABLED, Role.READ, 3_600))
    return json.dumps({"apiKey": new.key.client_id, "secretKey": new.secret.reveal()})


def _python(module: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def _rivals(access: str) -> Iterator[dict[str, int]]:
    """Run the rivals; give the port of each."""
    ports: dict[str, int] = {}
    processes = []
    try:
        for name, (module_argument, _) in _RIVALS.items():
            ports[name] = _free_port()
            process = _python("benchmarks.sign_in_rivals", module_argument, str(ports[name]))
            processes.append(process)
            assert process.stdin is not None
            process.stdin.write(f"{access}\n")
            process.stdin.flush()
        for port in ports.values():
            _wait_for(port)
        yield ports
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "a rival does not listen"
            time.sleep(0.05)
        else:
            return


def _load(port: int, bodies: list[str]) -> _Load:
    """Sign in by as many connections as there are bodies."""
    command = [sys.executable, "-m", "benchmarks.sign_in_load", str(port), str(_SECONDS)]
    began = time.monotonic()
    printed = subprocess.run(command, input=json.dumps(bodies), check=True, stdout=subprocess.PIPE, text=True).stdout
    rate, p99 = json.loads(printed)
    return _Load(len(bodies), rate, p99, began, time.monotonic())


def _ratio(rounds: list[_Round], connections: int, rival: str) -> Ratio:
    """Return the round whose ratio is the median one: what else the computer did slows both of a round down."""
    pairs = [(each[_OURS].rate, each[rival].rate) for each in rounds if each[_OURS].connections == connections]
    ours, theirs = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    what = f"sign-ins, {connections} connection{'s' if connections > 1 else ''}"
    return Ratio(what, rival, ours, theirs, "/s", _RIVALS[rival][1], at_least=True)


def _table(rounds: list[_Round]) -> list[str]:
    lines = ["| median of the rounds | connections | sign-ins a second | p99 |", "|---|---|---|---|"]
    for connections in _CONNECTIONS:
        for server in rounds[0]:
            loads = [each[server] for each in rounds if each[server].connections == connections]
            rate, p99 = (statistics.median(getattr(load, what) for load in loads) for what in ("rate", "p99"))
            lines.append(f"| {server} | {connections} | {rate:,.0f} | {p99:.2f} ms |")
    return lines
