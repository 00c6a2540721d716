"""Backs up or restores until it is killed: `python -m tests.reliability.backup_writer backup|restore FOLDER FILE`.

It prints a line when it begins, and kills itself at a random moment within the time that the work takes.
"""

import os
import random
import sys
import threading
import time
from pathlib import Path

from tests.reliability.writer import kill_myself
from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.vault.backups.sample_backup import PASSPHRASE, backups_of, read_backup, restore_backup
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

_LONGEST = 0.3  # seconds


def main(act: str, folder: Path, path: Path) -> None:
    """Work until the end."""
    store = VaultOpener(VaultFolder(folder)).open_with_passphrase(VAULT_PASSPHRASE)
    backup = read_backup(path, PASSPHRASE)
    os.write(1, b"begun\n")
    threading.Timer(random.uniform(0, _LONGEST), kill_myself).start()
    if act == "backup":
        while True:
            backups_of(store).back_up(path, PASSPHRASE)
    restore_backup(store, backup, RestoreOptions(replace=True, deleted=True))
    time.sleep(60)  # until the timer


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
