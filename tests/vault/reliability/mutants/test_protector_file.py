"""If `vault.json` is changed in any way, the vault opens with its saved content, or there is an error."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reliability.rounds import rounds
from tests.vault.keys.test_protector_file import json_values, places
from tests.vault.recovery.sample_vault import SampleVault
from tests.vault.reliability.mutants.outcomes import WRITTEN_TO, outcome_of_opening

pytestmark = pytest.mark.reliability

MUTANTS = rounds(200, 2_000)


def open_with_protectors(sample: SampleVault, outcomes: Counter[str], content: bytes) -> None:
    """Open the vault with another content of `vault.json`, count the outcome, and restore the file."""
    original = sample.folder.protectors.read_bytes()
    sample.folder.protectors.write_bytes(content)
    try:
        outcomes[outcome_of_opening(sample, sample.folder)] += 1
        assert WRITTEN_TO not in outcomes
        assert sample.folder.protectors.read_bytes() == content
    finally:
        sample.folder.protectors.write_bytes(original)


@settings(max_examples=MUTANTS)
@given(data=st.data())
def test_a_wrong_value_in_vault_json_is_found_or_harmless(
    sample: SampleVault, outcomes: Counter[str], data: st.DataObject
) -> None:
    document = json.loads(sample.folder.protectors.read_bytes())
    place = data.draw(st.sampled_from(places(document)))
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    if data.draw(st.booleans()):
        inner[place[-1]] = data.draw(json_values)
    else:
        del inner[place[-1]]
    open_with_protectors(sample, outcomes, json.dumps(document).encode())


@settings(max_examples=MUTANTS)
@given(data=st.data())
def test_wrong_bytes_in_vault_json_are_found_or_harmless(
    sample: SampleVault, outcomes: Counter[str], data: st.DataObject
) -> None:
    content = sample.folder.protectors.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    open_with_protectors(sample, outcomes, content[:start] + data.draw(st.binary(max_size=20)) + content[end:])
