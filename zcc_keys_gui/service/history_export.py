"""The history as a CSV file."""

from pathlib import Path

from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.queries import HistoryQuery
from zcc_keys_gui.service.csv_file import time_cell, write_csv
from zcc_keys_gui.service.store import Listing

_HEADINGS = ("When (UTC)", "Who", "What", "Name", "Client ID", "Details")


def export_history(listing: Listing[HistoryQuery, HistoryEntry], query: HistoryQuery, path: Path) -> int:
    """Write the rows that match to `path`, times as ISO 8601 in UTC; return how many. In any thread.

    Raises `FileNotWrittenError`, `VaultError`.
    """
    return write_csv(path, _HEADINGS, map(_cells, listing.rows(query)))


def _cells(entry: HistoryEntry) -> tuple[str, ...]:
    return time_cell(entry.when), entry.who, entry.action, entry.name, entry.client_id, entry.details
