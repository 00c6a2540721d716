"""Opening a vault: without a question if possible, otherwise with a passphrase or a recovery key."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.recovery_keys import add_recovery_key
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultDamagedError,
    VaultFileMissingError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.service.unlocking import NewPassphraseRequest, Unlocking, UnlockRequest, open_or_ask
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.keys.key_store import load_key
from zcc_keys_gui.vault.keys.protectors import PassphraseProtector
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"


def add_passphrase(folder: VaultFolder, passphrase: str) -> None:
    """Let a passphrase also unlock this account's vault."""
    found = protector_file.read(folder.protectors)
    assert found.account is not None
    key = load_key(found.vault_id, found.account.keystore_user)
    database_key = key_wrapping.unwrap(found.account.wrap, key, found.vault_id, key_wrapping.THIS_ACCOUNT)
    kdf = key_wrapping.Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)
    wrap = key_wrapping.wrap(
        database_key, key_wrapping.derive(passphrase, kdf), found.vault_id, key_wrapping.PASSPHRASE
    )
    both = protector_file.ProtectorSet(found.vault_id, found.generation, found.account, PassphraseProtector(kdf, wrap))
    protector_file.write(folder.protectors, both)


def test_the_first_start_asks_nothing_and_neither_does_the_next(opener: VaultOpener) -> None:
    for _ in range(2):
        opened = open_or_ask(opener)
        assert isinstance(opened, VaultStore)
        opened.close()


def test_the_organization_can_require_a_passphrase(opener: VaultOpener, folder: VaultFolder) -> None:
    assert open_or_ask(opener, asks_for_passphrase=True) == NewPassphraseRequest()
    assert not folder.path.exists()
    opener.create_for_this_account().close()
    opened = open_or_ask(opener, asks_for_passphrase=True)
    assert isinstance(opened, VaultStore)
    opened.close()


@pytest.mark.usefixtures("no_keystore")
def test_without_a_key_store_a_passphrase_is_asked_for(opener: VaultOpener, folder: VaultFolder) -> None:
    assert open_or_ask(opener) == NewPassphraseRequest()
    assert not folder.path.exists()
    opener.create_with_passphrase("four random words fit").close()
    assert open_or_ask(opener) == UnlockRequest(passphrase=True, recovery_key=False, account_error=None)


def test_a_missing_entry_is_an_error_and_no_vault_is_made(opener: VaultOpener, folder: VaultFolder) -> None:
    opener.create_for_this_account().close()
    before = folder.protectors.read_bytes()
    file_keyring.clear()
    with pytest.raises(KeystoreEntryMissingError):
        open_or_ask(opener)
    assert folder.protectors.read_bytes() == before


def test_a_passphrase_replaces_a_failing_key_store(
    opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener.create_for_this_account().close()
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    with pytest.raises(KeystoreUnavailableError):
        open_or_ask(opener)
    use_keyring(monkeypatch, "tests.support.file_keyring.FileKeyring")
    add_passphrase(folder, "four random words fit")
    file_keyring.clear()
    asked = open_or_ask(opener)
    assert isinstance(asked, UnlockRequest)
    assert (asked.passphrase, asked.recovery_key) == (True, False)
    assert isinstance(asked.account_error, KeystoreEntryMissingError)
    opener.open_with_passphrase("four random words fit").close()


def test_an_incomplete_or_damaged_vault_is_an_error(opener: VaultOpener, folder: VaultFolder) -> None:
    opener.create_for_this_account().close()
    content = folder.protectors.read_bytes()
    folder.protectors.unlink()
    with pytest.raises(VaultFileMissingError):
        open_or_ask(opener)
    folder.protectors.write_bytes(content[:-20])
    with pytest.raises(VaultDamagedError):
        open_or_ask(opener)


def test_a_recovery_key_replaces_a_failing_key_store(opener: VaultOpener) -> None:
    store = opener.create_for_this_account()
    add_recovery_key(store.protectors)
    store.close()
    file_keyring.clear()
    asked = open_or_ask(opener)
    assert isinstance(asked, UnlockRequest)
    assert (asked.passphrase, asked.recovery_key) == (False, True)
    assert isinstance(asked.account_error, KeystoreEntryMissingError)


def test_a_chosen_passphrase_is_asked_for_without_an_error(opener: VaultOpener) -> None:
    store = opener.create_for_this_account()
    store.protectors.set_passphrase(PASSPHRASE)
    add_recovery_key(store.protectors)
    store.protectors.remove_this_account()
    store.close()
    assert open_or_ask(opener) == UnlockRequest(passphrase=True, recovery_key=True, account_error=None)


# --- wrong passphrases and recovery keys ---


class Clock:
    """A computer's clock and the seconds since its start, which only the test changes."""

    def __init__(self) -> None:
        """Start at a fixed time."""
        self.now = datetime(2026, 11, 25, 9, 12, tzinfo=UTC)
        self.seconds = 1_000.0

    def wait(self, seconds: float) -> None:
        """Advance both."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def protected(opener: VaultOpener) -> RecoveryKey:
    """Make a vault that a passphrase and the returned recovery key unlock."""
    store = opener.create_with_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    return key


def unlocking(opener: VaultOpener, folder: VaultFolder, clock: Clock) -> Unlocking:
    """Return the unlocking of a new start of the program."""
    return Unlocking(opener, WrongAttemptsFile(folder.attempts), lambda: clock.now, lambda: clock.seconds)


def enter_wrong_secrets(unlocking: Unlocking, times: int) -> None:
    """Try a wrong passphrase once, and then wrong recovery keys, which is faster."""
    with pytest.raises(WrongPassphraseError):
        unlocking.with_passphrase("a wrong one")
    for _ in range(times - 1):
        with pytest.raises(WrongRecoveryKeyError):
            unlocking.with_recovery_key(new_recovery_key())


@pytest.mark.usefixtures("protected")
def test_each_wrong_attempt_makes_the_next_wait_longer(opener: VaultOpener, folder: VaultFolder, clock: Clock) -> None:
    opens = unlocking(opener, folder, clock)
    waits = []
    for _ in range(9):
        enter_wrong_secrets(opens, 1)
        waits.append(opens.seconds_to_wait())
    assert waits == [0, 0, 1, 2, 4, 8, 16, 30, 30]
    clock.wait(29)
    assert opens.seconds_to_wait() == 1
    clock.wait(1)
    assert opens.seconds_to_wait() == 0


def test_wrong_attempts_are_counted_across_starts(
    opener: VaultOpener, folder: VaultFolder, clock: Clock, protected: RecoveryKey
) -> None:
    enter_wrong_secrets(unlocking(opener, folder, clock), 5)
    last_attempt_at = clock.now
    clock.wait(1)
    again = unlocking(opener, folder, clock)
    assert again.wrong_attempts() == WrongAttempts(5, last_attempt_at)
    assert again.seconds_to_wait() == 3
    again.with_recovery_key(protected).close()
    assert again.wrong_attempts().number == 5  # they count until the user has been informed
    again.forget_attempts()
    assert again.wrong_attempts() == unlocking(opener, folder, clock).wrong_attempts() == WrongAttempts(0, None)
    again.with_passphrase(PASSPHRASE).close()  # as after locking the vault
    assert again.seconds_to_wait() == 0
    assert not folder.attempts.exists()


@pytest.mark.usefixtures("protected")
def test_a_wrong_attempt_is_stored_before_it_is_reported(
    opener: VaultOpener, folder: VaultFolder, clock: Clock
) -> None:
    opens = unlocking(opener, folder, clock)
    with pytest.raises(WrongPassphraseError):
        opens.with_passphrase("a wrong one")
    assert WrongAttemptsFile(folder.attempts).read() == WrongAttempts(1, clock.now)


@pytest.mark.usefixtures("protected")
@pytest.mark.parametrize("days", [-10_000, -1, 1])
def test_setting_the_clock_changes_no_wait(opener: VaultOpener, folder: VaultFolder, clock: Clock, days: int) -> None:
    opens = unlocking(opener, folder, clock)
    enter_wrong_secrets(opens, 20)
    clock.now += timedelta(days=days)
    assert opens.seconds_to_wait() == 30
    clock.wait(30)
    assert opens.seconds_to_wait() == 0
    restarted = unlocking(opener, folder, clock)
    assert restarted.seconds_to_wait() == (30 if days < 0 else 0)
    clock.wait(30)
    assert restarted.seconds_to_wait() == 0


@pytest.mark.usefixtures("protected")
def test_a_folder_in_place_of_the_file_does_not_lock_users_out(
    opener: VaultOpener, folder: VaultFolder, clock: Clock
) -> None:
    folder.attempts.mkdir()  # a folder that replaces the file
    opens = unlocking(opener, folder, clock)
    enter_wrong_secrets(opens, 4)
    assert opens.seconds_to_wait() == 2  # while the program runs
    clock.wait(2)
    opens.with_passphrase(PASSPHRASE).close()
    opens.forget_attempts()
    assert opens.wrong_attempts() == WrongAttempts(0, None)


@pytest.mark.usefixtures("protected")
def test_other_errors_are_not_counted(opener: VaultOpener, folder: VaultFolder, clock: Clock) -> None:
    folder.database.write_bytes(b"")
    opens = unlocking(opener, folder, clock)
    with pytest.raises(VaultDamagedError):
        opens.with_passphrase(PASSPHRASE)
    assert opens.wrong_attempts() == WrongAttempts(0, None)


BROKEN = "four random\nwords fit"  # version 0.1.0 kept the line breaks of a pasted passphrase


def test_a_passphrase_also_opens_the_vault_as_it_was_pasted(
    opener: VaultOpener, folder: VaultFolder, clock: Clock
) -> None:
    opener.create_with_passphrase(BROKEN).close()
    opens = unlocking(opener, folder, clock)
    opens.with_passphrase(PASSPHRASE, uncleaned_text=BROKEN).close()
    assert opens.wrong_attempts().number == 0
    with pytest.raises(WrongPassphraseError):
        opens.with_passphrase(PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        opens.with_passphrase(PASSPHRASE, uncleaned_text="words\nfit")
    assert opens.wrong_attempts().number == 2


def test_only_a_passphrase_calls_opened_by_passphrase(
    opener: VaultOpener, folder: VaultFolder, protected: RecoveryKey
) -> None:
    passed_on: list[Store] = []
    opens = Unlocking(opener, WrongAttemptsFile(folder.attempts), opened_by_passphrase=passed_on.append)
    store = opens.with_passphrase(PASSPHRASE)
    assert passed_on == [store]
    store.close()
    opens.with_recovery_key(protected).close()
    with pytest.raises(WrongPassphraseError):
        opens.with_passphrase("a wrong one")
    assert passed_on == [store]
