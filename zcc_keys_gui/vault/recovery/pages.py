"""The pages of a SQLCipher database, read without SQLCipher, which reads none beyond a damaged one of the first.

Page: https://www.zetetic.net/sqlcipher/design/; write-ahead log: https://sqlite.org/fileformat2.html#walformat. Nothing
is written.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zcc_keys_gui.vault.files.folder import log_of
from zcc_keys_gui.vault.files.regular_file import is_file
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE

SALT = 16
"""Bytes at the beginning of the file that are not encrypted."""
_IV = 16
_MAC = 64  # HMAC-SHA512
USABLE = PAGE - _IV - _MAC
"""Bytes of a page that SQLite uses."""
_LOG_HEADER = 32
_FRAME_HEADER = 24
_TRIED = 4  # pages by which a salt is judged: not all of them may be damaged


@dataclass(frozen=True)
class Page:
    """One page as it was last written."""

    number: int
    """From 1 on."""
    content: bytes | None
    """Decrypted, 4096 bytes of which the last 80 are zero; None where it is damaged or missing."""


class Pages:
    """The pages of one database; each is authenticated by its HMAC, under its number."""

    def __init__(self, database: Path, key: bytes) -> None:
        """Read `database`, which need not exist, and the write-ahead log beside it. Raises `OSError`."""
        self._key = key
        self._path = database
        size = database.stat().st_size if is_file(database) else 0
        self.excess = size % PAGE
        """Bytes beyond the last whole page."""
        self.salt_is_damaged = False
        """Whether one byte at the beginning of the file is another than when it was written; it was guessed."""
        self._mac_key = self._find_mac_key()
        self._log = self._read_log(log_of(database))
        # What follows in the file is not the database's.
        known = self._count_in_header() or max(
            [-(-size // PAGE), *(number for number, page in self._log.items() if page)]
        )
        self._log = {number: page for number, page in self._log.items() if number <= known}  # a number may be damaged
        self.count = known
        """How many pages there should be, as far as anything tells."""

    def __iter__(self) -> Iterator[Page]:
        """Yield every page, in order. Raises `OSError`."""
        for number in range(1, self.count + 1):
            yield Page(number, self._newest(number))

    def _newest(self, number: int) -> bytes | None:
        if number in self._log:  # whatever the file has is older
            return self._log[number]
        return decrypted(self._key, self._mac_key, number, self._read(number))

    def _read(self, number: int) -> bytes:
        if not is_file(self._path):
            return b""
        with self._path.open("rb") as file:
            file.seek((number - 1) * PAGE)
            return file.read(PAGE)

    def _find_mac_key(self) -> bytes:
        """Return the key of the pages' HMACs, which depends on the salt in the file; one wrong byte of it is found."""
        tried = [(number, page) for number in range(1, _TRIED + 1) if len(page := self._read(number)) == PAGE]
        salt = self._read(1)[:SALT].ljust(SALT, b"\0")
        as_it_is = mac_key(self._key, salt)
        if any(_is_sound(as_it_is, number, page) for number, page in tried):
            return as_it_is
        for place in range(SALT if tried else 0):
            for byte in range(256):
                other = mac_key(self._key, salt[:place] + bytes([byte]) + salt[place + 1 :])
                if any(_is_sound(other, number, page) for number, page in tried):
                    self.salt_is_damaged = True
                    return other
        return as_it_is

    def _count_in_header(self) -> int:
        first = self._newest(1)
        return int.from_bytes(first[28:32]) if first else 0

    def _read_log(self, path: Path) -> dict[int, bytes | None]:
        """Return the pages of whole transactions in the log, each as it was last written."""
        if not is_file(path):
            return {}
        content = path.read_bytes()
        frames = [
            (content[at : at + _FRAME_HEADER], content[at + _FRAME_HEADER : at + _FRAME_HEADER + PAGE])
            for at in range(_LOG_HEADER, len(content) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE)
        ]
        # The log is written anew from its beginning, with another salt; what stays behind it is of no account. Where
        # the log's header is damaged, its first frame has the salt as well.
        salt = content[16:24]
        if frames and not any(header[8:16] == salt for header, _ in frames):
            salt = frames[0][0][8:16]
        pages: dict[int, bytes | None] = {}
        transaction: dict[int, bytes | None] = {}
        for header, page in frames:
            if header[8:16] != salt:
                continue
            number, size = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
            transaction[number] = decrypted(self._key, self._mac_key, number, page)
            if size:
                pages.update(transaction)
                transaction = {}
        return pages


def mac_key(key: bytes, salt: bytes) -> bytes:
    """Return the key (32 bytes) of the HMACs in a database with this key and salt."""
    return hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, len(key))


def decrypted(key: bytes, mac_key: bytes, number: int, page: bytes) -> bytes | None:
    """Return the content of page `number` as `Page` describes it, or None if its HMAC does not match."""
    if not _is_sound(mac_key, number, page):
        return None
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    start = SALT if number == 1 else 0
    cipher = Cipher(algorithms.AES(key), modes.CBC(page[USABLE : USABLE + _IV])).decryptor()
    return bytes(start) + cipher.update(page[start:USABLE]) + cipher.finalize() + bytes(PAGE - USABLE)


def _is_sound(mac_key: bytes, number: int, page: bytes) -> bool:
    if len(page) != PAGE:
        return False
    start = SALT if number == 1 else 0
    found = hmac.digest(mac_key, page[start : USABLE + _IV] + number.to_bytes(4, "little"), "sha512")
    return hmac.compare_digest(found, page[USABLE + _IV :])
