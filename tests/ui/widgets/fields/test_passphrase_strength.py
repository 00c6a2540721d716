"""The word about a passphrase's strength."""

import pytest

from zcc_keys_gui.ui.widgets.fields.passphrase_strength import strength_words


@pytest.mark.parametrize(
    ("passphrase", "verdict"),
    [
        ("letmein", "Weak"),
        ("Passw0rd!", "Weak"),
        ("aaaaaaaaaaaa", "Weak"),
        ("uncle Sunday hammock 7 orbit", "Strong"),
        ("kX9$vQ2m!pL7", "Fair"),
        ("kX9$vQ2m!pL7wZ4", "Strong"),
    ],
)
def test_the_verdict_is_honest(passphrase: str, verdict: str) -> None:
    said = strength_words(passphrase)
    assert said.startswith(f"{verdict}: someone with a copy of the file would need ")
    assert passphrase not in said


def test_a_weak_one_is_told_why() -> None:
    assert "common password" in strength_words("password1")


def test_a_very_long_one_is_answered_too() -> None:
    assert strength_words("x9 " * 10_000)
