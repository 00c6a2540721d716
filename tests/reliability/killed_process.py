"""Change a vault in a process that is killed meanwhile: `python -m tests.reliability.killed_process`.

Each line of standard input is a task in JSON: which of the `WAYS` to go, with which folder, and when to be killed:
just before a system call that changes something (`until`, counted from 0), so many `seconds` after the work began, or
never. On Linux a process is forked for each task, since starting one takes longer; elsewhere this one does one task.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.reliability.writer import kill_myself, say
from tests.support.file_keyring import FOLDER_VARIABLE
from tests.support.recovery_keys import add_recovery_key
from zcc_keys_gui.domain.errors import VaultNeedsRepairError, ZccKeysError
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.vault.backups.automatic_backups import automatic_backups_in
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault
from zcc_keys_gui.vault.store import VaultStore

if sys.platform == "linux":
    from tests.reliability.system_calls import let_parent_trace, run

PASSPHRASE = "four random words fit"
OTHER_PASSPHRASE = "another four random words"
WEAK = key_wrapping.Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)
"""What a passphrase costs in these tests: next to nothing."""


# --- what is done -----------------------------------------------------------------------------------------


class Way(NamedTuple):
    """Something that is done to a vault."""

    prepare: Callable[[VaultFolder], Any]
    work: Callable[[Any], object]
    """Takes what was prepared; while this runs, the kill comes. What it returns is reported."""


def by_account(folder: VaultFolder) -> VaultStore:
    """Open the vault."""
    return VaultOpener(folder).open_for_this_account()


def by_passphrase(folder: VaultFolder) -> VaultStore:
    """Open the vault."""
    return VaultOpener(folder).open_with_passphrase(PASSPHRASE)


def protection(store: VaultStore) -> Protection:
    """Return what changes the protectors, and tells the history."""
    return Protection(store, lambda: "killed_process")


def replace_recovery_key(store: VaultStore) -> str:
    """Return the new one."""
    return add_recovery_key(protection(store)).reveal()


def reencrypt(store: VaultStore) -> str:
    """Return the new recovery key."""
    asks = store.protectors.ways_to_unlock().passphrase is not None
    key = new_recovery_key()
    assert protection(store).reencryption(PASSPHRASE if asks else None)(key) is None
    return key.reveal()


def copy(store: VaultStore) -> None:
    """Make an automatic copy."""
    store.automatic_backups.make(datetime.now(UTC))


def damage_of(folder: VaultFolder) -> DamagedVault[VaultStore] | None:
    """Open the vault, and return what can be done about it where it is not whole, to the last page."""
    opener = VaultOpener(folder)
    opener.vault_exists()
    try:
        with closing(opener.open_for_this_account()) as store:
            if store.checks.full(lambda *_: None).is_healthy:
                return None
        opener.distrust()
        opener.open_for_this_account().close()
    except VaultNeedsRepairError as error:
        damage = opener.damage(error, lambda: "killed_process")
        damage.examine()
        return damage
    raise AssertionError(folder)


def start(folder: VaultFolder) -> None:
    """Open or make the vault as each start does, by whatever opens it, and close it."""
    opener = VaultOpener(folder)
    if not opener.vault_exists():
        opener.create_for_this_account().close()
        return
    for way_in in (opener.open_for_this_account, lambda: opener.open_with_passphrase(PASSPHRASE)):
        with suppress(ZccKeysError):  # which a person would be told
            way_in().close()
            return


WAYS = {
    "set up this account": Way(by_passphrase, lambda store: protection(store).set_up_this_account()),
    "remove this account": Way(by_account, lambda store: protection(store).remove_this_account()),
    "set a passphrase": Way(by_account, lambda store: protection(store).set_passphrase(OTHER_PASSPHRASE)),
    "let a passphrase replace this account": Way(
        by_account, lambda store: protection(store).let_passphrase_replace_account(OTHER_PASSPHRASE)
    ),
    "remove the passphrase": Way(by_account, lambda store: protection(store).remove_passphrase()),
    "make a recovery key": Way(by_account, replace_recovery_key),
    "remove the recovery key": Way(by_account, lambda store: protection(store).remove_recovery_key()),
    "re-encrypt": Way(by_passphrase, reencrypt),
    "re-encrypt for this account": Way(by_account, reencrypt),
    "open by passphrase": Way(lambda folder: folder, lambda folder: by_passphrase(folder).close()),
    "make a vault": Way(lambda folder: folder, start),
    "start": Way(lambda folder: folder, start),
    "make a copy": Way(by_account, copy),
    "use a copy": Way(damage_of, lambda damage: damage.restore_automatic_backup(newest_copy(damage))[0].close()),
    "salvage": Way(damage_of, lambda damage: damage.salvage()[0].close()),
    "put back vault.json": Way(damage_of, lambda damage: damage.restore_protectors(newest_copy(damage)) and None),
}


def newest_copy(damage: DamagedVault[VaultStore]) -> datetime:
    """Return when the newest automatic copy of a vault was made."""
    return automatic_backups_in(damage._folder)[0].made


# --- in the process that is killed ------------------------------------------------------------------------


def perform(task: dict[str, Any]) -> None:
    """Go one way to its end, and report that, unless a kill comes first."""
    os.environ.update(task["keystore"])
    way = WAYS[task["way"]]
    prepared = way.prepare(VaultFolder(Path(task["folder"])))
    if task["seconds"] is not None:
        threading.Timer(task["seconds"], kill_myself).start()
    elif sys.platform == "linux":
        let_parent_trace()
    began = time.perf_counter()
    result = way.work(prepared)
    say({"result": result, "took": time.perf_counter() - began})


if sys.platform == "linux":

    def serve() -> None:
        """Fork a process for each task, and say what became of it."""
        for line in sys.stdin:
            task = json.loads(line)
            said, tell = os.pipe()
            child = os.fork()
            if child == 0:
                os.dup2(tell, 1)
                perform(task)
                os._exit(0)
            os.close(tell)
            if task["seconds"] is None:
                calls, was_killed = run(child, task["until"])
            else:
                calls, was_killed = 0, os.WIFSIGNALED(os.waitpid(child, 0)[1])
            with os.fdopen(said) as reports:
                report = reports.read()
            say({"report": json.loads(report) if report else None, "calls": calls, "was_killed": was_killed})


# --- in the test ------------------------------------------------------------------------------------------


class Kill(NamedTuple):
    """When a process is killed."""

    until: int | None = None
    """Just before this one, counted from 0, of its system calls that change something; only on Linux."""
    seconds: float | None = None
    """So long after its work began."""


NEVER = Kill()


@dataclass(frozen=True)
class Fate:
    """What became of one process."""

    was_killed: bool
    is_done: bool
    """Whether it reported the work as done, perhaps just before it was killed."""
    result: Any
    """What it reported."""
    calls: int
    """How many system calls that change something it made; 0 where they are not counted."""
    took: float
    """Seconds of work, where it was done."""


class KilledProcess:
    """Lets processes go ways in which they are killed."""

    def __init__(self, server: "subprocess.Popen[str] | None") -> None:
        """Have a `server` fork them, or start each one."""
        self._server = server

    def go(self, way: str, folder: Path, kill: Kill = NEVER) -> Fate:
        """Go one way in a process of its own, and wait until that ends."""
        keystore = {name: os.environ[name] for name in (FOLDER_VARIABLE, "PYTHON_KEYRING_BACKEND")}
        task = json.dumps({"way": way, "folder": str(folder), "keystore": keystore, **kill._asdict()}) + "\n"
        if self._server is None:
            command = [sys.executable, "-m", "tests.reliability.killed_process"]
            done = subprocess.run(command, input=task, stdout=subprocess.PIPE, text=True, check=False, timeout=120)
            report, calls, was_killed = json.loads(done.stdout or "null"), 0, done.returncode != 0
        else:
            assert self._server.stdin is not None
            assert self._server.stdout is not None
            self._server.stdin.write(task)
            self._server.stdin.flush()
            said = json.loads(self._server.stdout.readline())
            report, calls, was_killed = said["report"], said["calls"], said["was_killed"]
        assert report or was_killed
        return Fate(was_killed, report is not None, report and report["result"], calls, report["took"] if report else 0)


@contextmanager
def killed_process() -> Iterator[KilledProcess]:
    """Yield what starts doomed processes."""
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
    # What the program imports late is there before the first call is counted.
    import keyring.core  # noqa: F401
    from cryptography.hazmat.primitives.ciphers import aead  # noqa: F401
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: F401
    from cryptography.hazmat.primitives.kdf import argon2, hkdf  # noqa: F401

    key_wrapping.new_kdf_parameters = lambda: WEAK
    if sys.platform == "linux":
        serve()
    else:
        perform(json.loads(sys.stdin.readline()))
