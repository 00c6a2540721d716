"""The program in a separate process, with another environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.user_process import TIMEOUT_SECONDS
from zcc_keys_gui import app

ROOT = Path(__file__).parents[3]

only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such variables and no such folder")


def run(*arguments: str, code: str = "", cwd: Path = ROOT, without: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run the program in a separate process; return its exit code and its standard error.

    The process first runs `code`. It gets the environment variables of this one, except those in `without`.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = f"{code}\nimport sys\nfrom zcc_keys_gui.app import main\nsys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
        cwd=cwd,
        env={name: value for name, value in environment.items() if name not in without},
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def argument_error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Start the program with wrong arguments; return the last line of the message."""
    with pytest.raises(SystemExit, match="2"):
        app.start(list(arguments))
    return capsys.readouterr().err.splitlines()[-1]
