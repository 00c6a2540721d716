"""A user of the program in another process."""

import subprocess
import sys
from pathlib import Path

TIMEOUT_SECONDS = 120
"""Any process of the tests ends before."""


def start_user(folder: Path, *act: str) -> "subprocess.Popen[str]":
    """Start a process in which a user works on the vault in `folder`; `tests.support.user` defines the acts."""
    command = [sys.executable, "-m", "tests.support.user", str(folder), *act]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
