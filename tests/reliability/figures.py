"""Counts what the reliability tests did to vaults; the summary is printed at the end of the test run."""

from collections import Counter

_counts: Counter[tuple[str, str]] = Counter()


def count(kind: str, what: str, number: int) -> None:
    """Note that a test did `what` so many times without a loss. Numbers of one `kind`, such as kills, are added."""
    _counts[what, kind] += number


def table(failed: int) -> list[str]:
    """Return the lines of the summary, or none if nothing was counted. `failed` is the number of failed tests."""
    if not _counts:
        return []
    width = max(len(what) for what, _ in _counts)
    lines = [f"{what:<{width}}  {number:>8,} {kind}" for (what, kind), number in _counts.items()]
    sums: Counter[str] = Counter()
    for (_, kind), number in _counts.items():
        sums[kind] += number
    total = ", ".join(f"{number:,} {kind}" for kind, number in sorted(sums.items()))
    losses = f"{failed} tests FAILED, see above" if failed else "0 losses"
    return [*lines, f"In all: {total}; {losses}"]
