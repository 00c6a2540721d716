"""Reads the pages of an encrypted database and of its write-ahead log. Nothing is written.

The format of the log is described at https://sqlite.org/fileformat2.html#walformat.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from zcc_keys_gui.vault.files.folder import log_path
from zcc_keys_gui.vault.files.regular_file import is_file
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, decrypt_page
from zcc_keys_gui.vault.pages.salt_repair import find_hmac_key

_LOG_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_FRAME_BYTES = _FRAME_HEADER_BYTES + PAGE_BYTES
_PAGES_TO_TRY = 4  # to find the salt, because some of the first pages may be damaged as well


class Page(NamedTuple):
    """The last version of one page."""

    number: int
    """Counted from 1."""
    content: bytes | None
    """What `decrypt_page` returns; None if the page is damaged or missing."""


class DatabasePages:
    """The pages of one database. A page whose HMAC does not match its content and its number is damaged."""

    def __init__(self, database: Path, key: bytes) -> None:
        """Read `database`, which need not exist, and the write-ahead log beside it. Raises `OSError`."""
        self._path = database
        self._key = key
        salt = self._read(1)[:SALT_BYTES].ljust(SALT_BYTES, b"\0")
        first_pages = [(number, self._read(number)) for number in range(1, _PAGES_TO_TRY + 1)]
        self._hmac_key, is_corrected = find_hmac_key(
            key, salt, [(number, page) for number, page in first_pages if len(page) == PAGE_BYTES]
        )
        self.is_salt_damaged = is_corrected
        """Whether one byte of the salt, at the beginning of the first page, was wrong."""
        self._log = self._read_log(log_path(database))
        self.count = self._count_in_header() or self._count_in_files()
        """How many pages the database should have, according to its header, or else to the sizes of the files."""
        # A damaged frame may have a number that no page has.
        self._log = {number: page for number, page in self._log.items() if number <= self.count}

    def __iter__(self) -> Iterator[Page]:
        """Yield every page, in order. Raises `OSError`."""
        for number in range(1, self.count + 1):
            yield Page(number, self._read_newest(number))

    def _read_newest(self, number: int) -> bytes | None:
        if number in self._log:  # the file may have an older version of this page
            return self._log[number]
        return decrypt_page(self._key, self._hmac_key, number, self._read(number))

    def _read(self, number: int) -> bytes:
        if not is_file(self._path):
            return b""
        with self._path.open("rb") as file:
            file.seek((number - 1) * PAGE_BYTES)
            return file.read(PAGE_BYTES)

    def _count_in_header(self) -> int:
        """Return the number of pages that the first page notes; 0 if that page is damaged."""
        first = self._read_newest(1)
        return int.from_bytes(first[28:32]) if first else 0

    def _count_in_files(self) -> int:
        """Return the number of pages that the file has room for, or more if healthy pages follow in the log."""
        size = self._path.stat().st_size if is_file(self._path) else 0
        return max([-(-size // PAGE_BYTES), *(number for number, page in self._log.items() if page)])

    def _read_log(self, path: Path) -> dict[int, bytes | None]:
        """Return the pages of whole transactions in the log by number, each in its last version."""
        if not is_file(path):
            return {}
        content = path.read_bytes()
        frames = [
            (content[at : at + _FRAME_HEADER_BYTES], content[at + _FRAME_HEADER_BYTES : at + _FRAME_BYTES])
            for at in range(_LOG_HEADER_BYTES, len(content) - _FRAME_BYTES + 1, _FRAME_BYTES)
        ]
        # SQLite overwrites the log from its beginning, with another salt. Frames with a former salt are obsolete.
        # If the header of the log is damaged, the first frame has the salt as well.
        salt = content[16:24]
        if frames and not any(header[8:16] == salt for header, _ in frames):
            salt = frames[0][0][8:16]
        pages: dict[int, bytes | None] = {}
        transaction: dict[int, bytes | None] = {}
        for header, page in frames:
            if header[8:16] != salt:
                continue
            number, pages_after_commit = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
            transaction[number] = decrypt_page(self._key, self._hmac_key, number, page)
            if pages_after_commit:  # not 0 only in the last frame of a transaction
                pages.update(transaction)
                transaction = {}
        return pages
