"""The function `main`, and what the command line prints."""

import os
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.support.gui import click, close_main_window, question, window
from tests.support.user_process import TIMEOUT_SECONDS
from zcc_keys_gui import __version__, app, command_line
from zcc_keys_gui.program import Program


def test_main_runs_until_the_window_closes(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # restored after the test
    by_python = signal.getsignal(signal.SIGINT)
    QTimer.singleShot(0, lambda: window("mainWindow").close())
    assert app.main() == 0
    assert sys.excepthook is app._show_unexpected_error
    assert signal.signal(signal.SIGINT, by_python) is signal.SIG_DFL  # Qt's event loop never runs Python's handler
    app.start(["--data-folder", str(data_folder)])
    assert app.main() == 0  # the earlier start shows the window
    close_main_window(window("mainWindow"))


def test_main_shows_an_unexpected_error(data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Program) -> None:
        raise ValueError

    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(Program, "begin", fail)
    QTimer.singleShot(0, lambda: click(question(), "closeButton"))
    assert app.main() == 1


@pytest.mark.parametrize("command", [[sys.executable, "-m", "zcc_keys_gui"], ["zcc-keys-gui"]])
def test_both_commands_print_their_version_and_help(command: list[str]) -> None:
    if command == ["zcc-keys-gui"]:
        found = shutil.which("zcc-keys-gui", path=str(Path(sys.executable).parent))
        if found is None:
            pytest.skip("the project is not installed here")
        command = [found]
    version, help_ = (
        subprocess.run([*command, option], capture_output=True, text=True, check=True, timeout=TIMEOUT_SECONDS).stdout
        for option in ("--version", "--help")
    )
    assert version.strip() == f"ZCC Keys {__version__}"
    assert "--data-folder FOLDER" in help_
    wrong = subprocess.run([*command, "--wrong"], capture_output=True, check=False, timeout=TIMEOUT_SECONDS)
    assert wrong.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="it would show a box, which tests/project/test_frozen.py reads")
def test_wrong_options_are_reported_without_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit, match="2"):
        command_line.data_folder(["--wrong"])
    assert capsys.readouterr().out.endswith("unrecognized arguments: --wrong\n")


def test_the_default_folder_is_in_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    assert command_line.data_folder([]) == platformdirs.user_data_path("ZCC Keys", appauthor=False)
    assert command_line.data_folder(["--data-folder", "here"]) == Path("here").absolute()


if sys.platform == "win32":
    import ctypes

    def test_on_windows_the_default_folder_does_not_roam(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("WIN_PD_OVERRIDE_LOCAL_APPDATA")  # the tests set it to a temporary folder
        local_app_data = uuid.UUID("F1B32785-6FBA-4FCF-9D55-7B8E7F157091")  # FOLDERID_LocalAppData
        found = ctypes.c_wchar_p()
        shell32 = ctypes.WinDLL("shell32")
        assert shell32.SHGetKnownFolderPath(local_app_data.bytes_le, 0, None, ctypes.byref(found)) == 0
        assert command_line.data_folder([]) == Path(str(found.value)) / "ZCC Keys"
