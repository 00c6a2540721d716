"""Counts, in a file, the wrong passphrases and recovery keys since the vault was last opened.

The count does not protect the vault against programs that read its files; Argon2id does that. It slows down guesses
by hand, and the user sees how many there were. So a file that is missing, damaged or read-only counts as no attempts,
and never keeps the user from unlocking the vault.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file
from zcc_keys_gui.vault.keys.protector_file import MAX_TIME_SECONDS

_MAX_FILE_BYTES = 1_000  # a real file has less than 100
_MAX_ATTEMPTS = 1_000_000_000


class WrongAttemptsFile:
    """The file with the count of wrong attempts."""

    def __init__(self, path: Path) -> None:
        """Count in the file at `path`."""
        self._path = path

    def read(self) -> WrongAttempts:
        """Return the wrong attempts."""
        try:
            document = json.loads(read_regular_file(self._path, _MAX_FILE_BYTES))
            number, last = document["wrong"], document["last"]
            if (
                type(number) is int
                and type(last) is int
                and 0 < number <= _MAX_ATTEMPTS
                and 0 < last < MAX_TIME_SECONDS
            ):
                return WrongAttempts(number, datetime.fromtimestamp(last, UTC))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            pass
        return WrongAttempts(0, None)

    def write(self, wrong: WrongAttempts) -> None:
        """Save the wrong attempts, at least one, durably if possible."""
        assert wrong.last is not None
        document = {"wrong": wrong.number, "last": int(wrong.last.timestamp())}
        with suppress(OSError):
            write_durably(self._path, json.dumps(document).encode())

    def forget(self) -> None:
        """Delete the count."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
