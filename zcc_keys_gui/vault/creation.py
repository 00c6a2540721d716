"""Creates the files of a new vault.

The steps are in an order that leaves, after a kill or a power cut at any moment, either no vault or a complete one:

1. the key in the key store, if this account unlocks the vault
2. the database, with the name `vault.db.new`
3. `vault.json`
4. the database gets its own name

`finish_interrupted_steps` does the last step at the next start. It also finishes replacing a damaged vault, which
`recovery.replacement` has begun.
"""

from datetime import UTC, datetime

from zcc_keys_gui.domain.errors import VaultExistsError
from zcc_keys_gui.platform.files import flush, rename_durably
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.files.regular_file import exists
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.cipher import connect
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.recovery.quarantine import quarantine_files
from zcc_keys_gui.vault.recovery.replacement import finish_replacing, finish_replacing_vault


def create_vault_files(folder: VaultFolder, protectors: ProtectorSet, database_key: bytes) -> None:
    """Create an empty vault, with a database that has this key. Raises `VaultExistsError` and other `VaultError`s."""
    folder.make()
    unfinished = folder.new_database
    with vault_errors_for(unfinished):
        for leftover in unfinished.parent.glob(unfinished.name + "*"):
            leftover.unlink()
        unfinished.touch(mode=0o600, exist_ok=False)  # SQLite gives its other files the same mode
        db = connect(unfinished, database_key)
        try:
            schema.create(db, protectors.vault_id, protectors.generation)
        finally:
            db.close()
        flush(unfinished)
    with vault_errors_for(folder.path):
        for path in (folder.protectors, folder.database):
            if exists(path):  # another program has put it there meanwhile
                raise VaultExistsError(folder.path)
    protector_file.write(folder.protectors, protectors)
    with vault_errors_for(folder.database):
        rename_durably(unfinished, folder.database)


def finish_interrupted_steps(folder: VaultFolder) -> None:
    """Finish creating or replacing a vault, if that was interrupted after `vault.json` was written.

    Raises `OSError`, `VaultError`; `VaultTooNewError` if a newer version of the program has to finish.
    """
    if exists(folder.replacement_protectors):
        protector_file.read(folder.replacement_protectors)  # checks the version
        finish_replacing_vault(folder, quarantine_files(folder, datetime.now(UTC)))
    if exists(folder.protectors) and not exists(folder.database):
        if exists(folder.replacement):
            finish_replacing(folder)
        elif exists(folder.new_database):
            protector_file.read(folder.protectors)  # checks the version
            rename_durably(folder.new_database, folder.database)
