"""Forges backups, as anyone who knows the passphrase and the file format of SQLCipher can."""

import hashlib
import hmac
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.backups.sample_backup import PASSPHRASE
from zcc_keys_gui.vault.backups import backup_format
from zcc_keys_gui.vault.backups.backup_format import KDF_ROUNDS
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, USABLE_BYTES, decrypt_page, derive_hmac_key

pbkdf2_hmac_once = lru_cache(hashlib.pbkdf2_hmac)
"""Like `hashlib.pbkdf2_hmac`, but derives the same key only once."""


def change_backup(path: Path, *statements: str) -> None:
    """Run SQL statements over a backup. Statements about the schema need `PRAGMA writable_schema`."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as db:
        db.execute(f"PRAGMA key = \"x'{_key_of(path).hex()}'\"")
        for statement in statements:
            db.execute(statement)


def update_digest(path: Path) -> None:
    """Store the counts and the digest of the rows that are in a backup now."""
    digest = backup_format.Digest()
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as db:
        db.execute(f"PRAGMA key = \"x'{_key_of(path).hex()}'\"")
        for row in db.execute(f"SELECT {backup_format.KEYS} FROM api_key ORDER BY client_id"):
            digest.add_key(row)
        for row in db.execute(f"SELECT {backup_format.HISTORY} FROM history ORDER BY id"):
            digest.add_history(row)
        found = digest.summary()
        db.execute("UPDATE about SET keys = ?, history = ?, digest = ?", (found.keys, found.history, found.digest))


def _key_of(path: Path) -> bytes:
    """Return the key that the passphrase yields for a backup."""
    with path.open("rb") as file:
        return pbkdf2_hmac_once("sha512", PASSPHRASE.encode(), file.read(SALT_BYTES), KDF_ROUNDS, 32)


class ForgedPages:
    """The pages of a backup, which can be replaced by other ones with the right HMAC."""

    def __init__(self, content: bytes) -> None:
        """Begin with the content of a backup file."""
        self._salt = content[:SALT_BYTES]
        self._key = pbkdf2_hmac_once("sha512", PASSPHRASE.encode(), self._salt, KDF_ROUNDS, 32)
        self._hmac_key = derive_hmac_key(self._key, self._salt)
        self.content = content
        self.count = len(content) // PAGE_BYTES

    def page(self, number: int) -> bytes:
        """Return the decrypted content of a page, counted from 1."""
        start = (number - 1) * PAGE_BYTES
        page = decrypt_page(self._key, self._hmac_key, number, self.content[start : start + PAGE_BYTES])
        assert page is not None
        return page

    def with_page(self, number: int, page: bytes) -> bytes:
        """Return the content of the file with the present page replaced by this one."""
        iv, start = bytes(16), SALT_BYTES if number == 1 else 0
        encryptor = Cipher(algorithms.AES(self._key), modes.CBC(iv)).encryptor()
        encrypted = encryptor.update(page[start:USABLE_BYTES]) + encryptor.finalize() + iv
        digest = hmac.digest(self._hmac_key, encrypted + number.to_bytes(4, "little"), "sha512")
        sealed = (self._salt if number == 1 else b"") + encrypted + digest
        at = (number - 1) * PAGE_BYTES
        return self.content[:at] + sealed + self.content[at + PAGE_BYTES :]
