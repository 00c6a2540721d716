"""Adds and edits keys in a vault until it is killed: `python -m tests.writer FOLDER SECONDS`.

After each change that was reported as saved it prints the key as JSON. It kills itself SECONDS after the first one.
"""

import json
import os
import random
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.door import VaultDoor
from zcc_keys_gui.vault.folder import VaultFolder


def main(folder: Path, seconds: float) -> None:
    """Write until the end."""
    keys = Keys(VaultDoor(VaultFolder(folder)).open_for_this_account(), lambda: "writer")
    mine: list[ApiKey] = []
    number = 0
    while True:
        number += 1
        if mine and random.random() < 0.5:
            place = random.randrange(len(mine))
            fields = replace(mine[place].fields, session_validity=random.randint(30, 999_999_999))
            mine[place] = key = keys.edit(mine[place].client_id, fields)
        else:
            key = keys.add(KeyFields(f"Key{os.getpid()}x{number}", Status.ENABLED, Role.READ, 3_600)).key
            mine.append(key)
        # One write, so that a line is there whole or not at all.
        os.write(1, json.dumps([key.client_id, key.name, key.fields.session_validity]).encode() + b"\n")
        if number == 1:
            threading.Timer(seconds, kill_myself).start()


def kill_myself() -> None:
    """End without a chance to tidy up."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows, both end in TerminateProcess


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
