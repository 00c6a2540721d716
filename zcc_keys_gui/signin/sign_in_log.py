"""Gathers what the service has to tell, and works out the reasons, in a thread that keeps no caller waiting."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.sign_in import Outcome, SignIn
from zcc_keys_gui.signin.key_reader import KeyReader
from zcc_keys_gui.signin.reasons import Look, why_refused

_EVERY = 0.25  # seconds
_ONE_BY_ONE = 20  # equal calls between two tellings; of more, the rest are one row


class Told(NamedTuple):
    """A call, but for its time."""

    client: str
    """What the program that calls says it is."""
    outcome: Outcome
    reason: str
    client_id: str = ""
    name: str = ""


class Refused(NamedTuple):
    """A refused sign-in, but for its time; it is still to be found out why it was refused."""

    client: str
    client_id: str
    """As it was sent."""
    look: Look


Note = Callable[[float, Told | Refused], None]
"""Takes down a call at a time, in seconds since 1970, UTC."""


@dataclass(slots=True)
class _Row:
    what: Told | Refused
    when: float
    times: int = 1


@dataclass(slots=True)
class _Equal:
    """Equal calls since the last telling."""

    number: int
    last: _Row


class SignInLog:
    """Tells what happened, a few times a second."""

    def __init__(self, reader: KeyReader, tell: Callable[[Sequence[SignIn]], None]) -> None:
        """Find reasons through `reader`, which is used in this log's thread alone, and `tell` rows there."""
        self._reader = reader
        self._tell = tell
        self._turn = threading.Lock()
        self._rows: list[_Row] = []
        self._equal: dict[Told | Refused, _Equal] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sign-in log", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def note(self, when: float, what: Told | Refused) -> None:
        """Take down a call at `when`, in seconds since 1970, UTC; in the server's thread."""
        with self._turn:
            equal = self._equal.get(what)
            if equal is not None and equal.number >= _ONE_BY_ONE:
                equal.last.when = when
                equal.last.times += 1
                return
            row = _Row(what, when)
            self._rows.append(row)
            if equal is None:
                self._equal[what] = _Equal(1, row)
            else:
                equal.number += 1
                equal.last = row

    def stop(self) -> None:
        """Tell what is left, and end."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            is_over = self._over.wait(_EVERY)
            with self._turn:
                rows, self._rows, self._equal = self._rows, [], {}
            if rows:
                self._tell([self._as_told(row) for row in rows])

    def _as_told(self, row: _Row) -> SignIn:
        when = datetime.fromtimestamp(row.when, UTC)
        if isinstance(row.what, Told):
            client, outcome, reason, client_id, name = row.what
            return SignIn(when, client_id, name, client, outcome, reason, row.times)
        try:
            client_id, name, reason = why_refused(self._reader, row.what.client_id, row.what.look)
        except VaultError:
            client_id, name, reason = "", "", "The vault could not be read"
        return SignIn(when, client_id, name, row.what.client, Outcome.REFUSED, reason, row.times)
