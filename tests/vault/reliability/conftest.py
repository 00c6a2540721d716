"""Fixtures of the reliability tests."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.reliability import figures
from tests.reliability.operations import WEAK_PARAMETERS
from zcc_keys_gui.vault.keys import key_wrapping


@pytest.fixture
def outcomes(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How often each outcome occurred; at the end, the number of mutants is added to the figures."""
    outcomes: Counter[str] = Counter()
    yield outcomes
    name = request.function.__name__.removeprefix("test_").replace("_", " ")
    figures.count("mutants", name, sum(outcomes.values()))


@pytest.fixture
def weak_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive keys from passphrases quickly, because some tests do it thousands of times."""
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK_PARAMETERS)
