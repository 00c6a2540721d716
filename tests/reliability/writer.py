"""Changes keys in a vault until it is killed: `python -m tests.reliability.writer WAY FOLDER SECONDS`.

WAY is one of those below, or `create`, which makes the vault. Before each change it prints the client IDs of the keys
that it is going to change, and after each that was reported as saved, how these keys are now, both as JSON. It kills
itself SECONDS after the first change; where it creates, SECONDS after it began to.
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

FEWEST = 5
"""Keys; where there are fewer, one is added whatever the way."""
_MOST = 20  # keys that are changed at once
_NUMBERS = count()

Change = tuple[list[str], Callable[[], object]]
"""The client IDs of the keys that are to be changed, of which there are none yet where one is added; and how."""


def add(keys: Keys, _there: list[ApiKey]) -> Change:
    """Add a key."""
    name = f"Key{os.getpid()}x{next(_NUMBERS)}"
    return [], lambda: keys.add(KeyFields(name, Status.ENABLED, Role.READ, 3_600))


def edit(keys: Keys, there: list[ApiKey]) -> Change:
    """Change one key's session validity interval."""
    key = random.choice(there)
    fields = replace(key.fields, session_validity=key.fields.session_validity + 1)
    return [key.client_id], lambda: keys.edit(key.client_id, fields)


def switch(keys: Keys, there: list[ApiKey]) -> Change:
    """Enable or disable one key."""
    return switch_all(keys, [random.choice(there)])


def regenerate(keys: Keys, there: list[ApiKey]) -> Change:
    """Give one key another secret."""
    client_id = random.choice(there).client_id
    return [client_id], lambda: keys.regenerate_secret(client_id)


def delete(keys: Keys, there: list[ApiKey]) -> Change:
    """Delete one key."""
    return delete_all(keys, [random.choice(there)])


def switch_all(keys: Keys, there: list[ApiKey]) -> Change:
    """Enable or disable all keys at once that are as the first one."""
    now = there[0].fields.status
    then = Status.DISABLED if now is Status.ENABLED else Status.ENABLED
    chosen = [key.client_id for key in there if key.fields.status is now]
    return chosen, lambda: keys.set_status(chosen, then)


def delete_all(keys: Keys, there: list[ApiKey]) -> Change:
    """Delete all keys at once."""
    chosen = [key.client_id for key in there]
    return chosen, lambda: keys.delete(chosen)


def anything(keys: Keys, there: list[ApiKey]) -> Change:
    """Change keys in any way."""
    return random.choice([add, edit, switch, regenerate, delete, switch_all])(keys, there)


WAYS: dict[str, Callable[[Keys, list[ApiKey]], Change]] = {
    way.__name__: way for way in (add, edit, switch, regenerate, delete, switch_all, delete_all, anything)
}


def states(store: VaultStore) -> dict[str, list[object]]:
    """Return how each key is, by its client ID."""
    rows = store._db.execute(
        "SELECT client_id, name, status, role, session_validity, secret_pending, hex(verifier) FROM api_key"
    )
    return {row[0]: list(row) for row in rows}


def write(way: Callable[[Keys, list[ApiKey]], Change], folder: Path, seconds: float) -> None:
    """Change keys until the end."""
    store = VaultOpener(VaultFolder(folder)).open_for_this_account()
    keys = Keys(store, lambda: "writer")
    before = states(store)
    for number in count():
        there = store.keys.page(KeyQuery(), 0, _MOST)
        client_ids, change = (way if len(there) >= FEWEST else add)(keys, there)
        say(client_ids)
        change()
        after = states(store)
        say({each: after.get(each) for each in (client_ids or after.keys() - before.keys())})
        before = after
        if number == 0:
            threading.Timer(seconds, kill_myself).start()


def create(folder: Path, seconds: float) -> None:
    """Make the vault, say so, and wait for the end."""
    threading.Timer(seconds, kill_myself).start()
    VaultOpener(VaultFolder(folder)).create_for_this_account()
    say("made")
    threading.Event().wait()


def say(what: object) -> None:
    """Print it as JSON, in one write, so that a line is there whole or not at all."""
    os.write(1, json.dumps(what).encode() + b"\n")


def kill_myself() -> None:
    """End without a chance to tidy up."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows, both end in TerminateProcess


if __name__ == "__main__":
    if sys.argv[1] == "create":
        create(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        write(WAYS[sys.argv[1]], Path(sys.argv[2]), float(sys.argv[3]))
