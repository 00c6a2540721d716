"""A vault with a backup, the ways to spoil it, and the new vault that is made from the backup."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.support import file_keyring
from tests.vault.backups.sample_backup import BackupContent
from tests.vault.recovery.sample_vault import SampleVault, make_sample_vault, opened_vault
from zcc_keys_gui.domain.damage import NewVault, Recovered
from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, VaultNeedsRepairError, WrongKeystoreEntryError
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery.new_vault import VaultFromBackup
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "another passphrase"
"""The passphrase of the backup."""


class VaultOpensError(Exception):
    """Raised if a vault can be opened, so that no new one is needed."""


def make_backed_up_vault(path: Path, backup: Path) -> SampleVault:
    """Make a vault with an automatic backup, and write a backup of it."""
    sample = make_sample_vault(path)
    with opened_vault(sample.folder) as store:
        store.automatic_backups.make(datetime.now(UTC))
        Backups(store.backups, lambda: "me").back_up(backup, PASSPHRASE)
    return sample


def vault_from_backup(folder: VaultFolder) -> VaultFromBackup[VaultStore]:
    """Try to open a vault, and return what makes a new one instead. Raises `VaultOpensError`."""
    opener = VaultOpener(folder)
    try:
        opener.vault_exists()
        opener.open_for_this_account().close()
    except VaultNeedsRepairError as error:
        return opener.prepare_repair(error, lambda: "me").from_backup
    except (KeystoreEntryMissingError, WrongKeystoreEntryError):
        return opener.from_backup(lambda: "me")
    raise VaultOpensError


def plan_new_vault(maker: VaultFromBackup[VaultStore], backup: BackupContent) -> NewVault:
    """Read a backup, and return what a new vault would have."""
    with closing(maker.read(backup.path, PASSPHRASE, lambda: False, lambda _done, _of: None)) as opened:
        return opened.plan()


def make_new_vault(
    maker: VaultFromBackup[VaultStore], backup: BackupContent, passphrase: str | None = None
) -> tuple[VaultStore, Recovered]:
    """Read a backup, and make a new vault from it."""
    with closing(maker.read(backup.path, PASSPHRASE, lambda: False, lambda _done, _of: None)) as opened:
        return opened.make(passphrase)


def contents_of_files(folder: VaultFolder) -> dict[str, bytes | None]:
    """Return the contents of the two files of a vault by name; None for anything but a file."""
    return {path.name: path.read_bytes() if path.is_file() else None for path in (folder.database, folder.protectors)}


def spoil_protectors(folder: VaultFolder, fault: str) -> None:
    """Let nothing open the vault: `keyring` removes its entry, the other faults affect `vault.json`."""
    if fault == "keyring":
        file_keyring.clear()
        return
    folder.protectors.unlink()
    if fault == "empty":
        folder.protectors.touch()
    elif fault == "folder":
        folder.protectors.mkdir()
