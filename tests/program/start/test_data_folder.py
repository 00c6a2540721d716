"""The option `--data-folder`, and other arguments."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program.start.process import ROOT, argument_error, only_posix, run
from tests.support.user_process import TIMEOUT_SECONDS
from zcc_keys_gui import app, command_line


@only_posix
def test_a_relative_path_needs_the_current_folder(tmp_path: Path) -> None:
    deleted = tmp_path / "deleted"
    deleted.mkdir()
    code, message = run("--data-folder", "x", code=f"import os\nos.rmdir({str(deleted)!r})", cwd=deleted)
    assert code == 2
    assert message.endswith("the current folder no longer exists, so x can't be found in it; use the full path\n")


@only_posix
def test_a_full_path_needs_no_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted = tmp_path / "deleted"
    deleted.mkdir()
    monkeypatch.chdir(deleted)
    deleted.rmdir()
    assert command_line.data_folder(["--data-folder", str(tmp_path / "data")]) == tmp_path / "data"
    assert command_line.data_folder([]).is_absolute()


@pytest.mark.parametrize("nothing", ["", " ", "\t", "\u3000"])
def test_an_empty_folder_name_is_rejected(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = list(tmp_path.iterdir())
    expected = "argument --data-folder: the name of the folder is missing"
    assert argument_error(capsys, "--data-folder", nothing).endswith(expected)
    assert argument_error(capsys, f"--data-folder={nothing}").endswith(expected)
    assert list(tmp_path.iterdir()) == before


def test_an_impossible_folder_name_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a\0b", "a\ud800b") if os.name != "nt" else ("a\0b",):
        assert "characters that are not allowed in folder names" in argument_error(capsys, "--data-folder", name)


@only_posix
def test_a_tilde_stands_for_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir("/")
    assert command_line.data_folder(["--data-folder", "~"]) == tmp_path
    assert command_line.data_folder(["--data-folder=~/keys"]) == tmp_path / "keys"
    assert command_line.data_folder(["--data-folder", "a~b"]) == Path("/a~b")


@only_posix
def test_an_unknown_home_folder_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    assert "~unknown-user" in argument_error(capsys, "--data-folder", "~unknown-user/keys")


def test_without_a_home_folder_the_option_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = Path("~") / ".local" / "share" / "ZCC Keys"  # the result of Python for an unknown user
    monkeypatch.setattr("zcc_keys_gui.command_line.user_data_path", lambda *_, **__: unknown)
    assert "your home folder is unknown" in argument_error(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--wrong"],
        ["--data-folder"],
        ["--sign-in-service", "--data-folder", "x"],
        ["--data-folder", "x", "--sign-in-service"],
    ],
)
def test_wrong_arguments_are_reported(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert argument_error(capsys, *arguments).startswith("zcc-keys-gui: error: ")


@only_posix
@pytest.mark.parametrize("target", ["closed pipe", "/dev/full", "closed"])
def test_printing_the_version_never_shows_a_traceback(target: str) -> None:
    script = "import sys; from zcc_keys_gui.app import main; sys.argv[1:] = ['--version']; main()"
    redirected = {"closed pipe": "| true", "/dev/full": "> /dev/full", "closed": ">&-"}[target]
    wait = "import time; time.sleep(0.2)\n" if target == "closed pipe" else ""  # until the reader has closed the pipe
    done = subprocess.run(
        ["sh", "-c", f'"$0" -c "$1" {redirected}', sys.executable, wait + script],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
        cwd=ROOT,
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == 0


def test_wrong_arguments_without_streams_do_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("would show a box; tests/project/test_frozen.py reads it")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    for arguments in (["--version"], ["--wrong"]):
        with pytest.raises(SystemExit):
            app.start(arguments)
