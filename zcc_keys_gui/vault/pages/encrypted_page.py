"""Decrypts one page of a SQLCipher 4 database.

SQLCipher itself cannot be used for this: it reads nothing from a database whose first page is damaged. A page consists
of encrypted content, an initialization vector, and an HMAC (https://www.zetetic.net/sqlcipher/design/). The first page
begins with the salt of the file, which is not encrypted.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES

SALT_BYTES = 16
_IV_BYTES = 16
_HMAC_BYTES = 64  # HMAC-SHA512
USABLE_BYTES = PAGE_BYTES - _IV_BYTES - _HMAC_BYTES
"""How many bytes of a page SQLite uses."""


def derive_hmac_key(key: bytes, salt: bytes) -> bytes:
    """Return the key (32 bytes) of the HMACs in a database with this key and salt."""
    return hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, len(key))


def decrypt_page(key: bytes, hmac_key: bytes, number: int, page: bytes) -> bytes | None:
    """Return the content of page `number`, counted from 1, or None if its HMAC does not match.

    The content has 4,096 bytes. The last 80 of them are zero, and on page 1 also the first 16.
    """
    if len(page) != PAGE_BYTES:
        return None
    start = SALT_BYTES if number == 1 else 0
    signed, expected = page[start : USABLE_BYTES + _IV_BYTES], page[USABLE_BYTES + _IV_BYTES :]
    found = hmac.digest(hmac_key, signed + number.to_bytes(4, "little"), "sha512")
    if not hmac.compare_digest(found, expected):
        return None
    iv = page[USABLE_BYTES : USABLE_BYTES + _IV_BYTES]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    content = decryptor.update(page[start:USABLE_BYTES]) + decryptor.finalize()
    return bytes(start) + content + bytes(PAGE_BYTES - USABLE_BYTES)
