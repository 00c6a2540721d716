"""The summary of the reliability tests adds numbers by kind, and shows failures."""

from collections import Counter

import pytest

from tests.reliability import figures


def test_figures_are_added_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_counts", Counter())
    assert figures.table(failed=0) == []
    figures.count("kills", "while adding", 1_000)
    figures.count("kills", "while adding", 1)
    figures.count("kills", "while deleting", 20)
    figures.count("mutants", "a byte", 7)
    assert figures.table(failed=0) == [
        "while adding       1,001 kills",
        "while deleting        20 kills",
        "a byte                 7 mutants",
        "In all: 1,021 kills, 7 mutants; 0 losses",
    ]
    assert figures.table(failed=2)[-1].endswith("; 2 tests FAILED, see above")
