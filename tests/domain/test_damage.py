"""The findings of a check."""

import pytest

from zcc_keys_gui.domain.damage import Findings, Part, Readable

READABLE = Readable(pages=10, bad_pages=1, keys=5, keys_lost=1, history=20, history_lost=None, names_lost=("ProdSync",))


def test_findings_without_damage_are_healthy() -> None:
    assert Findings(pages=10, keys=5, history=20).is_healthy
    assert Findings(pages=10, keys=5, history=20, excess=100).is_healthy  # bytes after the database are harmless


@pytest.mark.parametrize(
    "findings",
    [
        Findings(pages=10, keys=5, history=20, parts=frozenset({Part.INDEXES})),
        Findings(pages=10, keys=5, history=20, readable=READABLE),
    ],
)
def test_findings_with_damage_are_not_healthy(findings: Findings) -> None:
    assert not findings.is_healthy
