"""Starting without a display."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program.start.process import ROOT, only_posix, run
from tests.support.user_process import TIMEOUT_SECONDS
from zcc_keys_gui.platform.display import can_start_qt


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS need no variables for a display")
def test_a_missing_display_is_reported(tmp_path: Path) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")
    code, message = run("--data-folder", str(tmp_path / "data"), without=names)
    assert (code, message) == (1, "ZCC Keys can't start because there is no display. Start it in a desktop session.\n")
    assert not (tmp_path / "data").exists()


UNREACHABLE = [
    {"DISPLAY": ":4711"},
    {"DISPLAY": "not a display"},
    {"WAYLAND_DISPLAY": "wayland-unknown"},
    {"XDG_SESSION_TYPE": "wayland"},
    {"QT_QPA_PLATFORM": "xcb"},
    {"QT_QPA_PLATFORM": "wayland;xcb", "DISPLAY": ":4711"},
]


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS need no variables for a display")
@pytest.mark.parametrize("variables", UNREACHABLE)
def test_a_display_that_does_not_answer_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    names = {"DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"} - {*variables}
    for name, value in {"XDG_RUNTIME_DIR": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    code, message = run("--data-folder", str(tmp_path / "data"), without=tuple(names))
    assert (code, message) == (1, "ZCC Keys can't start because there is no display. Start it in a desktop session.\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS need no variables for a display")
def test_a_listening_compositor_is_a_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if sys.platform == "win32":  # mypy checks this file for Windows, too
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
def test_a_wrong_argument_is_reported_without_a_display(
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
        timeout=TIMEOUT_SECONDS,
        cwd=ROOT,
    )
    assert done.returncode == 2
    if where == "file":
        assert errors.read_text().splitlines()[-1].endswith("the name of the folder is missing")
