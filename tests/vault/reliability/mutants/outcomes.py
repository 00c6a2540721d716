"""Opens a mutant, which is a vault with a file that was changed, and finds out whether anything is lost silently."""

from contextlib import suppress

from tests.support.stored_vault import content_of
from tests.vault.recovery.sample_vault import SampleVault, opened_vault
from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, VaultError, WrongKeystoreEntryError, ZccKeysError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

HEALTHY = "healthy"
FOUND_AFTER_START = "found after the start"
FOUND_BY_FULL_CHECK = "found by the full check"
WRITTEN_TO = "written to"


def outcome_of_opening(sample: SampleVault, mutant: VaultFolder) -> str:
    """Open a mutant of a vault; return the name of the error, or one of the constants of this module.

    Raises `AssertionError` if something is lost and no error or check says so.
    """
    before = _database_content(mutant)
    try:
        store = VaultOpener(mutant).open_for_this_account()
    except ZccKeysError as error:
        if not isinstance(error, VaultError | KeystoreEntryMissingError | WrongKeystoreEntryError):
            raise
        return type(error).__name__ if before == _database_content(mutant) else WRITTEN_TO
    try:
        if not store.checks.quick().is_healthy:  # the program runs this check after each start
            return FOUND_AFTER_START
        assert content_of(store) == sample.content, "a silent loss"
        return HEALTHY
    finally:
        with suppress(VaultError):
            store.close()


def outcome_of_checking(sample: SampleVault, mutant: VaultFolder) -> str:
    """Open a mutant, and check it if nothing was found; raises `AssertionError` if the full check finds no damage."""
    outcome = outcome_of_opening(sample, mutant)
    if outcome != HEALTHY:
        return outcome
    with opened_vault(mutant) as store:  # the change is on a page that is not in use
        assert not store.checks.full(lambda *_: None).is_healthy
    return FOUND_BY_FULL_CHECK


def _database_content(folder: VaultFolder) -> bytes | None:
    return folder.database.read_bytes() if folder.database.is_file() else None
