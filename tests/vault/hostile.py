"""Backups that a stranger made, who knows the passphrase and SQLite's file format."""

import hashlib
import hmac
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.backed_up import PASSPHRASE
from zcc_keys_gui.vault.backups import backup_format
from zcc_keys_gui.vault.backups.backup_format import KDF_ROUNDS
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, USABLE_BYTES, decrypt_page, derive_hmac_key

_IV = slice(USABLE_BYTES, USABLE_BYTES + 16)


def change(path: Path, *statements: str) -> None:
    """Change a backup as its owner could; statements about the schema need `PRAGMA writable_schema`."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as db:
        db.execute(f"PRAGMA key = \"x'{key_of(path).hex()}'\"")
        for statement in statements:
            db.execute(statement)


def sign(path: Path) -> None:
    """Note the counts and the digest of the rows that are in a backup now, as its owner could."""
    digest = backup_format.Digest()
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as db:
        db.execute(f"PRAGMA key = \"x'{key_of(path).hex()}'\"")
        for row in db.execute(f"SELECT {backup_format.KEYS} FROM api_key ORDER BY client_id"):
            digest.add_key(row)
        for row in db.execute(f"SELECT {backup_format.HISTORY} FROM history ORDER BY id"):
            digest.add_history(row)
        found = digest.summary()
        db.execute("UPDATE about SET keys = ?, history = ?, digest = ?", (found.keys, found.history, found.digest))


def key_of(path: Path) -> bytes:
    """Return the key that the passphrase yields for a backup."""
    with path.open("rb") as file:
        return derived("sha512", PASSPHRASE.encode(), file.read(SALT_BYTES), KDF_ROUNDS, 32)


derived = lru_cache(hashlib.pbkdf2_hmac)
"""Derive as `hashlib.pbkdf2_hmac` does, each key once."""


class SealedPages:
    """The pages of a backup, which can be changed so that their HMACs match."""

    def __init__(self, content: bytes) -> None:
        self._salt = content[:SALT_BYTES]
        self._key = derived("sha512", PASSPHRASE.encode(), self._salt, KDF_ROUNDS, 32)
        self._mac_key = derive_hmac_key(self._key, self._salt)
        self.content = content
        self.count = len(content) // PAGE_BYTES

    def page(self, number: int) -> bytes:
        """Return the plain content of a page."""
        start = (number - 1) * PAGE_BYTES
        plain = decrypt_page(self._key, self._mac_key, number, self.content[start : start + PAGE_BYTES])
        assert plain is not None
        return plain

    def with_page(self, number: int, plain: bytes) -> bytes:
        """Return the file with another page."""
        iv, start = bytes(16), SALT_BYTES if number == 1 else 0
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(iv)).encryptor()
        sealed = cipher.update(plain[start:USABLE_BYTES]) + cipher.finalize() + iv
        mac = hmac.digest(self._mac_key, sealed + number.to_bytes(4, "little"), "sha512")
        page = (self._salt if number == 1 else b"") + sealed + mac
        at = (number - 1) * PAGE_BYTES
        return self.content[:at] + page + self.content[at + PAGE_BYTES :]
