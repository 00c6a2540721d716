"""How often the reliability tests repeat something: rarely in the test suite, often with `dev.py reliability`."""

import os


def rounds(short: int, long: int) -> int:
    """Return `long` for `dev.py reliability`, otherwise `short`; a quarter of it on Windows, where files are slow."""
    if os.environ.get("ZCC_RELIABILITY"):
        return long
    return max(1, short // 4) if os.name == "nt" else short
