"""Passphrases that SQLCipher would use as raw keys."""

import pytest

from zcc_keys_gui.domain.backup import is_raw_key


@pytest.mark.parametrize("passphrase", ["x'" + "0f" * 32 + "'", "X'" + "AB" * 48 + "'"])
def test_a_raw_key_is_recognized(passphrase: str) -> None:
    assert is_raw_key(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    ["it's four random words", "x'" + "0f" * 31 + "'", "x'" + "0g" * 32 + "'", "0f" * 32, "x'" + "0f" * 32],
)
def test_an_ordinary_passphrase_is_not_a_raw_key(passphrase: str) -> None:
    assert not is_raw_key(passphrase)
