"""A key store that waits for the user, or hangs: there is a window, and a way out, and nothing else waits."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.conftest import use_keyring
from tests.support import waiting_keyring
from tests.support.gui import (
    click,
    controls,
    find,
    question,
    spoken,
    tab_stops,
    text,
    trigger,
    type_into,
    visible,
    wait_until,
    window,
    windows,
)
from tests.support.running_program import running_program
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import KeystoreUnavailableError
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.ui.unlock.opening_attempt import OpeningAttempt
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store as module
from zcc_keys_gui.vault.opening import VaultOpener

PASSPHRASE = "four random words fit"
ALIVE = 120  # seconds in which any process of these tests has ended
HERE = Path(__file__).parents[2]


@pytest.fixture
def waiting(keystore: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A key store that does not answer until the test lets it."""
    waiting_keyring.asked.clear()
    waiting_keyring.answering.clear()
    use_keyring(monkeypatch, "tests.support.waiting_keyring.WaitingKeyring")
    yield
    waiting_keyring.answering.set()
    for thread in threading.enumerate():
        if thread.name in ("key store", "opening"):
            thread.join()


@pytest.fixture
def vault(folder: VaultFolder) -> VaultFolder:
    """A vault that this account opens; the key store answers while it is made."""
    waiting_keyring.answering.set()
    VaultOpener(folder).create_for_this_account().close()
    waiting_keyring.asked.clear()
    waiting_keyring.answering.clear()
    return folder


def start(folder: Path) -> QWidget:
    """Start; return the window that says what is waited for."""
    assert app.start(["--data-folder", str(folder)])
    return window("waitingDialog")


def entries(keystore: Path) -> dict[str, str]:
    return dict(json.loads((keystore / "keystore.json").read_text()))


# --- at the start -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("qapp", "waiting")
def test_there_is_a_window_before_the_key_store_answers(vault: VaultFolder) -> None:
    dialog = start(vault.path)
    assert waiting_keyring.asked.is_set()
    assert text(dialog, "waitingLabel").startswith("Waiting for ")
    assert "another window" in text(dialog, "waitingHint")
    assert [each.textFormat() for each in dialog.findChildren(QLabel)] == [Qt.TextFormat.PlainText] * 2
    assert not windows("mainWindow")
    waiting_keyring.answering.set()
    main = window("mainWindow")
    wait_until(lambda: not windows("waitingDialog"))
    assert text(main, "unlockedByLabel") == "Unlocked by this account"
    main.close()


@pytest.mark.usefixtures("qapp", "waiting")
def test_a_new_vault_is_made_once_the_key_store_answers(data_folder: Path) -> None:
    start(data_folder)
    assert not (data_folder / "vault.db").exists()
    waiting_keyring.answering.set()
    window("mainWindow").close()
    assert (data_folder / "vault.db").exists()


@pytest.mark.usefixtures("qapp")
def test_a_key_store_that_answers_soon_shows_no_such_window(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpeningAttempt, "_show_dialog", lambda *_: pytest.fail("the window was shown"))
    app.start(["--data-folder", str(data_folder)])
    assert windows("mainWindow")  # when `start` returns
    window("mainWindow").close()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("way", ["cancel", "esc", "close"])
@pytest.mark.parametrize("is_new", [True, False])
def test_cancel_ends_the_program_and_changes_nothing(
    qapp: QApplication, folder: VaultFolder, keystore: Path, way: str, is_new: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_new:
        waiting_keyring.answering.set()
        VaultOpener(folder).create_for_this_account().close()
        waiting_keyring.answering.clear()
    before = {path.name: path.read_bytes() for path in folder.path.glob("vault*")}
    dialog = start(folder.path)
    if way == "cancel":
        click(dialog, "cancelButton")
    elif way == "esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    wait_until(lambda: not QApplication.topLevelWidgets())
    assert not waiting_keyring.answering.is_set()
    assert {path.name: path.read_bytes() for path in folder.path.glob("vault*")} == before
    waiting_keyring.answering.set()  # the prompt is answered later: what nobody waits for is taken back
    for thread in threading.enumerate():
        if thread.name == "key store":
            thread.join()
    assert {path.name: path.read_bytes() for path in folder.path.glob("vault*")} == before
    if is_new:
        assert entries(keystore) == {}
    else:
        VaultOpener(folder).open_for_this_account().close()


@pytest.mark.usefixtures("qapp", "waiting")
def test_without_the_key_store_a_new_vault_gets_a_passphrase(data_folder: Path) -> None:
    dialog = start(data_folder)
    assert text(dialog, "otherWayButton") == "Use a &passphrase instead…"
    click(dialog, "otherWayButton")
    create = window("createVaultDialog")
    wait_until(lambda: not windows("waitingDialog"))
    type_into(create, "passphraseField", PASSPHRASE)
    type_into(create, "repeatPassphraseField", PASSPHRASE)
    click(create, "createVaultButton")
    window("mainWindow").close()


@pytest.mark.usefixtures("qapp", "waiting")
def test_without_the_key_store_a_passphrase_still_opens_the_vault(
    folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zcc_keys_gui.vault.keys.vault_protectors._CHECK_TIMEOUT_SECONDS", 0.1)
    waiting_keyring.answering.set()
    store = VaultOpener(folder).create_for_this_account()
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    waiting_keyring.answering.clear()
    click(start(folder.path), "otherWayButton")
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    window("mainWindow").close()  # though the key store is asked whether it still opens the vault


@pytest.mark.usefixtures("qapp")
def test_what_the_policy_wants_of_the_key_store_is_not_done_in_the_gui_thread(
    folder: VaultFolder, set_policies: Callable[[str, str | int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = VaultOpener(folder).create_for_this_account()
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    set_policies("AskForPassphrase", 1)
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    threads: list[threading.Thread] = []
    monkeypatch.setattr(module, "forget_key", lambda *_: threads.append(threading.current_thread()))
    app.start(["--data-folder", str(folder.path)])
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    window("mainWindow").close()
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


@pytest.mark.usefixtures("qapp", "waiting")
def test_a_vault_that_nothing_else_opens_offers_no_other_way(vault: VaultFolder) -> None:
    dialog = start(vault.path)
    assert not find(dialog, "otherWayButton", QPushButton).isVisible()
    click(dialog, "cancelButton")


@pytest.mark.usefixtures("qapp")
def test_a_key_store_that_fails_after_a_while_is_told(vault: VaultFolder, waiting: None, keystore: Path) -> None:
    start(vault.path)
    (keystore / "keystore.json").write_text("{}")
    waiting_keyring.answering.set()
    assert f"is missing from {KEY_STORE}" in text(question(), "qt_msgbox_label")
    wait_until(lambda: not windows("waitingDialog"))
    click(question(), "closeButton")


@pytest.mark.usefixtures("waiting")
def test_the_end_of_the_session_waits_for_no_key_store(qapp: QApplication, vault: VaultFolder) -> None:
    start(vault.path)
    running = running_program()
    running.end()
    assert not (vault.path / "vault.lock").exists()
    assert not waiting_keyring.answering.is_set()
    wait_until(lambda: not QApplication.topLevelWidgets())


@pytest.mark.usefixtures("qapp", "waiting")
def test_the_window_has_names_and_is_reached_with_tab(data_folder: Path) -> None:
    dialog = start(data_folder)
    stops = tab_stops(dialog)
    for control in controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    assert spoken(dialog, "progressBar").startswith("Waiting for ")
    click(dialog, "cancelButton")


CANCEL = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tests.support.gui import click, window
from zcc_keys_gui import app
application = QApplication(sys.argv[:1])
sys.argv = ["zcc-keys-gui", "--data-folder", sys.argv[1]]
QTimer.singleShot(0, lambda: click(window("waitingDialog"), "cancelButton"))
code = app.main()
print("left", flush=True)
sys.exit(code)
"""


@pytest.mark.usefixtures("waiting")
def test_the_process_ends_though_its_key_store_never_answers(data_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CANCEL, str(data_folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=ALIVE,
        cwd=HERE,
    )
    assert (done.returncode, done.stdout) == (0, "left\n"), done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in data_folder.iterdir()] == []


# --- while the vault is open ------------------------------------------------------------------------------


@pytest.fixture
def page(qapp: QApplication, folder: VaultFolder, waiting: None) -> QWidget:
    """The Protection page of a vault that its passphrase opens, whose key store does not answer."""
    VaultOpener(folder).create_with_passphrase(PASSPHRASE).close()
    app.start(["--data-folder", str(folder.path)])
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    main = window("mainWindow")
    trigger(main, "preferencesAction")
    return window("preferencesDialog")


def longest_wait(during: float) -> float:
    """Let the program run; return the longest time that its windows did not react, in seconds."""
    gaps: list[float] = []
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        gaps.append(time.monotonic() - last)
        last = time.monotonic()

    timer = QTimer(interval=1)
    timer.timeout.connect(tick)
    timer.start()
    wait_until(lambda: sum(gaps) > during)
    timer.stop()
    return max(gaps)


def test_setting_up_this_account_holds_no_window_and_the_program_can_end(page: QWidget, folder: VaultFolder) -> None:
    click(page, "setUpAccountButton")
    wait_until(waiting_keyring.asked.is_set)
    assert longest_wait(0.5) < 0.4
    wait_until(lambda: "Waiting for " in text(page, "protectionNote"))
    page.close()
    window("mainWindow").close()
    assert not waiting_keyring.answering.is_set()
    assert not (folder.path / "vault.lock").exists()
    assert not windows("mainWindow")
    for box in QApplication.topLevelWidgets():
        box.close()


def test_setting_up_this_account_goes_on_when_the_key_store_answers(page: QWidget) -> None:
    click(page, "setUpAccountButton")
    wait_until(lambda: "Waiting for " in text(page, "protectionNote"))
    waiting_keyring.answering.set()
    wait_until(lambda: text(page, "accountStatus").startswith("Yes"))
    assert not visible(page, "protectionNote")
    page.close()
    window("mainWindow").close()


# --- asking it --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("waiting")
def test_nobody_waits_longer_than_their_patience(keystore: Path) -> None:
    for ask in (
        lambda: module.load_key("an id", "a user", timeout_seconds=0.05),
        lambda: module.save_key("an id", "a user", bytes(32), timeout_seconds=0.05),
    ):
        with pytest.raises(KeystoreUnavailableError):
            ask()
    assert module.waiting_seconds() == 0


@pytest.mark.usefixtures("waiting")
def test_an_entry_that_may_not_be_deleted_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DELETE_TIMEOUT_SECONDS", 0.05)
    module.forget_key("an id", "a user")
    assert waiting_keyring.asked.is_set()


@pytest.mark.usefixtures("waiting")
def test_who_waits_can_be_let_go(keystore: Path) -> None:
    told: list[Exception] = []

    def load() -> None:
        try:
            module.load_key("an id", "a user", timeout_seconds=None)
        except KeystoreUnavailableError as error:
            told.append(error)

    thread = threading.Thread(target=load)
    thread.start()
    waiting_keyring.asked.wait()
    assert module.waiting_seconds() > 0
    module.stop_waiting()
    thread.join()
    assert len(told) == 1
