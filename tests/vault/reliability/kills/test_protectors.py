"""If a change of protectors is killed, the old or the new ways unlock the vault."""

import os
from collections.abc import Callable

import pytest

from tests.reliability.killed_process import KilledProcess
from tests.vault.reliability.kills.vault_states import (
    ACCOUNT,
    FIRST,
    NEW_KEY,
    OLD_KEY,
    SECOND,
    Before,
    assert_former_protectors_are_useless,
    assert_nothing_is_left_over,
    outcomes_of_kills,
    parsed_recovery_key,
    ways_to_unlock,
)

pytestmark = [pytest.mark.reliability, pytest.mark.usefixtures("weak_passphrases")]

ALL = {ACCOUNT, FIRST, OLD_KEY}
OPERATIONS: list[tuple[str, set[str], list[set[str]]]] = [
    ("set up this account", {FIRST}, [{FIRST, ACCOUNT}]),
    ("set up this account", ALL, [ALL]),
    ("remove this account", ALL, [{FIRST, OLD_KEY}]),
    ("set a passphrase", {ACCOUNT}, [{ACCOUNT, SECOND}]),
    ("set a passphrase", ALL, [{ACCOUNT, SECOND, OLD_KEY}]),
    ("let a passphrase replace this account", {ACCOUNT}, [{ACCOUNT, SECOND}, {SECOND}]),
    ("remove the passphrase", ALL, [{ACCOUNT, OLD_KEY}]),
    ("make a recovery key", {ACCOUNT}, [{ACCOUNT, NEW_KEY}]),
    ("make a recovery key", ALL, [{ACCOUNT, FIRST, NEW_KEY}]),
    ("remove the recovery key", ALL, [{ACCOUNT, FIRST}]),
    ("re-encrypt", ALL, [{ACCOUNT, FIRST, NEW_KEY}]),
    ("re-encrypt", {FIRST}, [{FIRST, NEW_KEY}]),
    ("re-encrypt for this account", {ACCOUNT}, [{ACCOUNT, NEW_KEY}]),
    ("open with the passphrase", ALL, [ALL]),
]
"""Each operation, the ways that unlock the vault before, and those after each of its steps."""
if os.name == "nt":  # a process takes seconds to start under Wine
    OPERATIONS = OPERATIONS[2::4]


@pytest.mark.parametrize(
    ("operation", "old", "new"), OPERATIONS, ids=[f"{operation} {len(old)}" for operation, old, _ in OPERATIONS]
)
def test_the_old_or_the_new_ways_unlock_the_vault(
    process: KilledProcess,
    make_vault: Callable[[set[str]], Before],
    operation: str,
    old: set[str],
    new: list[set[str]],
) -> None:
    before = make_vault(old)
    for outcome in outcomes_of_kills(process, operation, before):
        new_key = None if outcome.result is None else parsed_recovery_key(outcome.result)
        possible = [new[-1]] if outcome.is_done else [old, *new]
        # A new recovery key that was not reported is unknown here.
        expected = [ways if new_key else ways - {NEW_KEY} for ways in possible]
        assert ways_to_unlock(before, new_key) in expected, outcome
        assert_nothing_is_left_over(before)
        if operation.startswith("re-encrypt"):
            assert_former_protectors_are_useless(before, outcome)
