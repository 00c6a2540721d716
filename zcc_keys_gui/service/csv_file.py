"""Rows as a CSV file that a spreadsheet can open without harm."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from zcc_keys_gui.files import saved_file

# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Iterable[str]]) -> int:
    """Write rows below their headings to `path`; return how many.

    May be called in any thread. `path` never holds half an export. Raises `FileNotWrittenError`, and what `rows`
    raises.
    """
    count = 0
    with saved_file(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for row in rows:
            writer.writerow(map(_harmless, row))
            count += 1
    return count


def time_cell(when: datetime) -> str:
    """Return a time in UTC as ISO 8601, such as `2026-11-12T09:12:33.123Z`."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA_STARTS) or cell.lstrip().startswith(_FORMULA_STARTS) else cell
