"""Collects calls for the sign-in log, and finds the reasons for rejected ones, in a thread that delays no caller."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from zcc_keys_gui.domain.errors import VaultError
from zcc_keys_gui.domain.sign_in import MAX_LOG_ROWS, NewestRows, Outcome, SignIn
from zcc_keys_gui.sign_in import text
from zcc_keys_gui.sign_in.key_reader import KeyReader
from zcc_keys_gui.sign_in.log_entry import CallResult, LoggedRequest, RejectedSignIn
from zcc_keys_gui.sign_in.reasons import find_rejection_reason

_SEND_INTERVAL_SECONDS = 0.25
_MAX_EQUAL_ROWS = 20  # in one interval; the last row counts all further ones

ResultT = TypeVar("ResultT", CallResult, CallResult | RejectedSignIn)


@dataclass(slots=True)
class _Row(Generic[ResultT]):
    """A call, or several equal ones; `when` is the time of the last one, in seconds since 1970, UTC."""

    request: LoggedRequest
    result: ResultT
    when: float
    times: int = 1


class _Rows(Generic[ResultT]):
    """Rows, the oldest first. There are at most `_MAX_EQUAL_ROWS` rows of equal calls."""

    def __init__(self) -> None:
        # Limited, because rows accumulate while the program that reads them is stopped.
        self._rows: NewestRows[_Row[ResultT]] = NewestRows()
        self._equal_rows: dict[tuple[LoggedRequest, ResultT], tuple[int, _Row[ResultT]]] = {}

    def add(self, request: LoggedRequest, result: ResultT, when: float, times: int = 1) -> None:
        number, last = self._equal_rows.get((request, result), (0, None))
        if last is not None and number >= _MAX_EQUAL_ROWS:
            last.when = when
            last.times += times
            return
        if len(self._equal_rows) >= MAX_LOG_ROWS:
            self._equal_rows.clear()
        row = _Row(request, result, when, times)
        self._rows.add(row, is_authenticated=isinstance(result, CallResult) and result.is_authenticated)
        self._equal_rows[request, result] = (number + 1, row)

    def __iter__(self) -> Iterator[_Row[ResultT]]:
        return iter(self._rows)


class SignInLog:
    """The sender of rows about answered calls; it sends them several times per second."""

    def __init__(self, reader: KeyReader, send_rows: Callable[[Sequence[SignIn]], None]) -> None:
        """Find reasons with `reader`, which only this log's thread uses. `send_rows` is called in that thread."""
        self._reader = reader
        self._send_rows = send_rows
        self._lock = threading.Lock()
        self._rows: _Rows[CallResult | RejectedSignIn] = _Rows()
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sign-in log", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def record(self, when: float, request: LoggedRequest, result: CallResult | RejectedSignIn) -> None:
        """Record a call that was answered at `when`, in seconds since 1970, UTC. Called in the server's thread."""
        with self._lock:
            self._rows.add(request, result, when)

    def stop(self) -> None:
        """Send the last rows, and end the thread."""
        self._is_stopped.set()
        self._thread.join()

    def _run(self) -> None:
        is_stopped = False
        while not is_stopped:
            is_stopped = self._is_stopped.wait(_SEND_INTERVAL_SECONDS)
            with self._lock:
                rows, self._rows = self._rows, _Rows()
            explained: _Rows[CallResult] = _Rows()  # different secrets can be rejected for the same reason
            for row in rows:
                explained.add(row.request, self._explain(row.result), row.when, row.times)
            if sign_ins := [_make_sign_in(row) for row in explained]:
                self._send_rows(sign_ins)

    def _explain(self, result: CallResult | RejectedSignIn) -> CallResult:
        if isinstance(result, CallResult):
            return result
        try:
            client_id, name, reason = find_rejection_reason(self._reader, result.client_id, result.traits, result.key)
        except VaultError:
            client_id, name, reason = "", "", text.VAULT_NOT_READABLE
        return CallResult(Outcome.SIGN_IN_REJECTED, reason, client_id, name)


def _make_sign_in(row: _Row[CallResult]) -> SignIn:
    request, result = row.request, row.result
    return SignIn(
        datetime.fromtimestamp(row.when, UTC),
        result.client_id,
        result.name,
        request.client,
        result.outcome,
        " ".join(filter(None, (request.remark, result.reason))),
        row.times,
        request.method,
        request.path,
        request.status,
        result.is_authenticated,
    )
