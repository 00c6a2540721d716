"""The use cases and lists of one open vault, which the windows get."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.service.store import Checks, KeyListing, Listing, SignIns, Store


class OpenVault(NamedTuple):
    """The use cases and lists of one vault."""

    folder: Path
    keys: Keys
    listing: KeyListing
    history: Listing[HistoryQuery, HistoryEntry]
    protection: Protection
    checks: Callable[[], Checks]
    """Returns what finds damage. The first call makes it, which keeps startup fast."""
    backups: Callable[[], Backups]
    """Returns what backs up and restores the vault; made by the first call."""
    sign_ins: Callable[[], SignIns]
    """Returns the sign-in log; made by the first call."""


def make_use_cases(
    folder: Path,
    store: Store,
    account_name: Callable[[], str],
    max_session_seconds: int = MAX_SESSION_SECONDS,
) -> OpenVault:
    """Return the use cases of the open vault `store` in `folder`.

    `account_name` returns the account of the operating system. `max_session_seconds`, in seconds, is the longest
    interval that the organization allows.
    """
    return OpenVault(
        folder,
        Keys(store, account_name, max_session_seconds=max_session_seconds),
        store.keys,
        store.history,
        Protection(store, account_name),
        checks=lambda: store.checks,
        backups=lambda: Backups(store.backups, account_name),
        sign_ins=lambda: store.sign_ins,
    )
