"""What goes wrong before there is a window: said in words, with an exit code, and without a crash."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from tests.support.gui import click, question
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app, command_line
from zcc_keys_gui.platform.display import can_start_qt
from zcc_keys_gui.platform.start_message import show_start_message
from zcc_keys_gui.program import Program

ALIVE = 120  # seconds in which any process of these tests has ended
HERE = Path(__file__).parents[2]
only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows keeps the current folder, and has no such variables")


def run(*arguments: str, code: str = "", cwd: Path = HERE, without: tuple[str, ...] = ()) -> tuple[int, str]:
    """Start the program in a process of its own, and return its exit code and what it said on standard error.

    `code` runs first. The process gets the variables of this one, `without` some.
    """
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    script = f"{code}\nimport sys\nfrom zcc_keys_gui.app import main\nsys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=ALIVE,
        cwd=cwd,
        env={name: value for name, value in environment.items() if name not in without},
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Start with arguments that are wrong; return the last line that is said."""
    with pytest.raises(SystemExit, match="2"):
        app.start(list(arguments))
    return capsys.readouterr().err.splitlines()[-1]


# --- the data folder --------------------------------------------------------------------------------------


@only_posix
def test_a_relative_folder_in_a_current_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code, said = run("--data-folder", "x", code=f"import os\nos.rmdir({str(gone)!r})", cwd=gone)
    assert code == 2
    assert said.endswith("the current folder no longer exists, so x can't be found in it; use the full path\n")


@only_posix
def test_a_full_path_needs_no_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert command_line.data_folder(["--data-folder", str(tmp_path / "data")]) == tmp_path / "data"
    assert command_line.data_folder([]).is_absolute()


@pytest.mark.parametrize("nothing", ["", " ", "\t", "\u3000"])
def test_a_folder_without_a_name_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = list(tmp_path.iterdir())
    expected = "argument --data-folder: the name of the folder is missing"
    assert refusal(capsys, "--data-folder", nothing).endswith(expected)
    assert refusal(capsys, f"--data-folder={nothing}").endswith(expected)
    assert list(tmp_path.iterdir()) == before


def test_a_name_that_no_folder_can_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a\0b", "a\ud800b") if os.name != "nt" else ("a\0b",):
        assert "characters that a folder name can't contain" in refusal(capsys, "--data-folder", name)


@only_posix
def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir("/")
    assert command_line.data_folder(["--data-folder", "~"]) == tmp_path
    assert command_line.data_folder(["--data-folder=~/keys"]) == tmp_path / "keys"
    assert command_line.data_folder(["--data-folder", "a~b"]) == Path("/a~b")


@only_posix
def test_the_home_folder_of_nobody_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "~nobody-of-this-name" in refusal(capsys, "--data-folder", "~nobody-of-this-name/keys")


def test_without_a_home_folder_one_has_to_be_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = Path("~") / ".local" / "share" / "ZCC Keys"  # what Python makes of it for a user that nobody knows
    monkeypatch.setattr("zcc_keys_gui.command_line.user_data_path", lambda *_, **__: unknown)
    assert "your home folder is unknown" in refusal(capsys)


# --- arguments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--wrong"],
        ["--data-folder"],
        ["--sign-in-service", "--data-folder", "x"],
        ["--data-folder", "x", "--sign-in-service"],
    ],
)
def test_wrong_arguments_are_told(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert refusal(capsys, *arguments).startswith("zcc-keys-gui: error: ")


@only_posix
@pytest.mark.parametrize("target", ["closed pipe", "/dev/full", "closed"])
def test_the_version_is_said_without_a_traceback_wherever_it_goes(target: str) -> None:
    script = "import sys; from zcc_keys_gui.app import main; sys.argv[1:] = ['--version']; main()"
    redirected = {"closed pipe": "| true", "/dev/full": "> /dev/full", "closed": ">&-"}[target]
    wait = "import time; time.sleep(0.2)\n" if target == "closed pipe" else ""  # until the reader is gone
    done = subprocess.run(
        ["sh", "-c", f'"$0" -c "$1" {redirected}', sys.executable, wait + script],
        capture_output=True,
        text=True,
        check=False,
        timeout=ALIVE,
        cwd=HERE,
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == 0


def test_without_any_stream_nothing_crashes(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("would show a box; tests/project/test_frozen.py reads it")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    for arguments in (["--version"], ["--wrong"]):
        with pytest.raises(SystemExit):
            app.start(arguments)


# --- no display -------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS need no variables for it")
def test_without_a_display_the_program_says_so_instead_of_being_aborted(tmp_path: Path) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")
    code, said = run("--data-folder", str(tmp_path / "data"), without=names)
    assert (code, said) == (1, "ZCC Keys can't start because there is no display. Start it in a desktop session.\n")
    assert not (tmp_path / "data").exists()


UNREACHABLE = [
    {"DISPLAY": ":4711"},
    {"DISPLAY": "not a display"},
    {"WAYLAND_DISPLAY": "wayland-of-nobody"},
    {"XDG_SESSION_TYPE": "wayland"},
    {"QT_QPA_PLATFORM": "xcb"},
    {"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":4711"},
]


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS need no variables for it")
@pytest.mark.parametrize("variables", UNREACHABLE)
def test_a_display_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    names = {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"} - {*variables}
    for name, value in {"XDG_RUNTIME_DIR": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    code, said = run("--data-folder", str(tmp_path / "data"), without=tuple(names))
    assert (code, said) == (1, "ZCC Keys can't start because there is no display. Start it in a desktop session.\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS need no variables for it")
def test_a_compositor_that_listens_is_a_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if sys.platform == "win32":  # for mypy
        return
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        for display in ("wayland-7", str(tmp_path / "wayland-7")):
            monkeypatch.setenv("WAYLAND_DISPLAY", display)
            assert can_start_qt()
        monkeypatch.delenv("WAYLAND_DISPLAY")
        assert not can_start_qt()


@only_posix
@pytest.mark.parametrize("where", ["file", "null", "nowhere"])
def test_a_wrong_argument_is_told_without_a_display_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    errors = tmp_path / "errors"
    target = {"file": f"2>{errors}", "null": "2>/dev/null", "nowhere": "2>&-"}[where]
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m zcc_keys_gui --data-folder "" </dev/null >/dev/null {target}', sys.executable],
        check=False,
        timeout=ALIVE,
        cwd=HERE,
    )
    assert done.returncode == 2
    if where == "file":
        assert errors.read_text().splitlines()[-1].endswith("the name of the folder is missing")


# --- what nobody expected ---------------------------------------------------------------------------------


def test_what_nobody_expected_before_qt_is_there_is_told() -> None:
    code, said = run(code="import sys\nsys.modules['PySide6.QtWidgets'] = None")
    assert code == 1
    assert said.startswith("ZCC Keys can't start: ")


def test_what_nobody_expected_after_that_is_told_in_a_box(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Program) -> None:
        raise ValueError

    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back after the test
    monkeypatch.setattr(Program, "begin", fail)
    QTimer.singleShot(0, lambda: click(question(), "closeButton"))
    assert app.main() == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("what", ["a file", "an error"])
def test_a_start_that_only_showed_an_error_has_failed(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "a file":
        data_folder.write_text("a file")
    else:
        monkeypatch.setattr("zcc_keys_gui.ui.main.opening_flow.open_or_ask", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["zcc-keys-gui", "--data-folder", str(data_folder)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    QTimer.singleShot(0, lambda: click(question(), "closeButton"))
    assert app.main() == 1


def test_an_exception_hook_makes_no_window_without_qt() -> None:
    code, said = run(
        code="from zcc_keys_gui import app\n"
        "app._begin = lambda _: None\n"
        "import atexit\n"
        "atexit.register(lambda: app._show_unexpected_error(ValueError, ValueError('told'), None))",
    )
    assert code == 0
    assert said == "ValueError: told\n"


# --- where it is said -------------------------------------------------------------------------------------


class Stream:
    """A stream that is a terminal, or is not."""

    def __init__(self, number: int = 2, *, is_terminal: bool = False) -> None:
        self._number, self._is_terminal = number, is_terminal
        self.text = ""

    def isatty(self) -> bool:
        return self._is_terminal

    def fileno(self) -> int:
        return self._number

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        """Nothing is kept back."""


@pytest.mark.skipif(sys.platform != "linux", reason="the box needs a display, which only Linux has to be told of")
@pytest.mark.parametrize(
    ("where", "in_box"),
    [("terminal", False), ("pipe", False), ("file", False), ("null", True), ("journal", True), ("nowhere", True)],
)
def test_what_nobody_reads_on_standard_error_is_told_in_a_box_too(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, in_box: bool
) -> None:
    if sys.platform == "win32":  # for mypy
        return
    reader, writer = os.pipe()
    other = os.open("/dev/null" if where != "file" else tmp_path / "session", os.O_RDWR | os.O_CREAT)
    journal, compositor = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    compositor.bind(str(tmp_path / "wayland-0"))
    compositor.listen()
    number = {"pipe": writer, "journal": journal.fileno()}.get(where, other)
    stream = Stream(number, is_terminal=where == "terminal")
    for name in ("stdin", "stdout"):
        monkeypatch.setattr(sys, name, None)
    monkeypatch.setattr(sys, "stderr", None if where == "nowhere" else stream)
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "wayland-0"))
    boxes: list[str] = []

    def close() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        boxes.append(box.text())
        box.close()

    timer = QTimer(interval=0, singleShot=True)
    timer.timeout.connect(close)
    if in_box:
        timer.start()
    show_start_message("<b>what is wrong</b>")
    for descriptor in (reader, writer, other):
        os.close(descriptor)
    journal.close()
    compositor.close()
    assert boxes == (["<b>what is wrong</b>"] if in_box else [])
    assert stream.text == ("" if where == "nowhere" else "<b>what is wrong</b>\n")


def test_a_reader_that_is_gone_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Stream):
        def write(self, text: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone(is_terminal=True))
    show_start_message("what is wrong")
