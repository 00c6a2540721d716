"""What the dialog says that unlocks a vault."""

from datetime import UTC, datetime

from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.ui.text.unlock import unlocking


def test_when_a_wrong_attempt_was_is_not_taken_for_when_the_vault_was_opened() -> None:
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert unlocking.describe_wrong_attempts(WrongAttempts(1, noon)) == (
        "A wrong passphrase or recovery key was entered since the vault was last unlocked: 2 Mar 2026."
    )
    assert unlocking.describe_wrong_attempts(WrongAttempts(3, noon)) == (
        "Wrong passphrases or recovery keys were entered 3 times since the vault was last unlocked. Last time: "
        "2 Mar 2026."
    )
