"""Gathers what the service has to tell, and works out the reasons, in a thread that keeps no caller waiting."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.sign_in import LOG_LIMIT, FoundKey, NewestRows, Outcome, SignIn
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.reasons import SecretTraits, rejection_reason
from zcc_keys_gui.sign_in.request import Request

_EVERY = 0.25  # seconds
_ONE_BY_ONE = 20  # equal calls between two tellings; of more, the rest are one row


class CallResult(NamedTuple):
    """How a call ended."""

    outcome: Outcome
    reason: str = ""
    client_id: str = ""
    name: str = ""
    is_authenticated: bool = False
    """Whether the call had a valid client ID and client secret, or a valid access token."""


class RejectedSignIn(NamedTuple):
    """A rejected sign-in whose reason is still to be found out."""

    client_id: str
    """As it was sent."""
    look: SecretTraits
    key: FoundKey | None
    """As it was then; None where no key had this client ID."""


WhatT = TypeVar("WhatT", CallResult, CallResult | RejectedSignIn)
Note = Callable[[float, Request, CallResult | RejectedSignIn], None]
"""Takes down a call that was answered at a time, in seconds since 1970, UTC."""


@dataclass(slots=True)
class _Row(Generic[WhatT]):
    request: Request
    what: WhatT
    when: float
    times: int = 1


class _Rows(Generic[WhatT]):
    """What happened, the oldest first. Of equal calls there are `_ONE_BY_ONE` rows; the last stands for the rest."""

    def __init__(self) -> None:
        # Rows pile up while the program that reads them is halted.
        self._rows: NewestRows[_Row[WhatT]] = NewestRows()
        self._of_equal: dict[tuple[Request, WhatT], tuple[int, _Row[WhatT]]] = {}

    def add(self, request: Request, what: WhatT, when: float, times: int = 1) -> None:
        number, last = self._of_equal.get((request, what), (0, None))
        if last is not None and number >= _ONE_BY_ONE:
            last.when = when
            last.times += times
            return
        if len(self._of_equal) >= LOG_LIMIT:
            self._of_equal.clear()
        row = _Row(request, what, when, times)
        self._rows.add(row, is_authenticated=isinstance(what, CallResult) and what.is_authenticated)
        self._of_equal[request, what] = (number + 1, row)

    def __iter__(self) -> Iterator[_Row[WhatT]]:
        return iter(self._rows)


class SignInLog:
    """Tells what happened, a few times a second."""

    def __init__(self, reader: KeyReader, tell: Callable[[Sequence[SignIn]], None]) -> None:
        """Find reasons through `reader`, which is used in this log's thread alone, and `tell` rows there."""
        self._reader = reader
        self._tell = tell
        self._turn = threading.Lock()
        self._rows: _Rows[CallResult | RejectedSignIn] = _Rows()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sign-in log", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def note(self, when: float, request: Request, what: CallResult | RejectedSignIn) -> None:
        """Take down a call that was answered at `when`, in seconds since 1970, UTC; in the server's thread."""
        with self._turn:
            self._rows.add(request, what, when)

    def stop(self) -> None:
        """Tell what is left, and end."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            is_over = self._over.wait(_EVERY)
            with self._turn:
                rows, self._rows = self._rows, _Rows()
            told: _Rows[CallResult] = _Rows()  # what was sent may differ, and be refused for one reason all the same
            for row in rows:
                told.add(row.request, self._explained(row.what), row.when, row.times)
            if sign_ins := [_sign_in(row) for row in told]:
                self._tell(sign_ins)

    def _explained(self, what: CallResult | RejectedSignIn) -> CallResult:
        if isinstance(what, CallResult):
            return what
        try:
            client_id, name, reason = rejection_reason(self._reader, what.client_id, what.look, what.key)
        except VaultError:
            client_id, name, reason = "", "", "The vault could not be read"
        return CallResult(Outcome.SIGN_IN_REJECTED, reason, client_id, name)


def _sign_in(row: _Row[CallResult]) -> SignIn:
    request, what = row.request, row.what
    return SignIn(
        datetime.fromtimestamp(row.when, UTC),
        what.client_id,
        what.name,
        request.client,
        what.outcome,
        ". ".join(filter(None, (request.remark, what.reason))),
        row.times,
        request.method,
        request.path,
        request.status,
        what.is_authenticated,
    )
