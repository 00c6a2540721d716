"""Runs sessions with a vault under strace, and yields what may be on the disk if the power fails during them."""

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.reliability.disk import Disk, Image
from tests.reliability.power_writer import State
from tests.reliability.strace import Call, traced_calls
from tests.support.file_keyring import FOLDER_VARIABLE

VAULT, KEYRING = "vault", "keystore"
ACTIONS = [
    [
        "create",
        "add",
        "add",
        "add",
        "edit",
        "set_passphrase",
        "back_up_automatically",
        "disable",
        "back_up",
        "add",
    ],
    [
        "open",
        "add",
        "regenerate",
        "delete",
        "replace_recovery_key",
        "reencrypt",
        "edit",
        "back_up",
        "back_up_automatically",
        "close",
    ],
    ["open", "edit", "set_passphrase", "delete", "add", "restore", "edit"],
]
"""The actions of each session; only the second session closes the vault."""


def nothing(_: int) -> int:
    return 0


def everything(steps: int) -> int:
    return steps


def something(steps: int) -> int:
    return random.choice([0, steps, random.randint(0, steps)])


CHOICES = {
    "no unflushed step": (nothing, nothing),
    "all names, and no writes": (nothing, everything),
    "all writes, and no names": (everything, nothing),
    "everything": (everything, everything),
    "some writes and some names": (something, something),
    "all names, and some writes": (something, everything),
    "all writes, and some names": (everything, something),
}
"""How many of the unflushed writes to files, and of the unflushed names, are on the disk."""


@dataclass(frozen=True)
class TracedSession:
    """What a process did."""

    calls: list[Call]
    states: list[State]
    """What it reported, in order."""


@dataclass(frozen=True)
class PowerCut:
    """A moment at which the power fails, and what is on the disk then."""

    description: str
    reported: int
    """How many actions were reported as saved."""
    image: Image


def report_in(call: Call) -> State | None:
    """Return what a call reports as saved; None if it is not a report."""
    return State(**json.loads(call.texts[0])) if call.name == "write" and call.numbers[0] == 1 else None


def run_sessions(root: Path) -> list[TracedSession]:
    """Run all sessions, one after the other, in the new folder `root`."""
    root.mkdir(parents=True)
    sessions: list[TracedSession] = []
    for actions in ACTIONS:
        sessions.append(run_session(root, actions, sessions[-1].states[-1] if sessions else None))
    return sessions


def run_session(root: Path, actions: list[str], state: State | None) -> TracedSession:
    """Run one session under strace, with the state in which the last one ended."""
    environment = os.environ | {
        FOLDER_VARIABLE: str(root / KEYRING),
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
    }
    encoded_state = json.dumps(state and asdict(state))
    command = [sys.executable, "-m", "tests.reliability.power_writer", str(root / VAULT), encoded_state, *actions]
    calls = list(traced_calls(command, environment, root.parent / "strace.log"))
    states = [state for call in calls if (state := report_in(call))]
    assert [each.action for each in states] == actions
    return TracedSession(calls, states)


def power_cuts(disk: Disk, sessions: list[TracedSession], share: float) -> Iterator[PowerCut]:
    """Yield a share, from 0 to 1, of all power cuts that leave different contents on the disk."""
    reported = 0
    seen: set[int] = set()
    for session in sessions:
        disk.begin_program()
        for number, call in enumerate(session.calls):
            disk.do(call)
            if report_in(call):
                reported += 1
            for choice, (files, names) in CHOICES.items():
                if random.random() >= share:
                    continue
                image = disk.image(files, names, unchanged=KEYRING)
                if (fingerprint := hash((reported, *image.items()))) not in seen:
                    seen.add(fingerprint)
                    description = f"{choice}, after call {number} ({call.name}) and {reported} reports"
                    yield PowerCut(description, reported, image)


def states_around(cut: PowerCut, sessions: list[TracedSession]) -> tuple[State, State]:
    """Return the state that was reported last, and the next one."""
    states = [State(), *(state for session in sessions for state in session.states)]
    return states[cut.reported], states[min(cut.reported + 1, len(states) - 1)]
