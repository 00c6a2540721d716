"""A program that is killed at any moment has kept every change that it reported as saved."""

import json
import os
import random
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.queries import HistoryQuery, KeyQuery
from zcc_keys_gui.vault.cipher import connect
from zcc_keys_gui.vault.door import VaultDoor
from zcc_keys_gui.vault.folder import VaultFolder
from zcc_keys_gui.vault.store import VaultStore

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


def test_killed_twice_in_a_row_before_any_statement_of_a_change_the_vault_opens(
    tmp_path: Path, store: VaultStore, folder: VaultFolder
) -> None:
    """What the first kill left in the log is in the log alone when the second one comes."""
    insert(store, a_key("First"))
    shutil.copytree(folder.path, tmp_path / "killed", ignore=shutil.ignore_patterns("*-shm"))
    images: list[Path] = []

    def kill_here(_: str) -> None:
        images.append(tmp_path / f"killed-{len(images)}")
        shutil.copytree(tmp_path / "killed", images[-1], ignore=shutil.ignore_patterns("*-shm"))

    again = VaultDoor(VaultFolder(tmp_path / "killed")).open_for_this_account()
    again._db.set_trace_callback(kill_here)
    insert(again, a_key("Second"))
    again._db.set_trace_callback(None)
    again.close()
    assert len(images) > 5
    for image in images:
        opened = VaultDoor(VaultFolder(image)).open_for_this_account()
        assert [key.name for key in opened.keys.page(KeyQuery(), 0, 9)] in (["First"], ["First", "Second"])
        opened.close()


def test_while_somebody_reads_an_older_state_a_kill_leaves_a_vault_that_opens(
    tmp_path: Path, store: VaultStore, folder: VaultFolder
) -> None:
    """The log cannot be written into the database then."""
    insert(store, a_key("First"))
    shutil.copytree(folder.path, tmp_path / "killed", ignore=shutil.ignore_patterns("*-shm"))
    running = VaultFolder(tmp_path / "killed")
    again = VaultDoor(running).open_for_this_account()
    with closing(connect(running.database, again._key.material())) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM vault").fetchall()
        insert(again, a_key("Second"))
        insert(again, a_key("Third"))
        shutil.copytree(running.path, tmp_path / "again", ignore=shutil.ignore_patterns("*-shm"))
    again.close()
    opened = VaultDoor(VaultFolder(tmp_path / "again")).open_for_this_account()
    assert opened.keys.count(KeyQuery()) == 3
    opened.close()
