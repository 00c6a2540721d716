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

from zcc_keys_gui.domain.rehearsal import Failure, Rehearsal
from zcc_keys_gui.domain.sign_in import Outcome, SignIn

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
    rehearsal: Rehearsal
    port: int

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Order({str(self.database)!r}, …)"


@dataclass(frozen=True)
class Listening:
    """The service answers at this port of 127.0.0.1 and, where there is IPv6, ::1."""

    port: int


@dataclass(frozen=True)
class Failed:
    """Something went wrong in the service; nothing of it is secret."""

    what: str


Told = Listening | Failed | Rehearsal | list[SignIn]


def encode_order(access: str, longest: int, rehearsal: Rehearsal, port: int = DEFAULT_PORT) -> bytes:
    """Return the first line for the service; `access` is what the vault gave out for it (`SignIns.access`)."""
    begin = {"access": json.loads(access), "longest": longest, "rehearsal": _fields(rehearsal), "port": port}
    return _line(begin)


def decode_order(line: bytes) -> Order:
    """Return what the first line says."""
    said = json.loads(line)
    access = said["access"]
    database, key = Path(access["database"]), bytes.fromhex(access["key"])
    return Order(database, key, said["longest"], _rehearsal(said["rehearsal"]), said["port"])


def encode_rehearsal(rehearsal: Rehearsal) -> bytes:
    """Return a line, of either of the two, about what is rehearsed."""
    return _line({"rehearsal": _fields(rehearsal)})


def encode_listening(port: int) -> bytes:
    """Return the line that says where the service listens."""
    return _line({"listening": port})


def encode_failed(what: str) -> bytes:
    """Return the line that says what went wrong."""
    return _line({"failed": what})


def encode_sign_ins(rows: Sequence[SignIn]) -> bytes:
    """Return the line with rows for the sign-in log."""
    return _line({"signIns": [[row.when.timestamp(), *_texts(row), row.times] for row in rows]})


def decode(line: bytes) -> Told:
    """Return what a line of the service, or one about a rehearsal, says."""
    ((kind, said),) = json.loads(line).items()
    if kind == "listening":
        return Listening(said)
    if kind == "rehearsal":
        return _rehearsal(said)
    if kind == "signIns":
        return [
            SignIn(datetime.fromtimestamp(when, UTC), client_id, name, client, Outcome(outcome), reason, times)
            for when, client_id, name, client, outcome, reason, times in said
        ]
    return Failed(said)


def _texts(row: SignIn) -> tuple[str, ...]:
    return row.client_id, row.name, row.client, row.outcome.value, row.reason


def _fields(rehearsal: Rehearsal) -> list[object]:
    return [rehearsal.failure, rehearsal.calls, rehearsal.limits_calls]


def _rehearsal(fields: list[Any]) -> Rehearsal:
    failure, calls, limits_calls = fields
    return Rehearsal(None if failure is None else Failure(failure), calls, limits_calls)


def _line(said: object) -> bytes:
    return json.dumps(said).encode() + b"\n"
