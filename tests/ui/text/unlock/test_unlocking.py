"""Sentences of the dialog that unlocks a vault."""

from datetime import UTC, datetime

from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.ui.text.unlock import unlocking


def test_wrong_attempts_are_described_with_the_time_of_the_last() -> None:
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert unlocking.describe_wrong_attempts(WrongAttempts(1, noon)) == (
        "A wrong passphrase or recovery key was entered since the vault was last unlocked: 2 Mar 2026."
    )
    assert unlocking.describe_wrong_attempts(WrongAttempts(3, noon)) == (
        "Wrong passphrases or recovery keys were entered 3 times since the vault was last unlocked. Last time: "
        "2 Mar 2026."
    )
