"""How many wrong passphrases and recovery keys were tried since the vault was last opened, kept in a file.

It keeps nobody out who can read the vault's files: what does is Argon2id. It makes trying by hand slow, and tells the
owner of it. So a file that is missing, damaged or cannot be written counts as none, and never keeps the owner out.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file
from zcc_keys_gui.vault.keys.protector_file import LATEST

_LARGEST = 1_000  # bytes; a real one has less than 100
_MOST = 1_000_000_000


class AttemptsFile:
    """The file."""

    def __init__(self, path: Path) -> None:
        """Keep the attempts at `path`."""
        self._path = path

    def read(self) -> WrongAttempts:
        """Return the wrong attempts."""
        try:
            document = json.loads(read_regular_file(self._path, _LARGEST))
            number, last = document["wrong"], document["last"]
            if type(number) is int and type(last) is int and 0 < number <= _MOST and 0 < last < LATEST:
                return WrongAttempts(number, datetime.fromtimestamp(last, UTC))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            pass
        return WrongAttempts(0, None)

    def write(self, wrong: WrongAttempts) -> None:
        """Note one wrong attempt or more; it is on the disk when this returns, where it can be."""
        assert wrong.last is not None
        document = {"wrong": wrong.number, "last": int(wrong.last.timestamp())}
        with suppress(OSError):
            write_durably(self._path, json.dumps(document).encode())

    def forget(self) -> None:
        """Begin anew."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
