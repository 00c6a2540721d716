"""The whole program: how it starts, what it refuses, and what it leaves behind."""

import base64
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.support import file_keyring, gui
from tests.support.gui import click, find, line, question, text, type_into, wait_until, window, windows
from tests.support.sign_in_check import signs_in
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import __version__, app, command_line
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.platform import process as process_module
from zcc_keys_gui.program import Program
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.application.garbage_collector import GarbageCollector
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

HERE = Path(__file__).parents[2]
PASSPHRASE = "four random words fit"
FOLDERS = 1 if os.name == "nt" else rounds(2, 25)  # raced for twice; a process takes seconds to start under Wine
ALIVE = 120  # seconds in which any process of these tests has ended


@pytest.fixture
def start(qapp: QApplication, data_folder: Path) -> Iterator[None]:
    """Start the program on the data folder, and close it after the test."""
    app.start(["--data-folder", str(data_folder)])
    yield
    for left in QApplication.topLevelWidgets():
        left.close()


def close(main: QWidget) -> None:
    main.close()
    wait_until(lambda: not windows("mainWindow"))


def person(folder: Path, *what: str) -> subprocess.Popen[str]:
    """Start a person at the program in another process."""
    command = [sys.executable, "-m", "tests.support.user", str(folder), *what]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- starting ---------------------------------------------------------------------------------------------


def test_the_first_start_asks_nothing(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    assert text(main, "unlockedByLabel") == "Unlocked by this account"
    assert {path.name for path in data_folder.iterdir()} >= {"vault.db", "vault.json", "vault.lock"}


def test_a_start_does_not_load_the_sign_in_service(data_folder: Path) -> None:
    loaded = set(json.loads(person(data_folder, "start").communicate(timeout=ALIVE)[0]))
    assert "zcc_keys_gui.ui.main.window" in loaded
    heavy = {
        "asyncio",
        "jwt",
        "starlette",
        "uvicorn",
    }
    assert not loaded & (heavy | {"zcc_keys_gui.sign_in"})


@pytest.mark.usefixtures("no_keystore")
def test_without_a_key_store_a_passphrase_is_chosen_and_asked_for_next_time(
    qapp: QApplication, data_folder: Path
) -> None:
    arguments = ["--data-folder", str(data_folder)]
    app.start(arguments)
    create = window("createVaultDialog")
    assert not (data_folder / "vault.db").exists()
    type_into(create, "passphraseField", PASSPHRASE)
    type_into(create, "repeatPassphraseField", PASSPHRASE)
    click(create, "createVaultButton")
    main = window("mainWindow")
    assert text(main, "unlockedByLabel") == "Unlocked by passphrase"
    close(main)

    app.start(arguments)
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    close(window("mainWindow"))


def test_the_taskbar_knows_the_program_before_its_first_window(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows_by_then: list[int] = []
    monkeypatch.setattr(
        process_module, "set_app_id", lambda: windows_by_then.append(len(QApplication.topLevelWidgets()))
    )
    app.start(["--data-folder", str(data_folder)])
    assert windows_by_then == [0]
    close(window("mainWindow"))


def test_windows_may_start_the_program_again_on_the_same_folder(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[list[str]] = []
    monkeypatch.setattr(process_module, "register_restart", noted.append)
    monkeypatch.chdir(data_folder.parent)  # not where Windows will start it
    app.start(["--data-folder", data_folder.name])
    wait_until(lambda: ["-m", "zcc_keys_gui", "--data-folder", str(data_folder)] in noted)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    app._let_windows_restart(data_folder)
    assert noted[-1] == ["--data-folder", str(data_folder)]
    close(window("mainWindow"))


@pytest.mark.usefixtures("no_keystore", "start")
def test_cancelling_the_first_question_leaves_no_vault_and_lets_go(data_folder: Path) -> None:
    create = window("createVaultDialog")
    create.close()
    assert not (data_folder / "vault.db").exists()
    assert not (data_folder / "vault.lock").exists()


@pytest.mark.usefixtures("no_keystore", "start")
def test_a_vault_that_is_being_made_is_whole_before_another_start_may_come(data_folder: Path) -> None:
    create = window("createVaultDialog")
    type_into(create, "passphraseField", PASSPHRASE)
    type_into(create, "repeatPassphraseField", PASSPHRASE)
    click(create, "createVaultButton")
    (running,) = QApplication.instance().findChildren(Program)  # type: ignore[union-attr]
    running.end()  # as at the end of the person's session
    assert {path.name for path in data_folder.iterdir()} == {"vault.db", "vault.json"}  # closed again, too
    assert not QApplication.topLevelWidgets() or not any(w.isVisible() for w in QApplication.topLevelWidgets())


def test_garbage_is_collected_in_the_gui_thread_once_the_window_is_there(start: None, qapp: QApplication) -> None:
    wait_until(lambda: qapp.findChild(GarbageCollector) is not None)
    assert not gc.isenabled()


def test_a_second_start_in_the_same_process_brings_the_window_to_the_front(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    for way in (data_folder, data_folder / ".." / data_folder.name):
        main.showMinimized()
        assert not app.start(["--data-folder", str(way)])
        assert not main.isMinimized()
        assert len(windows("mainWindow")) == 1


def test_a_minimized_window_comes_back_with_its_dialog_on_top(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    gui.trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    main.showMinimized()
    app.start(["--data-folder", str(data_folder)])
    assert not main.isMinimized()
    wait_until(dialog.isActiveWindow)
    dialog.close()


def test_a_start_that_another_process_kept_out_can_be_tried_again(data_folder: Path, qapp: QApplication) -> None:
    first = person(data_folder, "race", "First")
    assert first.stdout is not None
    assert first.stdout.readline() == "first\n"
    assert not app.start(["--data-folder", str(data_folder)])
    first.communicate()
    assert app.start(["--data-folder", str(data_folder)])
    close(window("mainWindow"))


def test_ending_in_the_middle_closes_everything_once(start: None, data_folder: Path, qapp: QApplication) -> None:
    main = window("mainWindow")
    gui.trigger(main, "addKeyAction")
    (running,) = qapp.findChildren(Program)
    running.end()
    running.end()
    wait_until(lambda: not QApplication.topLevelWidgets())
    assert not (data_folder / "vault.lock").exists()
    assert not list(data_folder.glob("vault.db-*"))  # closed, not left open


def test_a_second_start_brings_the_first_window_to_the_front(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    main.showMinimized()
    second = person(data_folder, "race", "Second")
    wait_until(lambda: second.poll() is not None)
    assert second.communicate()[0] == "second\n"
    wait_until(lambda: not main.isMinimized())
    assert len(windows("mainWindow")) == 1


def test_the_folder_is_the_users_data_folder_unless_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    assert command_line.data_folder([]) == platformdirs.user_data_path("ZCC Keys", appauthor=False)
    assert command_line.data_folder(["--data-folder", "here"]) == Path("here").absolute()


if sys.platform == "win32":
    import ctypes

    def test_on_windows_it_is_in_local_app_data_which_does_not_roam(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("WIN_PD_OVERRIDE_LOCAL_APPDATA")  # by which the tests have a folder of their own
        local_app_data = uuid.UUID("F1B32785-6FBA-4FCF-9D55-7B8E7F157091")  # FOLDERID_LocalAppData
        found = ctypes.c_wchar_p()
        shell32 = ctypes.WinDLL("shell32")
        assert shell32.SHGetKnownFolderPath(local_app_data.bytes_le, 0, None, ctypes.byref(found)) == 0
        assert command_line.data_folder([]) == Path(str(found.value)) / "ZCC Keys"


@pytest.mark.parametrize("name", ["Zoë Ängström", "𝒵oë 你好 🔑", "/".join(["deep" * 25] * 3)])
def test_a_folder_of_any_name_and_depth_will_do(qapp: QApplication, tmp_path: Path, name: str) -> None:
    from tests.support.user import add, take_secret

    arguments = ["--data-folder", str(tmp_path / name)]
    app.start(arguments)
    main = window("mainWindow")
    take_secret(main, add(main, "ProdSync"))
    gui.trigger(main, "historyAction")
    assert not app.start(arguments)
    close(main)
    assert {path.name for path in command_line.data_folder(arguments).glob("vault*")} == {"vault.db", "vault.json"}
    app.start(arguments)
    main = window("mainWindow")
    assert gui.cells(gui.table(main), 0) == ["ProdSync"]
    close(main)


def test_main_runs_until_the_end_and_tells_what_nobody_expected(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back after the test
    by_python = signal.getsignal(signal.SIGINT)
    QTimer.singleShot(0, lambda: window("mainWindow").close())
    assert app.main() == 0
    assert sys.excepthook is app._show_unexpected_error
    assert signal.signal(signal.SIGINT, by_python) is signal.SIG_DFL  # Qt's loop would never come to Python's handler
    app.start(["--data-folder", str(data_folder)])
    assert app.main() == 0  # the other start has the window
    close(window("mainWindow"))


def test_what_nobody_expected_while_starting_is_told_too(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Program) -> None:
        raise ValueError

    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(Program, "begin", fail)
    QTimer.singleShot(0, lambda: click(question(), "closeButton"))
    assert app.main() == 1


@pytest.mark.parametrize("command", [[sys.executable, "-m", "zcc_keys_gui"], ["zcc-keys-gui"]])
def test_both_commands_say_their_version_and_help(command: list[str]) -> None:
    if command == ["zcc-keys-gui"]:
        found = shutil.which("zcc-keys-gui", path=str(Path(sys.executable).parent))
        if found is None:
            pytest.skip("the project is not installed here")
        command = [found]
    version, help_ = (
        subprocess.run([*command, option], capture_output=True, text=True, check=True, timeout=ALIVE).stdout
        for option in ("--version", "--help")
    )
    assert version.strip() == f"ZCC Keys {__version__}"
    assert "--data-folder FOLDER" in help_
    wrong = subprocess.run([*command, "--wrong"], capture_output=True, check=False, timeout=ALIVE)
    assert wrong.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="would show a box; tests/project/test_frozen.py reads it")
def test_what_is_wrong_is_also_said_without_a_stream_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit, match="2"):
        command_line.data_folder(["--wrong"])
    assert capsys.readouterr().out.endswith("unrecognized arguments: --wrong\n")


# --- what it refuses --------------------------------------------------------------------------------------


def refusal(data_folder: Path) -> str:
    """Start, and return what is said instead of a main window."""
    app.start(["--data-folder", str(data_folder)])
    box = question()
    said = text(box, "qt_msgbox_label")
    assert not windows("mainWindow")
    click(box, "closeButton")
    return said


def damage(data_folder: Path) -> str:
    """Start, and return what the dialog for a damaged vault says."""
    app.start(["--data-folder", str(data_folder)])
    dialog = window("damagedVaultDialog")
    wait_until(find(dialog, "progressBar", QWidget).isHidden)
    said = text(dialog, "damageLabel")
    assert not windows("mainWindow")
    click(dialog, "closeButton")
    return said


@pytest.fixture
def vault(data_folder: Path) -> VaultFolder:
    folder = VaultFolder(data_folder)
    VaultOpener(folder).create_for_this_account().close()
    return folder


@pytest.mark.parametrize("missing", ["vault.db", "vault.json"])
def test_half_a_vault_is_refused(vault: VaultFolder, qapp: QApplication, missing: str) -> None:
    (vault.path / missing).unlink()
    assert damage(vault.path) == f"A file of the vault is missing: {missing}."


@pytest.mark.parametrize("file", ["vault.db", "vault.json"])
def test_a_damaged_file_is_refused(vault: VaultFolder, qapp: QApplication, file: str) -> None:
    (vault.path / file).write_bytes(b"something else")
    assert damage(vault.path) == f"The file {file} is damaged."
    assert (vault.path / file).read_bytes() == b"something else"


def test_a_newer_vault_is_refused_and_left_untouched(
    vault: VaultFolder, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "SCHEMA", 0)  # this program is now older than its vault
    before = {path.name: path.read_bytes() for path in vault.path.glob("vault.*")}
    assert refusal(vault.path) == "A newer version of ZCC Keys made this vault."
    assert {path.name: path.read_bytes() for path in vault.path.glob("vault.*")} == before


def test_a_missing_key_store_entry_is_told_and_no_new_vault_is_made(vault: VaultFolder, qapp: QApplication) -> None:
    before = vault.protectors.read_bytes()
    file_keyring.clear()
    assert refusal(vault.path) == f"The key to this vault is missing from {KEY_STORE}."
    assert vault.protectors.read_bytes() == before


def test_a_file_in_the_folder_s_place_is_told(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "file").write_text("a file")
    assert refusal(tmp_path / "file") == "The vault's files can't be read or written."
    assert refusal(tmp_path / "file" / "below") == "The vault's files can't be read or written."


def test_a_folder_too_deep_for_the_database_is_told(tmp_path: Path, qapp: QApplication) -> None:
    assert refusal(tmp_path / "/".join(["deep" * 25] * 11)) == "The path of the vault's folder is too long."


def test_after_a_refusal_the_next_start_can_go_on(vault: VaultFolder, qapp: QApplication) -> None:
    content = vault.protectors.read_bytes()
    vault.protectors.write_bytes(b"")
    damage(vault.path)
    vault.protectors.write_bytes(content)
    app.start(["--data-folder", str(vault.path)])
    close(window("mainWindow"))


# --- what it leaves behind --------------------------------------------------------------------------------


def test_a_secret_is_in_no_file_and_names_and_client_ids_are_not_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for variable in (
        "HOME",
        "TMPDIR",
        "TEMP",
        "TMP",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
    ):
        (home / variable).mkdir(parents=True)
        if variable != "HOME" or os.name != "nt":
            monkeypatch.setenv(variable, str(home / variable))
    monkeypatch.setenv("QT_LOGGING_RULES", "*.debug=true")  # whatever Qt has to say about its work
    data_folder = home / "data"
    command = [sys.executable, "-m", "tests.support.user", str(data_folder), "everything"]
    worker = subprocess.run(command, capture_output=True, timeout=ALIVE, check=False)
    said = json.loads(worker.stdout)
    assert worker.returncode == 0
    assert len(set(said["secrets"])) == 2
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"vault.db", "vault.json", "settings.ini"} <= {path.name for path in files}
    contents = {str(path): path.read_bytes() for path in files} | {"what Qt said": worker.stderr}
    for name, content in contents.items():
        for secret in said["secrets"]:
            for form in forms_of(secret):
                assert form not in content, name
    for path in (path for path in data_folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        for word in ("Rumpelstiltskin", said["client_id"]):
            for form in (word.lower().encode(), word.lower().encode("utf-16-le")):
                assert form not in content, path

    store = VaultOpener(VaultFolder(data_folder)).open_for_this_account()
    keys = Keys(store, lambda: "test")
    assert [signs_in(keys, said["client_id"], ClientSecret(secret)) for secret in said["secrets"]] == [False, True]
    store.close()


def test_nothing_is_written_beside_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    for room in ("zcc_keys_gui", "tests"):
        shutil.copytree(HERE / room, program / room, ignore=shutil.ignore_patterns("__pycache__"))

    def content() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in program.rglob("*")}

    before = content()
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "bytecode"))  # of which an installed program makes none
    command = [sys.executable, "-m", "tests.support.user", str(tmp_path / "data"), "everything"]
    subprocess.run(command, cwd=program, stdout=subprocess.DEVNULL, check=True, timeout=ALIVE)
    assert content() == before


def forms_of(secret: str) -> list[bytes]:
    """Return the secret as it might stand in a file: as text, hex and base64, with and without its prefix."""
    forms = []
    for part in (secret, secret.removeprefix("zcclocal_")):
        for encoded in (part.encode(), part.encode("utf-16-le"), part.encode("utf-16-be")):
            forms += [encoded, encoded.hex().encode(), encoded.hex().upper().encode()]
            for shift in range(3):  # wherever it begins within what was encoded
                whole = base64.b64encode(b"\0" * shift + encoded)
                forms.append(whole[4 if shift else 0 : -4])
    return forms


def killed_while_a_secret_is_shown(folder: Path) -> str:
    """Let a person add the key ProdSync, kill the program while it shows the secret, and return that."""
    worker = person(folder, "until_the_secret")
    assert worker.stdout is not None
    shown = json.loads(worker.stdout.readline())
    worker.kill()
    worker.communicate()
    return str(shown)


def test_killed_while_the_secret_is_shown_the_next_start_says_so_and_offers_a_new_one(
    data_folder: Path, qapp: QApplication
) -> None:
    shown = killed_while_a_secret_is_shown(data_folder)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert find(main, "pendingBar", QWidget).isVisible()
    assert "The client secret of ProdSync may not have been copied" in text(main, "pendingBarText")
    assert not [field for field in main.findChildren(QWidget) if shown in str(field.property("text"))]
    click(main, "regeneratePendingButton")
    click(question(), "confirmButton")
    dialog = window("clientSecretDialog")
    assert line(dialog, "clientSecretField").text() != shown
    click(dialog, "copySecretButton")
    click(dialog, "closeButton")
    wait_until(lambda: not find(main, "pendingBar", QWidget).isVisible())
    close(main)


def test_a_renamed_key_whose_secret_may_not_have_been_taken_is_told_by_its_new_name(
    data_folder: Path, qapp: QApplication
) -> None:
    killed_while_a_secret_is_shown(data_folder)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    gui.select(gui.table(main), "ProdSync")
    gui.trigger(main, "editKeyAction")
    gui.replace_text(window("editKeyDialog"), "nameField", "Renamed")
    click(window("editKeyDialog"), "saveButton")
    assert "The client secret of Renamed may not" in text(main, "pendingBarText")
    close(main)


def test_the_end_of_the_session_closes_an_open_secret_without_deciding_anything(
    data_folder: Path, qapp: QApplication
) -> None:
    from tests.support.user import add

    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    click(dialog, "copySecretButton")
    main.close()
    assert not dialog.isVisible()
    dialog.close()
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert "The client secret of ProdSync may not have been copied" in text(main, "pendingBarText")
    close(main)


def test_killed_while_the_secret_is_shown_who_has_it_can_say_so(data_folder: Path, qapp: QApplication) -> None:
    killed_while_a_secret_is_shown(data_folder)
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    click(main, "pendingTakenButton")
    assert not find(main, "pendingBar", QWidget).isVisible()
    close(main)
    app.start(["--data-folder", str(data_folder)])
    assert not find(window("mainWindow"), "pendingBar", QWidget).isVisible()
    close(window("mainWindow"))


@pytest.mark.reliability
def test_three_starts_at_once_are_one_window_on_one_vault_and_lose_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path / f"race{number}" for number in range(FOLDERS)):
        for heat in (1, 2):
            started = [person(folder, "race", f"Heat{heat}Start{number}") for number in range(3)]
            said = [process.stdout.readline().strip() if process.stdout else "" for process in started]
            assert sorted(said) == ["first", "second", "second"]
            for process in started:
                process.communicate(timeout=ALIVE)
                assert process.returncode == 0
        store = VaultOpener(VaultFolder(folder)).open_for_this_account()
        assert store.keys.count(KeyQuery()) == 2
        store.close()
        assert {path.name for path in folder.glob("vault*")} == {"vault.db", "vault.json"}
    figures.count("double starts", "three starts at once", 2 * FOLDERS)


def test_a_copied_secret_leaves_the_clipboard_at_exit(data_folder: Path, qapp: QApplication) -> None:
    from tests.support.user import add, take_secret

    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    copied = take_secret(main, add(main, "ProdSync"))
    assert qapp.clipboard().text() == copied
    close(main)
    assert qapp.clipboard().text() == ""


def test_waiting_in_vain_for_a_window_fails(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.setattr(gui, "_PATIENCE", 1)
    with pytest.raises(TimeoutError):
        wait_until(lambda: False)
