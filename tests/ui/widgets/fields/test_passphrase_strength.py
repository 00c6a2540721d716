"""The sentence about the strength of a passphrase."""

import pytest

from zcc_keys_gui.ui.widgets.fields.passphrase_strength import BACKUP_GUESSES_PER_SECOND, describe_strength


@pytest.mark.parametrize(
    ("passphrase", "strength"),
    [
        ("letmein", "Weak"),
        ("Passw0rd!", "Weak"),
        ("aaaaaaaaaaaa", "Weak"),
        ("uncle Sunday hammock 7 orbit", "Strong"),
        ("kX9$vQ2m!pL7", "Fair"),
        ("kX9$vQ2m!pL7wZ4", "Strong"),
    ],
)
def test_strength_is_the_time_that_guessing_takes(passphrase: str, strength: str) -> None:
    words = describe_strength(passphrase)
    assert words.startswith(f"{strength}. An attacker with a copy of the file ")
    assert passphrase not in words


def test_a_backup_is_guessed_faster_than_a_vault() -> None:
    assert "years" in describe_strength("kX9$vQ2m!pL")
    assert "months" in describe_strength("kX9$vQ2m!pL", BACKUP_GUESSES_PER_SECOND)


def test_a_weak_passphrase_is_shown_with_the_reason() -> None:
    assert "common password" in describe_strength("password1")


def test_a_very_long_passphrase_has_a_strength() -> None:
    assert describe_strength("x9 " * 10_000)
