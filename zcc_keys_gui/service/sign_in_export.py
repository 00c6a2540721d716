"""The sign-in log as a CSV file."""

from pathlib import Path

from zcc_keys_gui.domain.sign_in import SignIn, SignInQuery
from zcc_keys_gui.service.csv_file import time_cell, write_csv
from zcc_keys_gui.service.store import Listing

_HEADINGS = (
    *("Time (UTC)", "Key", "Client ID", "Client program", "Method", "Path", "Status", "Outcome", "Reason", "Calls"),
)


def export_sign_ins(listing: Listing[SignInQuery, SignIn], query: SignInQuery, path: Path) -> int:
    """Write the rows that match to `path`, times as ISO 8601 in UTC; return how many. In any thread.

    Raises `FileNotWrittenError`, `VaultError`.
    """
    return write_csv(path, _HEADINGS, map(_cells, listing.rows(query)))


def _cells(row: SignIn) -> tuple[str, ...]:
    return (
        *(time_cell(row.when), row.name, row.client_id, row.client),
        *(row.method, row.path, str(row.status or ""), row.outcome, row.reason, str(row.times)),
    )
