"""The strength of a passphrase: how long an attacker with a copy of the file needs to guess it."""

from zxcvbn import zxcvbn

from zcc_keys_gui.ui.text.fields import (
    GUESSED_IN_CENTURIES,
    GUESSED_IN_DAYS,
    GUESSED_IN_HOURS,
    GUESSED_IN_MINUTES,
    GUESSED_IN_MONTHS,
    GUESSED_IN_YEARS,
)

# Argon2id with 64 MiB on a fast graphics card, rounded up.
VAULT_GUESSES_PER_SECOND = 1_000
# PBKDF2-HMAC-SHA512 with 256,000 rounds on the same card. It is faster because it needs no memory.
BACKUP_GUESSES_PER_SECOND = 10_000

_MAX_ESTIMATED_LENGTH = 72  # characters, because the estimate's time grows with the square of the length
_YEAR_SECONDS = 365 * 86_400
_SENTENCES = (
    (3_600, GUESSED_IN_MINUTES),
    (86_400, GUESSED_IN_HOURS),
    (30 * 86_400, GUESSED_IN_DAYS),
    (_YEAR_SECONDS, GUESSED_IN_MONTHS),
    (100 * _YEAR_SECONDS, GUESSED_IN_YEARS),
)


def describe_strength(passphrase: str, guesses_per_second: int = VAULT_GUESSES_PER_SECOND) -> str:
    """Say how strong a passphrase is, as zxcvbn estimates it, and if it is not strong, why."""
    estimate = zxcvbn(passphrase[:_MAX_ESTIMATED_LENGTH])
    seconds = float(estimate["guesses"]) / guesses_per_second
    strength = next((sentence for limit, sentence in _SENTENCES if seconds < limit), GUESSED_IN_CENTURIES)
    reason = estimate["feedback"]["warning"]
    return f"{strength} {reason}" if reason and strength != GUESSED_IN_CENTURIES else strength
