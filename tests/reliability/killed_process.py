"""Runs operations on a vault in processes that are killed: `python -m tests.reliability.killed_process`.

Each line of standard input is a task in JSON: the name of the operation, the folder, and when to kill the process.
That is just before a system call that changes something (`until`, counted from 0), after so many `seconds` of work, or
never. On Linux, a process is forked for each task, which is faster than starting one. Elsewhere this process runs one
task.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.reliability.operations import OPERATIONS, WEAK_PARAMETERS
from tests.reliability.writer import kill_this_process, print_json
from tests.support.file_keyring import FOLDER_VARIABLE
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping

if sys.platform == "linux":
    from tests.reliability.system_calls import let_parent_trace, run_traced


# --- in the process that is killed ------------------------------------------------------------------------


def perform(task: dict[str, Any]) -> None:
    """Run an operation to its end, and report its result, unless the process is killed before."""
    os.environ.update(task["keystore"])
    operation = OPERATIONS[task["operation"]]
    prepared = operation.prepare(VaultFolder(Path(task["folder"])))
    if task["seconds"] is not None:
        threading.Timer(task["seconds"], kill_this_process).start()
    elif sys.platform == "linux":
        let_parent_trace()
    began = time.perf_counter()
    result = operation.run(prepared)
    print_json({"result": result, "seconds": time.perf_counter() - began})


if sys.platform == "linux":

    def serve() -> None:
        """Fork a process for each task, and print its outcome."""
        for line in sys.stdin:
            task = json.loads(line)
            report_end, child_end = os.pipe()
            child = os.fork()
            if child == 0:
                os.dup2(child_end, 1)
                perform(task)
                os._exit(0)
            os.close(child_end)
            if task["seconds"] is None:
                calls, was_killed = run_traced(child, task["until"])
            else:
                calls, was_killed = 0, os.WIFSIGNALED(os.waitpid(child, 0)[1])
            with os.fdopen(report_end) as reports:
                report = reports.read()
            print_json({"report": json.loads(report) if report else None, "calls": calls, "was_killed": was_killed})


# --- in the test ------------------------------------------------------------------------------------------


class Kill(NamedTuple):
    """When a process is killed."""

    until: int | None = None
    """Before this system call that changes something, counted from 0; only on Linux."""
    seconds: float | None = None
    """After so many seconds of work."""


NEVER = Kill()


@dataclass(frozen=True)
class Outcome:
    """The outcome of one process."""

    was_killed: bool
    is_done: bool
    """Whether it reported that the operation ended, perhaps just before it was killed."""
    result: Any
    """The reported result."""
    calls: int
    """How many system calls that change something it made; 0 if they are not counted."""
    seconds: float
    """How long the operation took; 0 if it did not end."""


class KilledProcess:
    """A starter of processes that run operations and are killed."""

    def __init__(self, server: "subprocess.Popen[str] | None") -> None:
        """Let `server` fork the processes, or start each one if it is None."""
        self._server = server

    def run(self, operation: str, folder: Path, kill: Kill = NEVER) -> Outcome:
        """Run one operation in a process, and wait until the process ends."""
        keystore = {name: os.environ[name] for name in (FOLDER_VARIABLE, "PYTHON_KEYRING_BACKEND")}
        task = {"operation": operation, "folder": str(folder), "keystore": keystore, **kill._asdict()}
        if self._server is None:
            command = [sys.executable, "-m", "tests.reliability.killed_process"]
            done = subprocess.run(
                command, input=json.dumps(task) + "\n", stdout=subprocess.PIPE, text=True, check=False, timeout=120
            )
            report, calls, was_killed = json.loads(done.stdout or "null"), 0, done.returncode != 0
        else:
            assert self._server.stdin is not None
            assert self._server.stdout is not None
            self._server.stdin.write(json.dumps(task) + "\n")
            self._server.stdin.flush()
            answer = json.loads(self._server.stdout.readline())
            report, calls, was_killed = answer["report"], answer["calls"], answer["was_killed"]
        assert report or was_killed
        if report is None:
            return Outcome(was_killed, is_done=False, result=None, calls=calls, seconds=0)
        return Outcome(was_killed, is_done=True, result=report["result"], calls=calls, seconds=report["seconds"])


@contextmanager
def killed_process() -> Iterator[KilledProcess]:
    """Yield what starts the processes."""
    if sys.platform != "linux":
        yield KilledProcess(None)
        return
    command = [sys.executable, "-m", "tests.reliability.killed_process"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with server:
        yield KilledProcess(server)
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=60) == 0


if __name__ == "__main__":
    # Modules that the program imports on demand are imported before the first system call is counted.
    import keyring.core  # noqa: F401
    from cryptography.hazmat.primitives.ciphers import aead  # noqa: F401
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: F401
    from cryptography.hazmat.primitives.kdf import argon2, hkdf  # noqa: F401

    key_wrapping.new_kdf_parameters = lambda: WEAK_PARAMETERS
    if sys.platform == "linux":
        serve()
    else:
        perform(json.loads(sys.stdin.readline()))
