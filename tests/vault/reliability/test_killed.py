"""A program that is killed at any moment has kept every change that it reported as saved, and no half of another."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.reliability.writer import WAYS, states
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.domain.history import HistoryQuery
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability

KILLS = 1 if os.name == "nt" else rounds(5, 60)  # a process takes seconds to start under Wine
LONGEST = 0.08  # seconds from the first change to the kill
CREATING = 0.08  # seconds in which a vault is made, more or less


@pytest.mark.parametrize("way", WAYS)
def test_killed_while_keys_are_changed_nothing_that_was_saved_is_lost(
    way: str, opener: VaultOpener, folder: VaultFolder
) -> None:
    opener.create_for_this_account().close()
    expected: dict[str, Any] = {}
    rows = 0  # of the history
    for _ in range(KILLS):
        about = killed_after(way, folder, expected_rows := Counter[str](), expected)
        rows += expected_rows.total()
        store = opener.open_for_this_account()
        there = states(store)
        different = {each for each in there.keys() | expected.keys() if there.get(each) != expected.get(each)}
        if different:  # the change that was under way, whole, but not reported yet
            assert different == set(about) if about else len(different) == 1
        new_rows = store.history.count(HistoryQuery()) - rows
        newest = store.history.page(HistoryQuery(), 0, new_rows)
        assert Counter(entry.client_id for entry in newest) == Counter(different)
        check(store)
        assert store.keys.count(KeyQuery("Key")) == len(there)  # through the search's index
        store.close()
        expected, rows = there, rows + new_rows
    figures.count("kills", f"while changing keys: {way.replace('_', ' ')}", KILLS)


def test_killed_while_a_vault_is_made_there_is_none_or_a_whole_one(tmp_path: Path) -> None:
    fates: Counter[str] = Counter()
    for number in range(2 * KILLS):
        folder = VaultFolder(tmp_path / f"{number}")
        was_made = run_until_killed("create", folder, random.uniform(0, CREATING)) != []
        opener = VaultOpener(folder)
        if opener.vault_exists():
            store = opener.open_for_this_account()
            fates["made"] += 1
        else:
            assert not was_made
            store = opener.create_for_this_account()
            fates["not made"] += 1
        check(store)
        store.close()
        assert {path.name for path in folder.path.iterdir()} == {"vault.db", "vault.json"}
    figures.count("kills", "while making a vault", fates.total())


def killed_after(way: str, folder: VaultFolder, rows: Counter[str], expected: dict[str, Any]) -> list[str]:
    """Let a writer work until it is killed; bring `expected` to what it reported, and count the `rows` of the history.

    Returns the client IDs of the keys that it was about to change.
    """
    about: list[str] = []
    reported = 0
    for said in run_until_killed(way, folder, random.uniform(0, LONGEST)):
        if isinstance(said, list):
            about = said
            continue
        for client_id, state in said.items():
            rows[client_id] += 1
            if state is None:
                del expected[client_id]
            else:
                expected[client_id] = state
        reported += 1
    assert reported
    return about


def run_until_killed(way: str, folder: VaultFolder, seconds: float) -> list[Any]:
    """Return what a writer said before it was killed."""
    command = [sys.executable, "-m", "tests.reliability.writer", way, str(folder.path), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode != 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(store: VaultStore) -> None:
    """See that every page is sound, with nothing left in the log."""
    assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert store._db.execute("PRAGMA cipher_integrity_check").fetchall() == []


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

    again = VaultOpener(VaultFolder(tmp_path / "killed")).open_for_this_account()
    again._db.set_trace_callback(kill_here)
    insert(again, a_key("Second"))
    again._db.set_trace_callback(None)
    again.close()
    assert len(images) > 5
    for image in images:
        opened = VaultOpener(VaultFolder(image)).open_for_this_account()
        assert [key.name for key in opened.keys.page(KeyQuery(), 0, 9)] in (["First"], ["First", "Second"])
        opened.close()


@pytest.fixture
def torn(tmp_path: Path, store: VaultStore, folder: VaultFolder) -> VaultFolder:
    """A vault as it may be when the power fails while its second change is saved: the disk has the end of it alone."""
    insert(store, a_key("First"))
    noted, log = folder.saved_changes.read_bytes(), folder.write_ahead_log.read_bytes()
    insert(store, a_key("Second"))
    shutil.copytree(folder.path, tmp_path / "torn", ignore=shutil.ignore_patterns("*-shm"))
    torn = VaultFolder(tmp_path / "torn")
    torn.saved_changes.write_bytes(noted)
    with torn.write_ahead_log.open("r+b") as file:
        file.seek(len(log))
        file.write(bytes(24 + PAGE_BYTES))
    return torn


def test_of_a_change_that_was_not_saved_yet_nothing_is_there(torn: VaultFolder) -> None:
    opened = VaultOpener(torn).open_for_this_account()
    assert [key.name for key in opened.keys.page(KeyQuery(), 0, 9)] == ["First"]
    check(opened)
    opened.close()
    assert {path.name for path in torn.path.iterdir()} == {"vault.db", "vault.json"}


@pytest.mark.parametrize("noted", [b"%020d %020d" % (2, 2), b""])
def test_a_saved_change_that_cannot_be_read_is_damage_and_so_is_one_of_which_nothing_is_known(
    torn: VaultFolder, noted: bytes
) -> None:
    torn.saved_changes.write_bytes(noted)
    with pytest.raises(VaultDamagedError):
        VaultOpener(torn).open_for_this_account()


def test_a_log_of_which_the_disk_has_the_size_alone_holds_nothing(store: VaultStore, folder: VaultFolder) -> None:
    insert(store, a_key("First"))
    store.close()
    folder.write_ahead_log.write_bytes(bytes(32))
    opened = VaultOpener(folder).open_for_this_account()
    assert opened.keys.count(KeyQuery()) == 1
    opened.close()


def test_while_somebody_reads_an_older_state_a_kill_leaves_a_vault_that_opens(
    tmp_path: Path, store: VaultStore, folder: VaultFolder
) -> None:
    """The log cannot be written into the database then."""
    insert(store, a_key("First"))
    shutil.copytree(folder.path, tmp_path / "killed", ignore=shutil.ignore_patterns("*-shm"))
    running = VaultFolder(tmp_path / "killed")
    again = VaultOpener(running).open_for_this_account()
    with closing(connect(running.database, again._key.material())) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM vault").fetchall()
        insert(again, a_key("Second"))
        insert(again, a_key("Third"))
        shutil.copytree(running.path, tmp_path / "again", ignore=shutil.ignore_patterns("*-shm"))
    again.close()
    opened = VaultOpener(VaultFolder(tmp_path / "again")).open_for_this_account()
    assert opened.keys.count(KeyQuery()) == 3
    opened.close()
