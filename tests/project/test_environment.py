"""The requirements of the project, and the environment that `dev.py` installs them in."""

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import dev

HERE = Path(dev.__file__).parent


@pytest.mark.parametrize(
    ("name", "included"), [("test.txt", "run.txt"), ("build.txt", "run.txt"), ("bench.txt", "test.txt")]
)
def test_requirements_include_others_and_repeat_nothing(name: str, included: str) -> None:
    content = (dev.REQUIREMENTS / name).read_text(encoding="utf-8")
    assert f"-r {included}\n" in content
    theirs = dev.list_packages(included)
    own = dev.list_packages(name)[len(theirs) :]
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
    assert backend in dev.list_pins("test.txt")
    assert backend in dev.list_pins("build.txt")


def test_two_files_pin_a_package_in_the_same_version() -> None:
    versions: dict[str, set[str]] = {}
    for name in ("test.txt", "build.txt"):
        for pin in dev.list_pins(name):
            versions.setdefault(pin.split("==")[0], set()).add(pin)
    assert [pins for pins in versions.values() if len(pins) > 1] == []


def test_a_changed_requirement_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = dev.hash_requirements("test.txt")
    assert before == dev.hash_requirements("test.txt")
    assert before != dev.hash_requirements("bench.txt")
    (tmp_path / "run.txt").write_text("another")
    monkeypatch.setattr(dev, "REQUIREMENTS", tmp_path)
    assert before != dev.hash_requirements("test.txt")


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
    assert dev.has_packages("some.txt") is has


def test_no_environment_is_made_if_python_has_everything(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "has_packages", lambda *names: names == ("test.txt",))
    assert dev.set_up("test.txt") == sys.executable
    assert not commands
    assert dev.set_up("test.txt", "bench.txt") == str(dev.python_in(dev.VENV))
    assert commands == ["venv", "pip", "pip"]


def test_the_environment_of_another_system_is_kept(commands: list[str]) -> None:
    theirs = dev.python_in(dev.VENV, windows=not dev.WINDOWS)
    theirs.parent.mkdir(parents=True)
    theirs.touch()
    with pytest.raises(dev.TaskError, match="another operating system"):
        dev.set_up("test.txt")
    assert theirs.exists()
    assert not commands


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that set_up gives to uv; nothing is installed."""
    commands: list[str] = []

    def run_or_raise(_uv: str, command: str, *_: str) -> None:
        commands.append(command)
        if command == "venv":
            dev.python_in(dev.VENV).parent.mkdir(parents=True)
            dev.python_in(dev.VENV).touch()

    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "run_or_raise", run_or_raise)
    monkeypatch.setattr(dev, "find_uv", lambda: "uv")
    monkeypatch.setattr(dev, "install_libraries", lambda: None)
    monkeypatch.setattr(dev, "has_packages", lambda *_: False)
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
