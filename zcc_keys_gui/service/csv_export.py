"""Exports the history and the sign-in log as CSV, without formulas that a spreadsheet would run."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TextIO

from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.sign_in import SignIn, SignInQuery
from zcc_keys_gui.service.store import Listing

_HISTORY_HEADINGS = ("When (UTC)", "Who", "What", "Name", "Client ID", "Details")
_SIGN_IN_HEADINGS = (
    *("Time (UTC)", "Key", "Client ID", "Client program", "Method", "Path", "Status", "Outcome", "Reason", "Calls"),
)
# A spreadsheet treats a cell that begins with = + - @ (or their full-width forms), even after blanks, as a formula
# (OWASP, "CSV Injection"). Which character separates the cells depends on the reader's locale and settings, so a cell
# may begin after each separator, quote and line break in a text. An apostrophe there makes the cell plain text.
_CELL_START = r'(?:^|(?<=[,;|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029"]))'
_BLANK = r"(?![\t\r])[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060-\u2064\ufeff']"
_FORMULA = re.compile(rf"{_CELL_START}(?=[\t\r]|(?:{_BLANK})*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def export_history(listing: Listing[HistoryQuery, HistoryEntry], query: HistoryQuery, file: TextIO) -> int:
    """Write the history rows that match to `file`, and return their number. May be called in any thread.

    `file` must not translate line ends (`newline=""`). Raises `VaultError`, `OSError`.
    """
    return write_csv(file, _HISTORY_HEADINGS, map(_make_history_cells, listing.rows(query)))


def export_sign_ins(listing: Listing[SignInQuery, SignIn], query: SignInQuery, file: TextIO) -> int:
    """Write the rows of the sign-in log that match to `file`, and return their number; see `export_history`."""
    return write_csv(file, _SIGN_IN_HEADINGS, map(_make_sign_in_cells, listing.rows(query)))


def write_csv(file: TextIO, headings: Sequence[str], rows: Iterable[Iterable[str]]) -> int:
    """Write the headings and the rows to `file`, and return the number of rows."""
    # If the file is read with another separator, a cell may begin at the end of a row, so rows don't end in \r. Up to
    # Python 3.12, the writer then quotes cells that contain \r only if it quotes all cells.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow(map(_escape_formulas, row))
        count += 1
    return count


def _make_history_cells(entry: HistoryEntry) -> tuple[str, ...]:
    return _format_time(entry.when), entry.account, entry.action, entry.name, entry.client_id, entry.details


def _make_sign_in_cells(row: SignIn) -> tuple[str, ...]:
    return (
        *(_format_time(row.when), row.name, row.client_id, row.client),
        *(row.method, row.path, str(row.status or ""), row.outcome, row.reason, str(row.times)),
    )


def _format_time(when: datetime) -> str:
    """Return a time in UTC as ISO 8601, such as `2026-11-12T09:12:33.123Z`."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _escape_formulas(cell: str) -> str:
    """Return a cell with an apostrophe at each position where a formula could begin; other cells are unchanged."""
    return _FORMULA.sub("'", cell)
