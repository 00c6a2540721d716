"""A page is decrypted only if it is exactly the page that SQLCipher wrote under its number."""

import os

import pytest

from tests.vault.pages.conftest import KEY
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, USABLE_BYTES, decrypt_page, derive_hmac_key


def test_a_page_is_decrypted(pages: list[bytes], hmac_key: bytes) -> None:
    first, second = (decrypt_page(KEY, hmac_key, number, page) for number, page in enumerate(pages, start=1))
    assert first is not None
    assert second is not None
    assert (first[:SALT_BYTES], b"CREATE TABLE note" in first) == (bytes(SALT_BYTES), True)
    assert b"a text to find" in second
    assert (len(second), second[USABLE_BYTES:]) == (PAGE_BYTES, bytes(PAGE_BYTES - USABLE_BYTES))


@pytest.mark.parametrize("offset", [SALT_BYTES, 2_000, USABLE_BYTES, PAGE_BYTES - 1])
def test_a_page_with_a_wrong_byte_is_damaged(pages: list[bytes], hmac_key: bytes, offset: int) -> None:
    for number, page in enumerate(pages, start=1):
        changed = page[:offset] + bytes([page[offset] ^ 1]) + page[offset + 1 :]
        assert decrypt_page(KEY, hmac_key, number, changed) is None


def test_a_page_under_another_number_is_damaged(pages: list[bytes], hmac_key: bytes) -> None:
    assert decrypt_page(KEY, hmac_key, 3, pages[1]) is None


def test_an_incomplete_page_is_damaged(pages: list[bytes], hmac_key: bytes) -> None:
    assert decrypt_page(KEY, hmac_key, 2, pages[1][:-1]) is None
    assert decrypt_page(KEY, hmac_key, 2, b"") is None


def test_another_key_or_salt_decrypts_nothing(pages: list[bytes]) -> None:
    salt = pages[0][:SALT_BYTES]
    for hmac_key in (derive_hmac_key(os.urandom(32), salt), derive_hmac_key(KEY, os.urandom(SALT_BYTES))):
        assert decrypt_page(KEY, hmac_key, 2, pages[1]) is None
