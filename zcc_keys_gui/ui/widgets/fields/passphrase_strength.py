"""An honest word about a passphrase's strength: how long guessing it would take somebody who has the file."""

VAULT_GUESSES_PER_SECOND = 1_000  # a second: Argon2id with 64 MiB on a good graphics card, rounded up
BACKUP_GUESSES_PER_SECOND = 10_000  # likewise: PBKDF2-HMAC-SHA512 with 256,000 rounds, which needs no memory
_LOOKED_AT = 72  # characters; the estimate's time grows with the square of the length
_SPANS = (
    ("minutes", 3_600),
    ("hours", 86_400),
    ("days", 30 * 86_400),
    ("months", 365 * 86_400),
    ("years", 100 * 365 * 86_400),
)


def strength_words(passphrase: str, guesses_per_second: int = VAULT_GUESSES_PER_SECOND) -> str:
    """Say how long the passphrase would hold, and why if not long. Estimated by zxcvbn."""
    from zxcvbn import zxcvbn  # its word lists take a while to load

    result = zxcvbn(passphrase[:_LOOKED_AT])
    seconds = float(result["guesses"]) / guesses_per_second
    held = next((name for name, length in _SPANS if seconds < length), "centuries")
    verdict = "Weak" if seconds < _SPANS[3][1] else "Fair" if seconds < _SPANS[4][1] else "Strong"
    words = f"{verdict}: someone with a copy of the file would need {held} to guess it."
    warning = result["feedback"]["warning"]
    return f"{words} {warning}" if warning and verdict != "Strong" else words
