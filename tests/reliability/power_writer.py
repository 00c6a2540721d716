"""Works with a vault as a user does: `python -m tests.reliability.power_writer FOLDER STATE ACTION...`.

An action is a method of `Session`. After each action that was reported as saved, the program prints what must be found
from then on: a `State` as JSON. STATE is the last one of the run before, or `null`. The program ends without closing
the vault, unless that is the last action.
"""

import json
import os
import sys
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.recovery_keys import add_recovery_key
from tests.support.stored_vault import content_of
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, KeyQuery, Role, Status
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASES = "four random words fit", "five random words fit too"
BACKUP = "keys.zccbackup"
"""The name of the backup, which is beside the vault's folder."""


@dataclass
class State:
    """What was reported as saved."""

    action: str = ""
    """The last action."""
    content: dict[str, Any] = field(default_factory=dict)
    """Keys, verifiers and history in the form of `stored_vault.content_of`; empty before there is a vault."""
    passphrase: str | None = None
    recovery_key: str | None = None
    automatic_backups: dict[str, str] = field(default_factory=dict)
    """The keys of their databases, in hexadecimal, by the names of their folders."""
    backup: int | None = None
    """How many keys are in the backup; None if there is no backup."""


class Session:
    """A user's session with the vault in a folder."""

    def __init__(self, folder: Path, state: State) -> None:
        """Begin with a closed vault in the given state."""
        self._folder = VaultFolder(folder)
        self._backup = folder.parent / BACKUP
        self._numbers = count()
        self._times = (datetime.now(UTC) + timedelta(days=number) for number in count())
        self.state = state

    def create(self) -> None:
        self._use(VaultOpener(self._folder).create_for_this_account())

    def open(self) -> None:
        opener = VaultOpener(self._folder)
        assert opener.vault_exists()  # each start of the program asks this first
        self._use(opener.open_for_this_account())

    def close(self) -> None:
        self._store.close()

    def add(self) -> None:
        self._keys.add(KeyFields(f"Key{os.getpid()}x{next(self._numbers)}", Status.ENABLED, Role.READ, 3_600))

    def edit(self) -> None:
        key = self._present_keys()[0]
        self._keys.edit(key.client_id, replace(key.fields, session_validity=key.fields.session_validity + 1))

    def disable(self) -> None:
        self._keys.set_status([key.client_id for key in self._present_keys()], Status.DISABLED)

    def regenerate(self) -> None:
        self._keys.regenerate_secret(self._present_keys()[0].client_id)

    def delete(self) -> None:
        self._keys.delete([self._present_keys()[0].client_id])

    def set_passphrase(self) -> None:
        new = PASSPHRASES[self.state.passphrase == PASSPHRASES[0]]
        self._protection.set_passphrase(new)
        self.state.passphrase = new

    def replace_recovery_key(self) -> None:
        self.state.recovery_key = add_recovery_key(self._protection).reveal()

    def reencrypt(self) -> None:
        key = new_recovery_key()
        assert self._protection.prepare_reencryption(self.state.passphrase)(key) is None
        self.state.recovery_key = key.reveal()

    def back_up_automatically(self) -> None:
        self._store.automatic_backups.make(next(self._times))

    def back_up(self) -> None:
        self.state.backup = Backups(self._store.backups, lambda: "me").back_up(self._backup, PASSPHRASES[0])

    def restore(self) -> None:
        backups = Backups(self._store.backups, lambda: "me", lambda: next(self._times))
        with closing(backups.read(self._backup, PASSPHRASES[0])) as backup:
            backups.restore(backup, RestoreOptions(replace=True, deleted=True))

    def report(self, action: str) -> None:
        """Print that an action is saved, in one write."""
        self.state.action = action
        if action != "close":
            self.state.content = content_of(self._store)
            former, key = self.state.automatic_backups, self._store._key.material().hex()
            names = [backup.folder.path.name for backup in list_automatic_backups(self._folder)]
            self.state.automatic_backups = {name: former.get(name, key) for name in names}
        os.write(1, json.dumps(asdict(self.state)).encode())

    def _use(self, store: VaultStore) -> None:
        self._store = store
        self._keys = Keys(store, lambda: "me")
        self._protection = Protection(store, lambda: "me", lambda: next(self._times))

    def _present_keys(self) -> list[ApiKey]:
        return self._store.keys.page(KeyQuery(), 0, 20)


def main(folder: Path, state: State, actions: list[str]) -> None:
    """Do and report each action, and end."""
    key_wrapping.TARGET_SECONDS = 0.0
    session = Session(folder, state)
    for action in actions:
        getattr(session, action)()
        session.report(action)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), State(**(json.loads(sys.argv[2]) or {})), sys.argv[3:])
