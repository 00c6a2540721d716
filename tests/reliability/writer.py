"""Changes keys in a vault until it is killed: `python -m tests.reliability.writer CHANGE FOLDER SECONDS`.

CHANGE is one of `CHANGES`, or `create`, which creates the vault. Before each change, the writer prints the client IDs
of the keys that it is about to change. After each change that was reported as saved, it prints the new state of these
keys. Both are lines of JSON. It kills itself SECONDS after the first change, or after it began to create the vault.
"""

import json
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

MIN_KEYS = 5
"""If there are fewer keys, one is added instead of the chosen change."""
_MAX_KEYS = 20  # changed together
_NUMBERS = count()

Change = tuple[list[str], Callable[[], object]]
"""The client IDs of the keys that are changed, or none if a key is added, and the function that changes them."""


def add(keys: Keys, _present: list[ApiKey]) -> Change:
    """Add a key."""
    name = f"Key{os.getpid()}x{next(_NUMBERS)}"
    return [], lambda: keys.add(KeyFields(name, Status.ENABLED, Role.READ, 3_600))


def edit(keys: Keys, present: list[ApiKey]) -> Change:
    """Change the session validity interval of one key."""
    key = random.choice(present)
    fields = replace(key.fields, session_validity=key.fields.session_validity + 1)
    return [key.client_id], lambda: keys.edit(key.client_id, fields)


def switch(keys: Keys, present: list[ApiKey]) -> Change:
    """Enable or disable one key."""
    return switch_all(keys, [random.choice(present)])


def regenerate(keys: Keys, present: list[ApiKey]) -> Change:
    """Regenerate the secret of one key."""
    client_id = random.choice(present).client_id
    return [client_id], lambda: keys.regenerate_secret(client_id)


def delete(keys: Keys, present: list[ApiKey]) -> Change:
    """Delete one key."""
    return delete_all(keys, [random.choice(present)])


def switch_all(keys: Keys, present: list[ApiKey]) -> Change:
    """Enable or disable all keys that have the status of the first one."""
    old = present[0].fields.status
    new = Status.DISABLED if old is Status.ENABLED else Status.ENABLED
    chosen = [key.client_id for key in present if key.fields.status is old]
    return chosen, lambda: keys.set_status(chosen, new)


def delete_all(keys: Keys, present: list[ApiKey]) -> Change:
    """Delete all keys."""
    chosen = [key.client_id for key in present]
    return chosen, lambda: keys.delete(chosen)


def anything(keys: Keys, present: list[ApiKey]) -> Change:
    """Make a random change."""
    return random.choice([add, edit, switch, regenerate, delete, switch_all])(keys, present)


CHANGES: dict[str, Callable[[Keys, list[ApiKey]], Change]] = {
    change.__name__: change for change in (add, edit, switch, regenerate, delete, switch_all, delete_all, anything)
}


def key_states(store: VaultStore) -> dict[str, list[object]]:
    """Return the columns of each key by client ID."""
    rows = store._db.execute(
        "SELECT client_id, name, status, role, session_validity, secret_pending, hex(verifier) FROM api_key"
    )
    return {row[0]: list(row) for row in rows}


def change_keys(choose: Callable[[Keys, list[ApiKey]], Change], folder: Path, seconds: float) -> None:
    """Change keys until the process is killed."""
    store = VaultOpener(VaultFolder(folder)).open_for_this_account()
    keys = Keys(store, lambda: "writer")
    before = key_states(store)
    for number in count():
        present = store.keys.page(KeyQuery(), 0, _MAX_KEYS)
        client_ids, change = (choose if len(present) >= MIN_KEYS else add)(keys, present)
        print_json(client_ids)
        change()
        after = key_states(store)
        print_json({each: after.get(each) for each in (client_ids or after.keys() - before.keys())})
        before = after
        if number == 0:
            threading.Timer(seconds, kill_this_process).start()


def create(folder: Path, seconds: float) -> None:
    """Create the vault, report that, and wait until the process is killed."""
    threading.Timer(seconds, kill_this_process).start()
    VaultOpener(VaultFolder(folder)).create_for_this_account()
    print_json("created")
    threading.Event().wait()


def print_json(value: object) -> None:
    """Print a line of JSON in one write, so that a kill leaves all of it or nothing."""
    os.write(1, json.dumps(value).encode() + b"\n")


def kill_this_process() -> None:
    """End without running any more code."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows, SIGTERM has the same effect


if __name__ == "__main__":
    if sys.argv[1] == "create":
        create(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        change_keys(CHANGES[sys.argv[1]], Path(sys.argv[2]), float(sys.argv[3]))
