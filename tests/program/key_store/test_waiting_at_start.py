"""The start while the key store does not answer."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.program.key_store.helpers import entries, start
from tests.support import waiting_keyring
from tests.support.gui import click, controls, question, spoken, tab_stops, text, wait_until, window, windows
from tests.support.running_program import running_program
from tests.support.user_process import TIMEOUT_SECONDS
from zcc_keys_gui import app
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.ui.unlock.opening_attempt import OpeningAttempt
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

ROOT = Path(__file__).parents[3]


@pytest.mark.usefixtures("qapp", "waiting")
def test_a_dialog_is_shown_while_the_key_store_does_not_answer(vault: VaultFolder) -> None:
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
def test_a_new_vault_is_created_when_the_key_store_answers(data_folder: Path) -> None:
    start(data_folder)
    assert not (data_folder / "vault.db").exists()
    waiting_keyring.answering.set()
    window("mainWindow").close()
    assert (data_folder / "vault.db").exists()


@pytest.mark.usefixtures("qapp")
def test_no_dialog_is_shown_if_the_key_store_answers_soon(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpeningAttempt, "_show_dialog", lambda *_: pytest.fail("the window was shown"))
    app.start(["--data-folder", str(data_folder)])
    assert windows("mainWindow")  # as soon as `start` has returned
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
    waiting_keyring.answering.set()  # a late answer is undone
    for thread in threading.enumerate():
        if thread.name == "key store":
            thread.join()
    assert {path.name: path.read_bytes() for path in folder.path.glob("vault*")} == before
    if is_new:
        assert entries(keystore) == {}
    else:
        VaultOpener(folder).open_for_this_account().close()


@pytest.mark.usefixtures("qapp")
def test_a_late_failure_of_the_key_store_is_reported(vault: VaultFolder, waiting: None, keystore: Path) -> None:
    start(vault.path)
    (keystore / "keystore.json").write_text("{}")
    waiting_keyring.answering.set()
    assert f"is missing from {KEY_STORE}" in text(question(), "qt_msgbox_label")
    wait_until(lambda: not windows("waitingDialog"))
    click(question(), "closeButton")


@pytest.mark.usefixtures("waiting")
def test_ending_does_not_wait_for_the_key_store(qapp: QApplication, vault: VaultFolder) -> None:
    start(vault.path)
    running = running_program()
    running.end()
    assert not (vault.path / "vault.lock").exists()
    assert not waiting_keyring.answering.is_set()
    wait_until(lambda: not QApplication.topLevelWidgets())


@pytest.mark.usefixtures("qapp", "waiting")
def test_the_controls_have_names_and_tab_reaches_them(data_folder: Path) -> None:
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
def test_the_process_ends_without_an_answer(data_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CANCEL, str(data_folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, "left\n"), done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in data_folder.iterdir()] == []
