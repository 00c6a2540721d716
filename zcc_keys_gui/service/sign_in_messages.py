"""The messages between the program and the process of its sign-in service: JSON, one message per line.

The program's first line is an `Order`, which starts the service. Each further line sets the failures to simulate. The
service ends when its input ends.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from zcc_keys_gui.domain.sign_in import Failure, Outcome, SignIn, SimulatedFailures

DEFAULT_PORT = 8765
BLANK = b" " * 1_000 + b"\n"
"""An empty line for the service. It overwrites the key at the beginning of an order in the pipe's buffers."""


@dataclass(frozen=True)
class Order:
    """The settings with which the service starts."""

    database: Path
    key: bytes
    """The key of the database, 32 bytes."""
    max_token_seconds: int
    """The longest validity of an access token."""
    simulated_failures: SimulatedFailures
    port: int
    only_this_port: bool
    """Whether the service ends if the port is not free, instead of using the next free one."""

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Order({str(self.database)!r}, …)"


class Listening(NamedTuple):
    """The service listens on this port of 127.0.0.1 and, if the computer has IPv6, ::1."""

    port: int


class PortTaken(NamedTuple):
    """The service ends, because the only port that it may use is not free."""

    port: int


class Failed(NamedTuple):
    """An error in the service. The description contains no secret."""

    description: str


ServiceMessage = Listening | PortTaken | Failed | SimulatedFailures | list[SignIn]


def encode_order(
    access: str,
    max_token_seconds: int,
    simulated_failures: SimulatedFailures,
    port: int = DEFAULT_PORT,
    *,
    only_this_port: bool = False,
) -> bytes:
    """Return the first line for the service; `access` is the result of `SignIns.access`."""
    return _encode_line(
        {
            "access": json.loads(access),
            "longest": max_token_seconds,
            "rehearsal": _encode_failures(simulated_failures),
            "port": port,
            "onlyThisPort": only_this_port,
        }
    )


def decode_order(line: bytes) -> Order:
    """Return the settings in the first line."""
    content = json.loads(line)
    access = content["access"]
    return Order(
        Path(access["database"]),
        bytes.fromhex(access["key"]),
        content["longest"],
        _decode_failures(content["rehearsal"]),
        content["port"],
        content["onlyThisPort"],
    )


def encode_simulated_failures(simulated_failures: SimulatedFailures) -> bytes:
    """Return the line about the failures to simulate; both sides send it."""
    return _encode_line({"rehearsal": _encode_failures(simulated_failures)})


def encode_listening(port: int) -> bytes:
    """Return the line with the port on which the service listens."""
    return _encode_line({"listening": port})


def encode_port_taken(port: int) -> bytes:
    """Return the line that says that the port is not free."""
    return _encode_line({"portTaken": port})


def encode_failed(description: str) -> bytes:
    """Return the line that describes an error."""
    return _encode_line({"failed": description})


def encode_sign_ins(rows: Sequence[SignIn]) -> bytes:
    """Return the line with rows for the sign-in log."""
    return _encode_line({"signIns": [_encode_sign_in(row) for row in rows]})


def decode(line: bytes) -> ServiceMessage:
    """Return the message in a line of the service, or in a line about the failures to simulate."""
    ((kind, content),) = json.loads(line).items()
    if kind == "listening":
        return Listening(content)
    if kind == "portTaken":
        return PortTaken(content)
    if kind == "rehearsal":
        return _decode_failures(content)
    if kind == "signIns":
        return [_decode_sign_in(*values) for values in content]
    return Failed(content)


def _encode_sign_in(row: SignIn) -> list[object]:
    return [row.when.timestamp(), *row[1:]]


def _decode_sign_in(when: float, client_id: str, name: str, client: str, outcome: str, *others: Any) -> SignIn:
    return SignIn(datetime.fromtimestamp(when, UTC), client_id, name, client, Outcome(outcome), *others)


def _encode_failures(simulated_failures: SimulatedFailures) -> list[object]:
    return [simulated_failures.failure, simulated_failures.calls, simulated_failures.limits_calls]


def _decode_failures(fields: list[Any]) -> SimulatedFailures:
    failure, calls, limits_calls = fields
    return SimulatedFailures(None if failure is None else Failure(failure), calls, limits_calls)


def _encode_line(content: object) -> bytes:
    return json.dumps(content).encode() + b"\n"
