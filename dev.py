#!/usr/bin/env python3
"""Every task of this repository: `python dev.py run`, `python dev.py test`; `python dev.py --help` lists them.

Each command first sets up what it needs: uv, the locked environment in `.venv` (unless the Python that runs this script
already has every package), and Qt's system libraries on Debian and Ubuntu. It uses only the standard library.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements"
VENV = HERE / ".venv"
UV_FOLDER = HERE / ".uv"
SETUP = ("test.txt", "build.txt")  # both include run.txt
WINDOWS = os.name == "nt"
MIN_PYTHON, MAX_PYTHON = (3, 11), (3, 14)
THIS_PYTHON = " ".join(f"{sys.version} {sys.base_prefix}".split())

# The libraries that Qt loads, with their Debian packages. The second group is needed only if there is a display.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
SCREEN_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FONTS = "fonts-dejavu-core"

# The coverage that tests must reach, in percent.
MIN_BRANCH_PERCENT, MIN_LINE_PERCENT = 95.0, 90.0
CORE = ("domain", "service", "vault")


class TaskError(Exception):
    """The command cannot continue; the text says why in one line."""


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    command, *further_arguments = arguments or ["--help"]
    if command in ("-h", "--help"):
        print(usage())
        return 0
    if command not in COMMANDS:
        print(f"Unknown command: {command}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        check_python_version(sys.version_info[:2])
        return COMMANDS[command](further_arguments)
    except TaskError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def usage() -> str:
    """Return the help text: one line for each command."""
    lines = [f"  {name:<12}{(function.__doc__ or '').splitlines()[0]}" for name, function in COMMANDS.items()]
    return "\n".join(["python dev.py COMMAND [further arguments]", "", *lines])


# --- the commands -----------------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Start the program, or play the guided tour if there is no display."""
    python = set_up(*SETUP)
    if has_display():
        # -P keeps Python from importing modules from the folder that the user is in.
        return call(python, "-P", "-m", "zcc_keys_gui", *arguments, folder=Path.cwd())
    print("No display was found. Playing the guided tour of the program instead.")
    return call(python, "-m", "tests.support.tour")


def test(arguments: list[str]) -> int:
    """Run all tests; `--coverage` also records coverage. Other arguments go to pytest."""
    python = set_up(*SETUP)
    if "--coverage" not in arguments:
        return call(python, "-m", "pytest", *arguments)
    call(python, "-m", "coverage", "erase")
    return call(python, "-m", "coverage", "run", "-m", "pytest", *(each for each in arguments if each != "--coverage"))


def reliability(arguments: list[str]) -> int:
    """Run the reliability tests for half an hour; `--short` runs them as often as `test` does."""
    python = set_up(*SETUP)
    wanted = ["-m", "reliability", *(each for each in arguments if each != "--short")]
    if "--short" in arguments:
        return call(python, "-m", "pytest", *wanted)
    os.environ["ZCC_RELIABILITY"] = "long"
    return call(python, "-m", "pytest", "-o", "timeout=7200", "-o", "faulthandler_timeout=7000", *wanted)


def check(arguments: list[str]) -> int:
    """Check style, types, imports, and GitHub's workflows."""
    python = set_up(*SETUP)
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["mypy", "--platform", "win32"])
    codes = [call(python, "-m", *each, *arguments) for each in checks]
    codes.append(call(tool("lint-imports", python), "--no-cache"))
    workflows = sorted(str(path) for path in (HERE / ".github" / "workflows").glob("*.yml"))
    # actionlint also runs shellcheck and pyflakes if they are installed; the result must not depend on that.
    codes.append(call(tool("actionlint", python), "-shellcheck=", "-pyflakes=", *workflows))
    codes.append(call(tool("zizmor", python), "--offline", "--no-progress", "--quiet", "--persona=pedantic", ".github"))
    return int(any(codes))  # a check that was killed has a negative code


def coverage(arguments: list[str]) -> int:
    """Report the coverage of all runs since the last `test --coverage`, and fail if it is too low."""
    python = set_up(*SETUP)
    report = HERE / "build" / "coverage.json"
    report.parent.mkdir(exist_ok=True)
    call(python, "-m", "coverage", "combine", "--quiet")
    if call(python, "-m", "coverage", "json", "--quiet", "-o", str(report), *arguments):
        raise TaskError("No coverage was recorded. Run `python dev.py test --coverage` first.")
    lines, is_enough = coverage_report(json.loads(report.read_text(encoding="utf-8")))
    print("\n".join(lines))
    return 0 if is_enough else 1


def tour(arguments: list[str]) -> int:
    """Play a guided tour of the program and save a picture of each step."""
    return call(set_up(*SETUP), "-m", "tests.support.tour", *arguments)


def bench(arguments: list[str]) -> int:
    """Measure the program beside others, and print the ratios."""
    return call(set_up(*SETUP, "bench.txt"), "-m", "benchmarks", *arguments)


def build(arguments: list[str]) -> int:
    """Build the program in dist/ZCC Keys; other arguments go to PyInstaller."""
    return call(set_up(*SETUP), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "build.spec", *arguments)


def installer(arguments: list[str]) -> int:
    """Pack dist/ZCC Keys into a setup.exe with NSIS; sign both if a certificate is configured."""
    python = set_up(*SETUP)
    install_nsis()
    return call(python, "-m", "release.installer", *arguments)


def sbom(arguments: list[str]) -> int:
    """Write the CycloneDX bill of materials of dist/ZCC Keys next to it."""
    return call(set_up(*SETUP), "-m", "release.sbom", *arguments)


def winget(arguments: list[str]) -> int:
    """Write the winget manifest of the setup.exe in dist/; the argument is its download URL."""
    return call(set_up(*SETUP), "-m", "release.winget", *arguments)


def setup(_arguments: list[str]) -> int:
    """Create .venv and install Qt's system libraries, if they are missing."""
    set_up(*SETUP)
    return 0


def lock(_arguments: list[str]) -> int:
    """Pin the newest versions that pyproject.toml allows in requirements/."""
    uv = find_uv()
    compile_requirements(uv, "run.txt", [str(HERE / "pyproject.toml")])
    compile_requirements(uv, "test.txt", ["--group", "test"], includes="run.txt")
    compile_requirements(uv, "build.txt", ["--group", "build"], includes="run.txt")
    compile_requirements(uv, "bench.txt", ["--group", "bench"], includes="test.txt")
    compile_requirements(uv, "uv.txt", ["--group", "tools"])
    return 0


COMMANDS = {
    "run": run,
    "test": test,
    "reliability": reliability,
    "setup": setup,
    "lock": lock,
    "check": check,
    "coverage": coverage,
    "tour": tour,
    "bench": bench,
    "build": build,
    "installer": installer,
    "sbom": sbom,
    "winget": winget,
}


# --- Python and its packages ------------------------------------------------------------------------------


def check_python_version(version: tuple[int, ...]) -> None:
    """Raise `TaskError` if this Python is too old or too new."""
    if not MIN_PYTHON <= version <= MAX_PYTHON:
        wanted = f"{MIN_PYTHON[0]}.{MIN_PYTHON[1]} to {MAX_PYTHON[0]}.{MAX_PYTHON[1]}"
        raise TaskError(f"This is Python {version[0]}.{version[1]}. Start dev.py with Python {wanted}.")


def set_up(*requirements: str) -> str:
    """Return the path of a Python that has the packages of these files in `requirements/`.

    That is the Python of .venv, or the running one if it already has exactly these packages. If neither has them, .venv
    is created or updated.
    """
    install_libraries()
    stamp, wanted = VENV / "zcc-keys.stamp", [THIS_PYTHON, hash_requirements(*requirements)]
    found = stamp.read_text(encoding="utf-8").splitlines() if stamp.exists() and python_in(VENV).exists() else [""]
    if found == wanted:
        return str(python_in(VENV))
    if has_packages(*requirements):
        return sys.executable
    if VENV.exists() and not python_in(VENV).exists() and python_in(VENV, windows=not WINDOWS).exists():
        raise TaskError(f"{VENV} belongs to another operating system. Use a separate checkout for each system.")
    print("Setting up .venv…", flush=True)
    uv = find_uv()
    if found[0] != THIS_PYTHON:
        shutil.rmtree(VENV, ignore_errors=True)
        # If a virtual environment runs this script, perhaps .venv itself, use the Python that it was made from.
        run_or_raise(uv, "venv", "--quiet", "--python", getattr(sys, "_base_executable", sys.executable), str(VENV))
    into = ("--quiet", "--python", str(python_in(VENV)))
    run_or_raise(uv, "pip", "sync", *into, "--require-hashes", *(str(REQUIREMENTS / name) for name in requirements))
    run_or_raise(uv, "pip", "install", *into, "--no-deps", "--no-build-isolation", "--editable", str(HERE))
    stamp.write_text("\n".join(wanted), encoding="utf-8")
    return str(python_in(VENV))


def has_packages(*requirements: str) -> bool:
    """Return whether the running Python has exactly the packages that these files pin for its system."""
    try:
        from packaging.requirements import Requirement  # test.txt pins it
    except ImportError:
        return False
    found = {canonical(each.metadata["Name"]): each.version for each in metadata.distributions()}
    pinned = [Requirement(line) for name in requirements for line in list_pins(name)]
    wanted = [each for each in pinned if each.marker is None or each.marker.evaluate()]
    return all(each.specifier.contains(found.get(canonical(each.name), "0")) for each in wanted)


def hash_requirements(*requirements: str) -> str:
    """Return a hash that changes if the environment needs other packages."""
    digest = hashlib.sha256(f"{requirements}".encode())
    for path in (*sorted(REQUIREMENTS.glob("*.txt")), HERE / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def find_uv() -> str:
    """Return the path of uv, and install it first if it is missing. Raises `TaskError`."""
    own = UV_FOLDER / "bin" / ("uv.exe" if WINDOWS else "uv")
    found = shutil.which("uv") or (str(own) if own.exists() else None)
    if found:
        return found
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        raise TaskError(f"uv and pip are both missing. Install one of them, for example: {pip_install_command()}")
    # pip accepts a folder of its own even on systems that manage Python packages themselves (PEP 668).
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--target", str(UV_FOLDER))
    run_or_raise(sys.executable, "-m", "pip", "install", *options, "-r", str(REQUIREMENTS / "uv.txt"))
    return str(own)


def pip_install_command() -> str:
    """Return the command that installs pip."""
    return "apt-get install python3-pip" if shutil.which("apt-get") else "python -m ensurepip"


def compile_requirements(uv: str, name: str, sources: list[str], includes: str | None = None) -> None:
    """Write one file in `requirements/`; packages of the file that it includes are not repeated."""
    target = REQUIREMENTS / name
    options = ["--universal", "--generate-hashes", "--upgrade", "--no-annotate", "--no-header", "--quiet"]
    options += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", f"{MIN_PYTHON[0]}.{MIN_PYTHON[1]}"]
    if includes:
        options += ["--constraint", str(REQUIREMENTS / includes)]
        for package in list_packages(includes):
            options += ["--no-emit-package", package]
    run_or_raise(uv, "pip", "compile", *sources, *options, "--output-file", str(target))
    head = "# Made by `python dev.py lock` from pyproject.toml.\n" + (f"-r {includes}\n" if includes else "")
    target.write_text(head + target.read_text(encoding="utf-8"), encoding="utf-8")


def list_packages(name: str) -> list[str]:
    """Return the names of the packages that a file in `requirements/` pins, including those of the file it includes."""
    return [pin.split("==")[0] for pin in list_pins(name)]


def list_pins(name: str) -> list[str]:
    """Return the pins in a file, such as `cffi==2.1.1 ; …`, including those of the file it includes."""
    pins: list[str] = []
    for line in (REQUIREMENTS / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            pins += list_pins(line[3:].strip())
        elif "==" in line and not line.startswith("#"):
            pins.append(line.rstrip(" \\"))
    return pins


def canonical(name: str) -> str:
    """Return the normalized name of a package (PEP 503), as in `requirements/`."""
    return re.sub(r"[-_.]+", "-", name).lower()


# --- system packages --------------------------------------------------------------------------------------


def install_libraries() -> None:
    """Install the Linux libraries that Qt needs. Raises `TaskError` with the command to run if this user can't."""
    if not sys.platform.startswith("linux"):
        return
    needed = find_missing_packages(LIBRARIES)
    wanted = find_missing_packages(SCREEN_LIBRARIES)
    if not any(Path(folder).exists() for folder in ("/usr/share/fonts", "/usr/local/share/fonts")):
        wanted.append(FONTS)
    if needed or (wanted and has_display()):
        install_packages(needed + wanted, is_root=os.geteuid() == 0, apt_get=shutil.which("apt-get"))


def install_nsis() -> None:
    """Install NSIS on Debian and Ubuntu; on other systems, the installer command says if it is missing."""
    if sys.platform.startswith("linux") and shutil.which("makensis") is None:
        install_packages(["nsis"], is_root=os.geteuid() == 0, apt_get=shutil.which("apt-get"))


def find_missing_packages(libraries: dict[str, str]) -> list[str]:
    """Return the Debian packages of the libraries that cannot be loaded."""
    return [package for library, package in libraries.items() if not can_load(library)]


def can_load(library: str) -> bool:
    """Return whether the system has this library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: list[str], *, is_root: bool, apt_get: str | None) -> None:
    """Install Debian packages. Raises `TaskError` if this user or this system can't."""
    line = "apt-get install --yes --no-install-recommends " + " ".join(packages)
    if apt_get is None:
        raise TaskError(f"Install the libraries that these Debian packages contain: {' '.join(packages)}")
    if not is_root:
        raise TaskError(f"System packages are missing. Run: sudo {line}")
    print(f"Installing system packages: {' '.join(packages)}…", flush=True)
    run_apt_get(apt_get, "update")
    if run_apt_get(apt_get, *line.split()[1:]):
        raise TaskError(f"The system packages could not be installed. This command failed: {line}")


def run_apt_get(apt_get: str, *arguments: str) -> int:
    """Run apt-get without questions, waiting for other runs to end, and return its exit code."""
    options = ("-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = (apt_get, *options, *arguments)
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode


# --- coverage ---------------------------------------------------------------------------------------------


def coverage_report(report: dict[str, Any]) -> tuple[list[str], bool]:
    """Return the lines to print for coverage's JSON report, and whether the coverage is high enough."""
    core = [data["summary"] for path, data in report["files"].items() if is_core(path)]
    branches = percent(sum(s["covered_branches"] for s in core), sum(s["num_branches"] for s in core))
    lines = percent(report["totals"]["covered_lines"], report["totals"]["num_statements"])
    report_lines = [
        f"Branches in {', '.join(CORE)}: {branches:.1f} % (at least {MIN_BRANCH_PERCENT:.0f} %)",
        f"Lines in the whole program: {lines:.1f} % (at least {MIN_LINE_PERCENT:.0f} %)",
    ]
    return report_lines, branches >= MIN_BRANCH_PERCENT and lines >= MIN_LINE_PERCENT


def is_core(path: str) -> bool:
    """Return whether a file is in one of the packages whose branch coverage counts."""
    parts = path.replace("\\", "/").split("/")
    return len(parts) > 2 and parts[0] == "zcc_keys_gui" and parts[1] in CORE


def percent(part: int, whole: int) -> float:
    """Return a share in percent, or 100 if the whole is 0."""
    return 100.0 * part / whole if whole else 100.0


# --- displays and processes -------------------------------------------------------------------------------


def has_display() -> bool:
    """Return whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return can_reach_wayland(os.environ.get("WAYLAND_DISPLAY", "")) or can_reach_x_server(os.environ.get("DISPLAY", ""))


def can_reach_wayland(display: str) -> bool:
    """Return whether a Wayland compositor answers at `display`: a name such as `wayland-0`, or a socket's path."""
    if not display:
        return False
    with socket.socket(socket.AF_UNIX) as connection:  # type: ignore[attr-defined, unused-ignore]  # Windows lacks AF_UNIX
        try:
            connection.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/run")) / display))
        except OSError:
            return False
    return True


def can_reach_x_server(display: str) -> bool:
    """Return whether an X server answers at `display`, such as `:0`; assume so if libxcb is missing."""
    if not display or not can_load("libxcb.so.1"):
        return bool(display)
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    has_failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not has_failed


def python_in(folder: Path, *, windows: bool = WINDOWS) -> Path:
    """Return the path of the Python in a virtual environment."""
    return folder / ("Scripts/python.exe" if windows else "bin/python")


def tool(name: str, python: str) -> str:
    """Return the path of a program that is installed next to this Python."""
    return str(Path(python).with_name(name + (".exe" if WINDOWS else "")))


def call(*command: str, folder: Path = HERE) -> int:
    """Run a command in a folder and return its exit code. Python finds this project even if it is not installed."""
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if not has_display():
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def run_or_raise(*command: str) -> None:
    """Run a command. Raises `TaskError` if it fails; its own output then says what went wrong."""
    # uv trusts the certificates that the system trusts, such as those of a company's own authority.
    environment = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true", "PIP_ROOT_USER_ACTION": "ignore", **os.environ}
    if subprocess.run(command, cwd=HERE, env=environment, check=False).returncode:
        raise TaskError(f"This command failed on {platform.platform()}: {' '.join(command[:4])} …")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
