"""What the reliability tests did to vaults, in figures; the end of the run sums them up."""

from collections import Counter

_found: Counter[tuple[str, str]] = Counter()


def count(kind: str, what: str, number: int) -> None:
    """Note that a test did something so many times and lost nothing; `kind` is what is summed up, such as `kills`."""
    _found[what, kind] += number


def table(failed: int) -> list[str]:
    """Return the figures in lines, and nothing where there are none; so many reliability tests `failed`."""
    if not _found:
        return []
    width = max(len(what) for what, _ in _found)
    lines = [f"{what:<{width}}  {number:>8,} {kind}" for (what, kind), number in _found.items()]
    sums: Counter[str] = Counter()
    for (_, kind), number in _found.items():
        sums[kind] += number
    summed_up = ", ".join(f"{number:,} {kind}" for kind, number in sorted(sums.items()))
    losses = f"{failed} tests FAILED, see above" if failed else "0 losses"
    return [*lines, f"In all: {summed_up}; {losses}"]
