"""Rows as a CSV file that a spreadsheet can open without harm."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from zcc_keys_gui.files import saved_file

# A spreadsheet takes a cell that begins with = + - @ (or their full-width forms), also after blanks, for a formula
# (OWASP, "CSV Injection"). Which character separates the cells depends on the reader's locale and settings, so a cell
# may begin after each separator, quote and line break in a text. An apostrophe there makes the rest plain text.
_MAY_BEGIN_A_CELL = r'(?:^|(?<=[,;|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029"]))'
_BLANK = r"(?![\t\r])[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060-\u2064\ufeff']"
_FORMULA = re.compile(rf"{_MAY_BEGIN_A_CELL}(?=[\t\r]|(?:{_BLANK})*[=+\-@\uff1d\uff0b\uff0d\uff20])")


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Iterable[str]]) -> int:
    """Write rows below their headings to `path`; return how many.

    May be called in any thread. `path` never holds half an export. Raises `FileNotWrittenError`, and what `rows`
    raises.
    """
    count = 0
    with saved_file(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as file:
        # Read with another separator, a cell may begin with the end of a row, so that has no \r. Then the writer quotes
        # cells with \r only if it quotes all of them (up to Python 3.12).
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(headings)
        for row in rows:
            writer.writerow(map(_harmless, row))
            count += 1
    return count


def time_cell(when: datetime) -> str:
    """Return a time in UTC as ISO 8601, such as `2026-11-12T09:12:33.123Z`."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _harmless(cell: str) -> str:
    """Return a cell with an apostrophe wherever a formula could begin; one without such places is unchanged."""
    return _FORMULA.sub("'", cell)
