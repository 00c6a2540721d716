"""What the program and its sign-in service, which is a process of its own, say to each other: JSON, one message a line.

The program's first line is an `Order` and begins the service; each further one says what to rehearse from then on. The
service ends when there are no more lines.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zcc_keys_gui.domain.sign_in import Failure, Outcome, SignIn, SimulatedFailures

DEFAULT_PORT = 8765
BLANK = b" " * 1_000 + b"\n"
"""A line for the service that says nothing; in a buffer, it takes the place of the key, with which an order begins."""


@dataclass(frozen=True)
class Order:
    """What the service begins with."""

    database: Path
    key: bytes
    """Of the database, 32 bytes."""
    longest: int
    """The longest that a token may last, in seconds."""
    simulated_failures: SimulatedFailures
    port: int
    only_this_port: bool
    """Whether the service ends if the port is not free, instead of using the next free one."""

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Order({str(self.database)!r}, …)"


@dataclass(frozen=True)
class Listening:
    """The service answers at this port of 127.0.0.1 and, where there is IPv6, ::1."""

    port: int


@dataclass(frozen=True)
class PortTaken:
    """The service ends, because the only port that it may use is not free."""

    port: int


@dataclass(frozen=True)
class Failed:
    """Something went wrong in the service; nothing of it is secret."""

    what: str


CallResult = Listening | PortTaken | Failed | SimulatedFailures | list[SignIn]


def encode_order(
    access: str,
    longest: int,
    simulated_failures: SimulatedFailures,
    port: int = DEFAULT_PORT,
    *,
    only_this_port: bool = False,
) -> bytes:
    """Return the first line for the service; `access` is what the vault gave out for it (`SignIns.access`)."""
    return _line(
        {
            "access": json.loads(access),
            "longest": longest,
            "rehearsal": _fields(simulated_failures),
            "port": port,
            "onlyThisPort": only_this_port,
        }
    )


def decode_order(line: bytes) -> Order:
    """Return what the first line says."""
    said = json.loads(line)
    access = said["access"]
    database, key = Path(access["database"]), bytes.fromhex(access["key"])
    return Order(
        database, key, said["longest"], _simulated_failures(said["rehearsal"]), said["port"], said["onlyThisPort"]
    )


def encode_simulated_failures(simulated_failures: SimulatedFailures) -> bytes:
    """Return a line, of either of the two, about what is rehearsed."""
    return _line({"rehearsal": _fields(simulated_failures)})


def encode_listening(port: int) -> bytes:
    """Return the line that says where the service listens."""
    return _line({"listening": port})


def encode_port_taken(port: int) -> bytes:
    """Return the line that says that the port is not free."""
    return _line({"portTaken": port})


def encode_failed(what: str) -> bytes:
    """Return the line that says what went wrong."""
    return _line({"failed": what})


def encode_sign_ins(rows: Sequence[SignIn]) -> bytes:
    """Return the line with rows for the sign-in log."""
    return _line({"signIns": [_values(row) for row in rows]})


def decode(line: bytes) -> CallResult:
    """Return what a line of the service, or one about a rehearsal, says."""
    ((kind, said),) = json.loads(line).items()
    if kind == "listening":
        return Listening(said)
    if kind == "portTaken":
        return PortTaken(said)
    if kind == "rehearsal":
        return _simulated_failures(said)
    if kind == "signIns":
        return [_sign_in(*values) for values in said]
    return Failed(said)


def _values(row: SignIn) -> list[object]:
    _, *others = vars(row).values()
    return [row.when.timestamp(), *others]


def _sign_in(when: float, client_id: str, name: str, client: str, outcome: str, *others: Any) -> SignIn:
    return SignIn(datetime.fromtimestamp(when, UTC), client_id, name, client, Outcome(outcome), *others)


def _fields(simulated_failures: SimulatedFailures) -> list[object]:
    return [simulated_failures.failure, simulated_failures.calls, simulated_failures.limits_calls]


def _simulated_failures(fields: list[Any]) -> SimulatedFailures:
    failure, calls, limits_calls = fields
    return SimulatedFailures(None if failure is None else Failure(failure), calls, limits_calls)


def _line(said: object) -> bytes:
    return json.dumps(said).encode() + b"\n"
