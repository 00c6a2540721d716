"""A power cut at any moment leaves all that was reported as saved, and no half of anything else.

Programs are traced with strace. From what they wrote and flushed, in which order, come the images of what may be on the
disk (`tests.disk`). The key store is another program's, and taken to be on the disk at once.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import disk
from tests.disk import Call, Disk, File, Folder
from tests.file_keyring import FOLDER_VARIABLE
from tests.power_writer import State

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.skipif(os.name == "nt" or bool(disk.why_not_traced()), reason=disk.why_not_traced() or "no strace"),
]

VAULT, KEYSTORE = "vault", "keystore"
FIRST_DAY = ["make", "add", "add", "add", "edit", "passphrase", "copy", "switch", "backup", "add"]
SECOND_DAY = ["open", "add", "regenerate", "delete", "recovery_key", "reencrypt", "edit", "backup", "copy", "close"]
THIRD_DAY = ["open", "edit", "passphrase", "delete", "add"]
DAYS = [FIRST_DAY, SECOND_DAY, THIRD_DAY]
"""What is done in one process each."""


@dataclass(frozen=True)
class Day:
    """What a process did."""

    calls: list[Call]
    states: list[State]
    """What it reported, in order."""


def report_in(call: Call) -> State | None:
    """Return what a call reports as saved; None where it reports nothing."""
    if call.name != "write" or call.numbers[0] != 1:
        return None
    return State(**json.loads(call.texts[0]))


def live(root: Path) -> list[Day]:
    """Do in `root` what is to be done, under strace."""
    days: list[Day] = []
    state = None
    for number, acts in enumerate(DAYS):
        given = json.dumps(state and vars(state))
        command = [sys.executable, "-m", "tests.power_writer", str(root / VAULT), given, *acts]
        calls = list(disk.traced(command, root.parent / f"strace-{number}.log"))
        states = [found for call in calls if (found := report_in(call))]
        assert [each.act for each in states] == acts
        days.append(Day(calls, states))
        state = states[-1]
    return days


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path.resolve() / "root"
    root.mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(root / KEYSTORE))
    return root


def test_what_is_saved_is_flushed_before_that_is_reported(root: Path) -> None:
    there = Disk(root)
    for day in live(root):
        there.begin_program()
        for call in day.calls:
            node = there.opened(call)
            log, database = there.node(f"{VAULT}/vault.db-wal"), there.node(f"{VAULT}/vault.db")
            if call.name == "pwrite64" and database is not None and node is database and isinstance(log, File):
                assert not log.waiting, "vault.db was written to before its log was flushed"
            if call.name == "rename" and str(root / KEYSTORE) not in os.fsdecode(call.texts[0]):
                source = there.node(str(Path(os.fsdecode(call.texts[0])).relative_to(root)))
                assert unflushed(source, "") == [], "a file was renamed before it was flushed"
            if report := report_in(call):
                assert unflushed(there.top, "") == [], f"not flushed when it was reported: {report.act}"
            there.do(call)


def unflushed(node: disk.Node | None, path: str) -> list[str]:
    """Return which files and folders have to be flushed yet, but for deleted, empty and temporary ones."""
    if isinstance(node, File):
        return [path] if node.waiting else []
    assert isinstance(node, Folder)
    found = []
    made = {name for step in node.waiting for name, what in step.items() if what is not None}
    for name, below in node.now.items():
        if name.endswith("-shm") or f"{path}/{name}" == f"/{KEYSTORE}" or below == File():
            continue
        if name in made:
            found.append(f"{path}/{name} (its name)")
        found += unflushed(below, f"{path}/{name}")
    return found
