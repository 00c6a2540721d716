"""The history as a CSV file that a spreadsheet can open without harm."""

import csv
from collections.abc import Iterable
from pathlib import Path

from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.queries import HistoryQuery
from zcc_keys_gui.service.files import written_beside
from zcc_keys_gui.service.store import Listing

_HEADINGS = ("When (UTC)", "Who", "What", "Name", "Client ID", "Details")
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def export_history(listing: Listing[HistoryQuery, HistoryEntry], query: HistoryQuery, path: Path) -> int:
    """Write the rows that match to `path`, times as ISO 8601 in UTC; return how many.

    May be called in any thread. The file is written beside and renamed, so that `path` never holds half an export.
    Raises `FileNotWrittenError`, `VaultError`.
    """
    count = 0
    with written_beside(path, encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        for entry in listing.rows(query):
            writer.writerow(map(_harmless, _cells(entry)))
            count += 1
    return count


def _cells(entry: HistoryEntry) -> Iterable[str]:
    when = entry.when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return when, entry.who, entry.action, entry.name, entry.client_id, entry.details


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA_STARTS) or cell.lstrip().startswith(_FORMULA_STARTS) else cell
