"""A program that is killed at any moment keeps every change that it reported as saved, and no half of another."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.reliability.writer import CHANGES, key_states
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

pytestmark = pytest.mark.reliability

KILLS = 1 if os.name == "nt" else rounds(5, 60)  # a process takes seconds to start under Wine
MAX_SECONDS_AFTER_CHANGE = 0.08
MAX_SECONDS_OF_CREATION = 0.08  # about as long as creating a vault takes


@pytest.mark.parametrize("change", CHANGES)
def test_no_saved_change_of_keys_is_lost(change: str, opener: VaultOpener, folder: VaultFolder) -> None:
    opener.create_for_this_account().close()
    expected: dict[str, Any] = {}
    history_rows = 0
    for _ in range(KILLS):
        about_to_change = change_until_killed(change, folder, reported_rows := Counter[str](), expected)
        history_rows += reported_rows.total()
        store = opener.open_for_this_account()
        found = key_states(store)
        different = {each for each in found.keys() | expected.keys() if found.get(each) != expected.get(each)}
        if different:  # a complete change that was not reported yet
            assert different == set(about_to_change) if about_to_change else len(different) == 1
        new_rows = store.history.count(HistoryQuery()) - history_rows
        newest = store.history.page(HistoryQuery(), 0, new_rows)
        assert Counter(entry.client_id for entry in newest) == Counter(different)
        assert_healthy(store)
        assert store.keys.count(KeyQuery("Key")) == len(found)  # the search uses an index
        store.close()
        expected, history_rows = found, history_rows + new_rows
    figures.count("kills", f"while changing keys: {change.replace('_', ' ')}", KILLS)


def test_a_vault_is_created_completely_or_not_at_all(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(2 * KILLS):
        folder = VaultFolder(tmp_path / f"{number}")
        was_reported = run_until_killed("create", folder, random.uniform(0, MAX_SECONDS_OF_CREATION)) != []
        opener = VaultOpener(folder)
        if opener.vault_exists():
            store = opener.open_for_this_account()
            outcomes["created"] += 1
        else:
            assert not was_reported
            store = opener.create_for_this_account()
            outcomes["not created"] += 1
        assert_healthy(store)
        store.close()
        assert {path.name for path in folder.path.iterdir()} == {"vault.db", "vault.json"}
    figures.count("kills", "while creating a vault", outcomes.total())


def change_until_killed(change: str, folder: VaultFolder, rows: Counter[str], expected: dict[str, Any]) -> list[str]:
    """Let a writer change keys until it is killed; return the client IDs that it was about to change.

    `expected` is updated to what the writer reported, and `rows` counts the history rows of each key.
    """
    about_to_change: list[str] = []
    reports = 0
    for line in run_until_killed(change, folder, random.uniform(0, MAX_SECONDS_AFTER_CHANGE)):
        if isinstance(line, list):
            about_to_change = line
            continue
        for client_id, state in line.items():
            rows[client_id] += 1
            if state is None:
                del expected[client_id]
            else:
                expected[client_id] = state
        reports += 1
    assert reports
    return about_to_change


def run_until_killed(change: str, folder: VaultFolder, seconds: float) -> list[Any]:
    """Run a writer until it is killed; return what it printed, decoded."""
    command = [sys.executable, "-m", "tests.reliability.writer", change, str(folder.path), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode != 0
    return [json.loads(line) for line in done.stdout.splitlines()]
