"""How thorough the reliability tests are: shortly in the suite, at length where `dev.py reliability` says so."""

import os


def rounds(short: int, long: int) -> int:
    """Return how many rounds to do; of the short ones, a quarter on Windows, where a file takes longer."""
    if os.environ.get("ZCC_RELIABILITY"):
        return long
    return max(1, short // 4) if os.name == "nt" else short
