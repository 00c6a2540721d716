"""The commands of `dev.py`; `test_environment.py` tests the environment that it sets up."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dev

HERE = Path(dev.__file__).parent


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([]) == 0
    assert dev.main(["--help"]) == 0
    output = capsys.readouterr().out
    for command in (
        "run",
        "test",
        "reliability",
        "setup",
        "lock",
        "check",
        "coverage",
        "tour",
        "bench",
        "build",
        "installer",
        "sbom",
        "winget",
    ):
        assert f"  {command} " in output


def test_an_unknown_command_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 2
    assert "Unknown command: fly." in capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_supported_pythons_are_accepted(version: tuple[int, int]) -> None:
    dev.check_python_version(version)


@pytest.mark.parametrize("version", [(3, 10), (3, 15), (2, 7)])
def test_other_pythons_are_rejected_in_one_line(version: tuple[int, int]) -> None:
    with pytest.raises(dev.TaskError, match=r"^This is Python \d\.\d+\. Start dev\.py with Python 3\.11 to 3\.14\.$"):
        dev.check_python_version(version)


def test_a_failed_set_up_prints_one_line_and_exits_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_: list[str]) -> int:
        raise dev.TaskError("uv is missing.")

    monkeypatch.setitem(dev.COMMANDS, "run", cannot)
    assert dev.main(["run"]) == 1
    assert capsys.readouterr().err == "uv is missing.\n"


def test_it_uses_only_the_standard_library() -> None:
    command = [sys.executable, "-S", "-I", str(HERE / "dev.py"), "--help"]  # -S hides site-packages
    subprocess.run(command, check=True, capture_output=True, timeout=60)


# --- system libraries -------------------------------------------------------------------------------------


def test_without_root_it_prints_the_command_to_run() -> None:
    with pytest.raises(dev.TaskError) as caught:
        dev.install_packages(["libegl1", "libgl1"], is_root=False, apt_get="/usr/bin/apt-get")
    assert str(caught.value).endswith("sudo apt-get install --yes --no-install-recommends libegl1 libgl1")
    assert "\n" not in str(caught.value)


def test_without_apt_it_names_the_missing_packages() -> None:
    with pytest.raises(dev.TaskError, match="libegl1"):
        dev.install_packages(["libegl1"], is_root=True, apt_get=None)


def test_as_root_it_installs_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "run_apt_get", lambda *command: called.append(command) or 0)  # type: ignore[func-returns-value]
    dev.install_packages(["libegl1"], is_root=True, apt_get="apt-get")
    assert called == [
        ("apt-get", "update"),
        ("apt-get", "install", "--yes", "--no-install-recommends", "libegl1"),
    ]


def test_a_failed_installation_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "run_apt_get", lambda *_: 100)
    with pytest.raises(dev.TaskError, match="could not be installed"):
        dev.install_packages(["libegl1"], is_root=True, apt_get="apt-get")


def test_a_missing_library_names_its_package() -> None:
    assert dev.find_missing_packages({"libnosuchthing.so.99": "libnosuchthing99"}) == ["libnosuchthing99"]


@pytest.mark.skipif(not dev.can_load("libxcb.so.1"), reason="needs libxcb")
def test_a_display_without_a_server_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    for display in ("", ":54321", "nonsense"):
        monkeypatch.setenv("DISPLAY", display)
        assert not dev.has_display(), display


if sys.platform != "win32":

    def test_a_wayland_display_counts_only_if_it_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
        assert not dev.has_display()
        with socket.socket(socket.AF_UNIX) as compositor:
            compositor.bind(str(tmp_path / "wayland-7"))
            compositor.listen()
            assert dev.has_display()
        assert not dev.has_display()  # the socket's file still exists


def test_the_program_runs_in_the_current_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert dev.call(sys.executable, "-c", "import os; print(os.getcwd())", folder=tmp_path) == 0
    assert Path(capfd.readouterr().out.strip()).samefile(tmp_path)


@pytest.mark.parametrize(
    "codes", [(0, 0, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0, 0), (0, 0, -9, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 14)]
)
def test_check_fails_if_any_check_fails_or_is_killed(monkeypatch: pytest.MonkeyPatch, codes: tuple[int, ...]) -> None:
    left = list(codes)
    monkeypatch.setattr(dev, "set_up", lambda *_: sys.executable)
    monkeypatch.setattr(dev, "call", lambda *_: left.pop(0))
    assert dev.check([]) == int(any(codes))


# --- coverage ---------------------------------------------------------------------------------------------


def report(branches: int, lines: int) -> dict[str, Any]:
    """Return a report in which so many of 100 branches in the core, and of 100 lines in all, are covered."""
    core = {"summary": {"covered_branches": branches, "num_branches": 100}}
    other = {"summary": {"covered_branches": 0, "num_branches": 100}}
    return {
        "files": {
            "zcc_keys_gui/vault/opening.py": core,
            "zcc_keys_gui\\ui\\text\\keys.py": other,
            "zcc_keys_gui/app.py": other,
        },
        "totals": {"covered_lines": lines, "num_statements": 100},
    }


@pytest.mark.parametrize(("branches", "lines", "is_enough"), [(95, 90, True), (94, 100, False), (100, 89, False)])
def test_low_coverage_fails(branches: int, lines: int, is_enough: bool) -> None:
    printed, found = dev.coverage_report(report(branches, lines))
    assert found is is_enough
    assert printed == [
        f"Branches in domain, service, vault: {branches}.0 % (at least 95 %)",
        f"Lines in the whole program: {lines}.0 % (at least 90 %)",
    ]


def test_an_empty_report_is_fully_covered() -> None:
    assert dev.percent(0, 0) == 100.0


def test_core_files_are_found_on_both_systems() -> None:
    assert dev.is_core("zcc_keys_gui\\domain\\api_key.py")
    assert dev.is_core("zcc_keys_gui/service/keys.py")
    assert not dev.is_core("zcc_keys_gui/ui/text/values.py")
    assert not dev.is_core("zcc_keys_gui/vault")


@pytest.mark.parametrize(("arguments", "is_long"), [([], True), (["--short"], False)])
def test_reliability_runs_long_unless_short_is_given(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], is_long: bool
) -> None:
    commands: list[tuple[str, ...]] = []

    def call(*command: str) -> int:
        commands.append(command)
        return 3

    environment: dict[str, str] = {}
    monkeypatch.setattr(dev, "set_up", lambda *_: "python")
    monkeypatch.setattr(dev, "call", call)
    monkeypatch.setattr("os.environ", environment)
    assert dev.reliability([*arguments, "-x"]) == 3
    assert commands[0][-3:] == ("-m", "reliability", "-x")
    assert ("ZCC_RELIABILITY" in environment) == is_long


@pytest.mark.parametrize("is_measured", [False, True])
def test_coverage_is_recorded_on_request(monkeypatch: pytest.MonkeyPatch, is_measured: bool) -> None:
    commands: list[tuple[str, ...]] = []

    def call(*command: str) -> int:
        commands.append(command)
        return len(commands)

    monkeypatch.setattr(dev, "set_up", lambda *_: "python")
    monkeypatch.setattr(dev, "call", call)
    code = dev.test([*(["--coverage"] if is_measured else []), "tests/domain"])
    assert code == len(commands)
    assert commands[-1][-3:] == ("-m", "pytest", "tests/domain")
    assert [("coverage" in command) for command in commands] == ([True, True] if is_measured else [False])
