"""Tests of `dev.py`."""

import socket
import subprocess
import sys
import tomllib
from importlib import metadata
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
    dev.reject_other_pythons(version)


@pytest.mark.parametrize("version", [(3, 10), (3, 15), (2, 7)])
def test_other_pythons_are_rejected_in_one_line(version: tuple[int, int]) -> None:
    with pytest.raises(dev.CannotError, match=r"^This is Python \d\.\d+\. Start dev\.py with Python 3\.11 to 3\.14\.$"):
        dev.reject_other_pythons(version)


def test_a_failed_set_up_prints_one_line_and_exits_with_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(_: list[str]) -> int:
        raise dev.CannotError("uv is missing.")

    monkeypatch.setitem(dev.COMMANDS, "run", cannot)
    assert dev.main(["run"]) == 1
    assert capsys.readouterr().err == "uv is missing.\n"


def test_it_uses_only_the_standard_library() -> None:
    command = [sys.executable, "-S", "-I", str(HERE / "dev.py"), "--help"]  # -S hides site-packages
    subprocess.run(command, check=True, capture_output=True, timeout=60)


# --- system libraries -------------------------------------------------------------------------------------


def test_without_root_it_prints_the_command_to_run() -> None:
    with pytest.raises(dev.CannotError) as caught:
        dev.must_install(["libegl1", "libgl1"], is_root=False, apt_get="/usr/bin/apt-get")
    assert str(caught.value).endswith("sudo apt-get install --yes --no-install-recommends libegl1 libgl1")
    assert "\n" not in str(caught.value)


def test_without_apt_it_names_the_missing_packages() -> None:
    with pytest.raises(dev.CannotError, match="libegl1"):
        dev.must_install(["libegl1"], is_root=True, apt_get=None)


def test_as_root_it_installs_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "quiet_apt_get", lambda *command: called.append(command) or 0)  # type: ignore[func-returns-value]
    dev.must_install(["libegl1"], is_root=True, apt_get="apt-get")
    assert called == [
        ("apt-get", "update"),
        ("apt-get", "install", "--yes", "--no-install-recommends", "libegl1"),
    ]


def test_a_failed_installation_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "quiet_apt_get", lambda *_: 100)
    with pytest.raises(dev.CannotError, match="could not be installed"):
        dev.must_install(["libegl1"], is_root=True, apt_get="apt-get")


def test_a_missing_library_names_its_package() -> None:
    assert dev.missing_packages({"libnosuchthing.so.99": "libnosuchthing99"}) == ["libnosuchthing99"]


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


# --- requirements -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "included"), [("test.txt", "run.txt"), ("build.txt", "run.txt"), ("bench.txt", "test.txt")]
)
def test_requirements_include_others_and_repeat_nothing(name: str, included: str) -> None:
    content = (dev.REQUIREMENTS / name).read_text(encoding="utf-8")
    assert f"-r {included}\n" in content
    theirs = dev.packages_in(included)
    own = dev.packages_in(name)[len(theirs) :]
    assert own
    assert not set(own) & set(theirs)


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "build.txt", "bench.txt", "uv.txt"])
def test_requirements_are_pinned_with_hashes_and_no_index(name: str) -> None:
    content = (dev.REQUIREMENTS / name).read_text(encoding="utf-8")
    assert "://" not in content
    assert "index" not in content
    statements = content.replace("\\\n", " ").splitlines()
    for statement in statements:
        if statement and not statement.startswith(("#", "-r")):
            assert "==" in statement, statement
            assert "--hash=sha256:" in statement, statement


def test_the_fixed_packages_are_locked_without_the_broken_qt() -> None:
    run = (dev.REQUIREMENTS / "run.txt").read_text(encoding="utf-8")
    for package in ("pyside6-essentials==6.11.", "cryptography==", "platformdirs==", "keyring==", "sqlcipher3=="):
        assert f"\n{package}" in run, package
    assert "6.12" not in run


def test_the_package_is_built_with_the_locked_setuptools() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    (backend,) = project["build-system"]["requires"]
    assert backend in dev.pins_in("test.txt")
    assert backend in dev.pins_in("build.txt")


def test_two_files_pin_a_package_in_the_same_version() -> None:
    versions: dict[str, set[str]] = {}
    for name in ("test.txt", "build.txt"):
        for pin in dev.pins_in(name):
            versions.setdefault(pin.split("==")[0], set()).add(pin)
    assert [pins for pins in versions.values() if len(pins) > 1] == []


def test_a_changed_requirement_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dev.fingerprint("test.txt")
    assert before == dev.fingerprint("test.txt")
    assert before != dev.fingerprint("bench.txt")
    (tmp_path / "run.txt").write_text("another")
    monkeypatch.setattr(dev, "REQUIREMENTS", tmp_path)
    assert before != dev.fingerprint("test.txt")


@pytest.mark.parametrize(
    ("pins", "has"),
    [
        ("pytest=={pytest} \\\n    --hash=sha256:00\nPyTest_Qt=={pytest_qt}\n", True),
        ("pytest=={pytest}\nno-such-package==1.0 ; sys_platform == 'none'\n", True),
        ("pytest=={pytest}\nno-such-package==1.0 ; sys_platform != 'none'\n", False),
        ("pytest=={pytest}.1\n", False),
        ("-r others.txt\n", False),
    ],
)
def test_this_python_is_used_if_it_has_exactly_the_pins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pins: str, has: bool
) -> None:
    monkeypatch.setattr(dev, "REQUIREMENTS", tmp_path)
    versions = {"pytest": metadata.version("pytest"), "pytest_qt": metadata.version("pytest-qt")}
    (tmp_path / "some.txt").write_text("# A comment.\n" + pins.format(**versions))
    (tmp_path / "others.txt").write_text("no-such-package==1.0\n")
    assert dev.this_python_has("some.txt") is has


def test_no_environment_is_made_if_python_has_everything(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "this_python_has", lambda *names: names == ("test.txt",))
    assert dev.set_up("test.txt") == sys.executable
    assert not commands
    assert dev.set_up("test.txt", "bench.txt") == str(dev.python_in(dev.VENV))
    assert commands == ["venv", "pip", "pip"]


def test_the_environment_of_another_system_is_kept(commands: list[str]) -> None:
    theirs = dev.python_in(dev.VENV, windows=not dev.WINDOWS)
    theirs.parent.mkdir(parents=True)
    theirs.touch()
    with pytest.raises(dev.CannotError, match="another operating system"):
        dev.set_up("test.txt")
    assert theirs.exists()
    assert not commands


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that set_up gives to uv; nothing is installed."""
    commands: list[str] = []

    def must(_uv: str, command: str, *_: str) -> None:
        commands.append(command)
        if command == "venv":
            dev.python_in(dev.VENV).parent.mkdir(parents=True)
            dev.python_in(dev.VENV).touch()

    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "must", must)
    monkeypatch.setattr(dev, "find_uv", lambda: "uv")
    monkeypatch.setattr(dev, "install_libraries", lambda: None)
    monkeypatch.setattr(dev, "this_python_has", lambda *_: False)
    return commands


def test_the_environment_is_made_once_and_then_updated(commands: list[str]) -> None:
    assert dev.set_up("test.txt") == dev.set_up("test.txt") == str(dev.python_in(dev.VENV))
    assert commands == ["venv", "pip", "pip"]
    dev.set_up("test.txt", "bench.txt")
    assert commands[3:] == ["pip", "pip"]


@pytest.mark.parametrize("change", ["another Python", "its Python was deleted"])
def test_another_python_gets_a_new_environment(
    commands: list[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    dev.set_up("test.txt")
    (dev.VENV / "old").touch()
    if change == "another Python":
        monkeypatch.setattr(dev, "THIS_PYTHON", change)
    else:
        dev.python_in(dev.VENV).unlink()
    dev.set_up("test.txt")
    assert commands == ["venv", "pip", "pip"] * 2
    assert not (dev.VENV / "old").exists()


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
