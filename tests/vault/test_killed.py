"""A program that is killed at any moment has kept every change that it reported as saved."""

import json
import os
import random
import subprocess
import sys

from zcc_keys_gui.domain.queries import HistoryQuery, KeyQuery
from zcc_keys_gui.vault.door import VaultDoor
from zcc_keys_gui.vault.folder import VaultFolder

KILLS = 5 if os.name == "nt" else 50  # a process takes seconds to start under Wine
LONGEST = 0.08  # seconds from the first change to the kill


def test_killed_while_adding_and_editing_nothing_that_was_saved_is_lost(door: VaultDoor, folder: VaultFolder) -> None:
    door.create_for_this_account().close()
    saved: dict[str, tuple[str, int]] = {}
    changes = unreported = 0
    for _ in range(KILLS):
        reported = write_until_killed(folder)
        assert reported
        for client_id, name, seconds in reported:
            saved[client_id] = (name, seconds)
        changes += len(reported)

        store = door.open_for_this_account()
        there = {
            key.client_id: (key.name, key.fields.session_validity) for key in store.keys.page(KeyQuery(), 0, 10**6)
        }
        different = {
            client_id for client_id in there.keys() | saved.keys() if there.get(client_id) != saved.get(client_id)
        }
        assert len(different) <= 1, different  # the change that was under way, whole, but not reported yet
        assert saved.keys() <= there.keys()
        unreported += len(different)
        assert store.history.count(HistoryQuery()) == changes + unreported
        assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert store._db.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert store.keys.count(KeyQuery("Key")) == len(there)  # through the search's index
        store.close()
        saved = there
    print(f"{KILLS} kills, {changes} changes reported as saved, {unreported} more were whole")


def write_until_killed(folder: VaultFolder) -> list[tuple[str, str, int]]:
    """Return what a writer reported before it was killed at a random moment."""
    command = [sys.executable, "-m", "tests.writer", str(folder.path), str(random.uniform(0, LONGEST))]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode != 0
    return [(client_id, name, seconds) for client_id, name, seconds in map(json.loads, done.stdout.splitlines())]
