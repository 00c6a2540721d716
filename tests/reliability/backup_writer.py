"""Backs up or restores until it is killed: `python -m tests.reliability.backup_writer backup|restore FOLDER FILE`.

It prints a line when it begins, and kills itself at a random moment while it works.
"""

import os
import random
import sys
import threading
import time
from pathlib import Path

from tests.reliability.writer import kill_this_process
from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.vault.backups.sample_backup import PASSPHRASE, backups_of, read_backup, restore_backup
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

_MAX_SECONDS = 0.3  # about as long as the work takes


def main(work: str, folder: Path, path: Path) -> None:
    """Work until the process is killed."""
    store = VaultOpener(VaultFolder(folder)).open_with_passphrase(VAULT_PASSPHRASE)
    backup = read_backup(path, PASSPHRASE)
    os.write(1, b"begun\n")
    threading.Timer(random.uniform(0, _MAX_SECONDS), kill_this_process).start()
    if work == "backup":
        while True:
            backups_of(store).back_up(path, PASSPHRASE)
    restore_backup(store, backup, RestoreOptions(replace=True, deleted=True))
    time.sleep(60)  # longer than the timer


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
