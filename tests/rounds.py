"""How thorough the reliability tests are: shortly in the suite, at length where ZCC_RELIABILITY is set."""

import os


def rounds(short: int, long: int) -> int:
    """Return how many rounds to do."""
    return long if os.environ.get("ZCC_RELIABILITY") else short
