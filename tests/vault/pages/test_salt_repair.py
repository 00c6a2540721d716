"""One wrong byte of the salt is corrected, and nothing else is."""

import os

import pytest

from tests.vault.pages.conftest import KEY
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, decrypt_page, derive_hmac_key
from zcc_keys_gui.vault.pages.salt_repair import find_hmac_key


@pytest.fixture
def numbered(pages: list[bytes]) -> list[tuple[int, bytes]]:
    return list(enumerate(pages, start=1))


def test_a_correct_salt_is_used(numbered: list[tuple[int, bytes]], hmac_key: bytes) -> None:
    assert find_hmac_key(KEY, numbered[0][1][:SALT_BYTES], numbered) == (hmac_key, False)


@pytest.mark.parametrize("index", [0, 7, 15])
def test_a_wrong_byte_is_corrected(numbered: list[tuple[int, bytes]], hmac_key: bytes, index: int) -> None:
    salt = bytearray(numbered[0][1][:SALT_BYTES])
    salt[index] ^= 0x40
    assert find_hmac_key(KEY, bytes(salt), numbered) == (hmac_key, True)


def test_one_healthy_page_is_enough(numbered: list[tuple[int, bytes]], hmac_key: bytes) -> None:
    salt = bytes([numbered[0][1][0] ^ 1]) + numbered[0][1][1:SALT_BYTES]
    damaged = (1, os.urandom(len(numbered[0][1])))
    assert find_hmac_key(KEY, salt, [damaged, numbered[1]]) == (hmac_key, True)


def test_two_wrong_bytes_are_not_corrected(numbered: list[tuple[int, bytes]]) -> None:
    salt = bytearray(numbered[0][1][:SALT_BYTES])
    salt[0] ^= 1
    salt[1] ^= 1
    hmac_key, is_corrected = find_hmac_key(KEY, bytes(salt), numbered)
    assert (hmac_key, is_corrected) == (derive_hmac_key(KEY, bytes(salt)), False)
    assert decrypt_page(KEY, hmac_key, *numbered[1]) is None


def test_without_pages_the_salt_is_used(hmac_key: bytes, pages: list[bytes]) -> None:
    assert find_hmac_key(KEY, pages[0][:SALT_BYTES], []) == (hmac_key, False)
